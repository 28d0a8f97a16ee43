/**
 * Short keys for the meaning of facts: names with the same meaning have the same key, so a flow with a new name need not be
 * weighed again. Strangers choose names: the caller clears the remembered ones before they grow too large.
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
  /** Numbers by what findings show. */
  readonly #numbers = new Map<string, number>();
  readonly #handshakes = new Map<HandshakeNames, number>();
  readonly #addressNames = new Map<string, number>();
  readonly #serviceTypes = new Map<string, number>();
  readonly #processes = new Map<string, number>();

  /** @param numberOfProduct returns the same number for the same product, as long as this object is used */
  constructor(rules: EvidenceRules, numberOfProduct: (product: Product) => number) {
    this.#rules = rules;
    this.#numberOfProduct = numberOfProduct;
  }

  /** Number of remembered handshakes, names, service types and processes. */
  get size(): number {
    return this.#handshakes.size + this.#addressNames.size + this.#serviceTypes.size + this.#processes.size;
  }

  /** Forgets all of them; keys returned before are void. */
  clear(): void {
    this.#numbers.clear();
    this.#handshakes.clear();
    this.#addressNames.clear();
    this.#serviceTypes.clear();
    this.#processes.clear();
  }

  /** Returns the same key for facts whose findings mean the same; "" if nothing was named. */
  keyOf({ process, handshake, serviceTypes, addressNames }: Named): string {
    let key = handshake === null ? "" : `h${this.#ofHandshake(handshake)}`;
    if (process !== null) key += `p${this.#of(this.#processes, process, { process })}`;
    for (const type of serviceTypes)
      key += `s${this.#of(this.#serviceTypes, type, { serviceTypes: [type] })}`;
    // Only one of the names was meant, so repeating a meaning adds nothing.
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
