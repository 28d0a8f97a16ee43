/**
 * From a flow's service port, and what else was seen of it, to the products that may be behind it
 * (docs/contract.md, "From port to candidates" and "How a thing is known").
 */

import type { EvidenceRules } from "../../knowledge/evidence/evidence-rules.ts";
import type { Product } from "../../knowledge/port-list/product.ts";
import type { PortMatch, ServiceTable, TransportIndex } from "../../knowledge/port-list/service-table.ts";
import { APPLE_ADDRESS_FACTS, type FlowFacts, NO_FACTS } from "../observation/flow-facts.ts";
import type { HandshakeNames } from "../observation/handshake.ts";
import type { Attribution } from "./evidence.ts";
import { findEvidence } from "./find-evidence.ts";
import { type WeighedEvidence, weighEvidence } from "./weigh-evidence.ts";

/** An explanation: the rows that the port matched, what was found, and what came of it. */
export interface Explanation extends WeighedEvidence {
  readonly match: PortMatch;
}

/** Attributes flows. The same answer is the same object, so that answers can be compared and counted. */
export class Attributor {
  readonly #services: ServiceTable;
  readonly #rules: EvidenceRules | null;
  /** The answers for what is known of most flows: nothing, or that the address is Apple's. */
  readonly #usual = new Map<FlowFacts, Map<PortMatch, Attribution>>([
    [NO_FACTS, new Map()],
    [APPLE_ADDRESS_FACTS, new Map()],
  ]);
  readonly #byFacts = new Map<PortMatch, Map<string, Attribution>>();
  readonly #byContent = new Map<string, Attribution>();
  readonly #numbers = new Map<Product, number>();
  readonly #handshakes = new Map<HandshakeNames, number>();
  #cached = 0;

  /** @param rules Null: nothing but the port counts. */
  constructor(services: ServiceTable, rules: EvidenceRules | null) {
    this.#services = services;
    this.#rules = rules;
  }

  /**
   * The answer for a service port and what else was seen of a flow; once per flow or less, never per packet.
   * Handshakes that named the same should be the same object.
   */
  attribute(transport: TransportIndex, port: number | null, facts: FlowFacts): Attribution {
    const match = this.#services.lookup(transport, port);
    const usual = this.#usual.get(facts);
    if (usual !== undefined) return usual.get(match) ?? this.#decideUsual(match, facts, usual);
    const answers = this.#answersFor(match);
    const key = this.#keyOf(facts);
    let attribution = answers.get(key);
    if (attribution === undefined) {
      attribution = this.#intern(this.#weigh(match, facts).attribution);
      answers.set(key, attribution);
      this.#cached++;
    }
    return attribution;
  }

  /** The same answer with all that led to it. `applePrefix`: the one of Apple's that has the address, or null. */
  explain(
    transport: TransportIndex,
    port: number | null,
    facts: FlowFacts,
    applePrefix: string | null,
  ): Explanation {
    const match = this.#services.lookup(transport, port);
    return { match, ...this.#weigh(match, facts, applePrefix) };
  }

  /** As many different ones as the list has matches, so that they are all kept. */
  #decideUsual(match: PortMatch, facts: FlowFacts, usual: Map<PortMatch, Attribution>): Attribution {
    const attribution = this.#intern(this.#weigh(match, facts).attribution);
    usual.set(match, attribution);
    return attribution;
  }

  #weigh(match: PortMatch, facts: FlowFacts, applePrefix: string | null = null): WeighedEvidence {
    return weighEvidence(match, this.#rules === null ? [] : findEvidence(facts, this.#rules, applePrefix));
  }

  /** Strangers choose the facts: what is remembered of them is bounded. */
  #answersFor(match: PortMatch): Map<string, Attribution> {
    if (this.#cached >= MAX_CACHED) {
      this.#byFacts.clear();
      this.#handshakes.clear();
      this.#cached = 0;
    }
    let answers = this.#byFacts.get(match);
    if (answers === undefined) {
      answers = new Map();
      this.#byFacts.set(match, answers);
    }
    return answers;
  }

  /** There are only as many different answers as sets of products that rules name. */
  #intern(attribution: Attribution): Attribution {
    const { candidates, evidence, reason, isOffList } = attribution;
    const key = `${evidence ?? reason} ${isOffList} ${candidates.map((one) => this.#numberOf(one)).join(" ")}`;
    const known = this.#byContent.get(key);
    if (known !== undefined) return known;
    this.#byContent.set(key, Object.freeze(attribution));
    return attribution;
  }

  #numberOf(product: Product): number {
    return numberIn(this.#numbers, product);
  }

  /** Different for different facts. */
  #keyOf(facts: FlowFacts): string {
    const { process, handshake, serviceTypes, addressNames, isAppleAddress } = facts;
    const number = handshake === null ? "" : numberIn(this.#handshakes, handshake);
    const short = `${isAppleAddress ? "a" : ""}${number}`;
    if (process === null && serviceTypes.length === 0 && addressNames.length === 0) return short;
    return short + JSON.stringify([process, serviceTypes, addressNames]);
  }
}

/** The number of a key: the next one for a new key. */
function numberIn<K>(numbers: Map<K, number>, key: K): number {
  let number = numbers.get(key);
  if (number === undefined) {
    number = numbers.size;
    numbers.set(key, number);
  }
  return number;
}

const MAX_CACHED = 65_536;

/**
 * The candidates that share a flow's traffic in an estimate: those that had not ended when the flow began, or all of
 * them where none remains.
 *
 * @param startSeconds When the flow began, in seconds since 1970; null where the capture has no times.
 */
export function sharingCandidates(
  candidates: readonly Product[],
  startSeconds: number | null,
): readonly Product[] {
  if (startSeconds === null) return candidates;
  const alive = candidates.filter(
    ({ retiredAtSeconds }) => retiredAtSeconds === null || startSeconds < retiredAtSeconds,
  );
  return alive.length > 0 ? alive : candidates;
}
