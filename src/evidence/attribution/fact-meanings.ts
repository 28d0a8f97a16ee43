/**
 * What facts mean, as short keys: names that say the same of whose a flow is have the same key, so that a flow with a new name
 * need not be weighed again. Strangers choose names: who asks clears what is remembered of them before it grows too large.
 */
import type { EvidenceRules } from "../../knowledge/evidence/evidence-rules.ts";
import type { Product } from "../../knowledge/port-list/product.ts";
import { type FlowFacts, NO_FACTS } from "../observation/flow-facts.ts";
import type { HandshakeNames } from "../observation/handshake.ts";
import type { Finding } from "./evidence.ts";
import { findEvidence } from "./find-evidence.ts";

type Named = Pick<FlowFacts, "process" | "handshake" | "serviceTypes" | "addressNames">;

export class FactMeanings {
  readonly #rules: EvidenceRules;
  readonly #numberOfProduct: (product: Product) => number;
  /** Numbers by what findings say. */
  readonly #numbers = new Map<string, number>();
  readonly #handshakes = new Map<HandshakeNames, number>();
  readonly #addressNames = new Map<string, number>();
  readonly #serviceTypes = new Map<string, number>();
  readonly #processes = new Map<string, number>();

  /** @param numberOfProduct the same number for the same product, for as long as this object is used */
  constructor(rules: EvidenceRules, numberOfProduct: (product: Product) => number) {
    this.#rules = rules;
    this.#numberOfProduct = numberOfProduct;
  }

  /** Handshakes, names, service types and processes that are remembered. */
  get size(): number {
    return this.#handshakes.size + this.#addressNames.size + this.#serviceTypes.size + this.#processes.size;
  }

  /** Forgets all of them; keys that were given before are void. */
  clear(): void {
    this.#numbers.clear();
    this.#handshakes.clear();
    this.#addressNames.clear();
    this.#serviceTypes.clear();
    this.#processes.clear();
  }

  /** The same for facts of which the same findings say the same; "" where nothing was named. */
  keyOf({ process, handshake, serviceTypes, addressNames }: Named): string {
    let key = handshake === null ? "" : `h${this.#ofHandshake(handshake)}`;
    if (process !== null) key += `p${this.#of(this.#processes, process, { process })}`;
    for (const type of serviceTypes)
      key += `s${this.#of(this.#serviceTypes, type, { serviceTypes: [type] })}`;
    // One of the names is meant: that two say the same does not say more.
    let last = -1;
    for (const name of addressNames) {
      const number = this.#of(this.#addressNames, name, { addressNames: [name] });
      if (number !== last) key += `n${number}`;
      last = number;
    }
    return key;
  }

  #ofHandshake(handshake: HandshakeNames): number {
    let number = this.#handshakes.get(handshake);
    if (number === undefined) {
      number = this.#numberOf({ handshake });
      this.#handshakes.set(handshake, number);
    }
    return number;
  }

  #of(known: Map<string, number>, text: string, facts: Partial<Named>): number {
    let number = known.get(text);
    if (number === undefined) {
      number = this.#numberOf(facts);
      known.set(text, number);
    }
    return number;
  }

  #numberOf(facts: Partial<Named>): number {
    const findings = findEvidence({ ...NO_FACTS, ...facts }, this.#rules);
    const content = findings.map((finding) => this.#contentOf(finding)).join("; ");
    let number = this.#numbers.get(content);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(content, number);
    }
    return number;
  }

  #contentOf({ grade, verdict, end }: Finding): string {
    const products = verdict.says === "products" ? verdict.products.map(this.#numberOfProduct).join(" ") : "";
    return `${grade} ${verdict.says} ${products} ${end}`;
  }
}
