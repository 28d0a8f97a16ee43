/**
 * Which products a process stands for. Captures of a Mac show the first 16 characters of a process's name (MAXCOMLEN of
 * xnu), so that long names are found by these too, where all that begin so agree that they are one.
 */

import type { Product } from "../port-list/product.ts";

/** What is known of a process. Frozen, and the same object for the same answer. */
export interface ProcessMatch {
  /** Empty: a process of Apple's, but of which product is not known. */
  readonly products: readonly Product[];
  /** The process does what another asked for: whose the flow is, the other decides. */
  readonly actsForOthers: boolean;
}

/** One row of processes. */
export interface ProcessRule extends ProcessMatch {
  /** In full. */
  readonly name: string;
}

/** What a capture keeps of a name (xnu bsd/sys/param.h: MAXCOMLEN). */
const KEPT_CHARACTERS = 16;
const LONGEST = 1024;

/** Process names to products. Immutable after construction. */
export class ProcessRules {
  readonly #byName = new Map<string, ProcessMatch>();
  readonly #byCut = new Map<string, ProcessMatch>();

  /** @param layers rows by rank: those of a first layer win over those of later ones */
  constructor(layers: readonly (readonly ProcessRule[])[]) {
    for (const rules of [...layers].reverse()) {
      const cuts = new Map<string, ProcessRule[]>();
      for (const rule of rules) {
        this.#byName.set(rule.name, matchOf([rule]));
        if (rule.name.length <= KEPT_CHARACTERS) continue;
        const cut = rule.name.slice(0, KEPT_CHARACTERS);
        cuts.set(cut, [...(cuts.get(cut) ?? []), rule]);
      }
      for (const [cut, sharing] of cuts) this.#byCut.set(cut, matchOf(sharing));
    }
  }

  /**
   * What a process stands for, or null where no row speaks of it.
   *
   * @param name from a capture: a full name, a path that ends in one, or the first 16 characters of one; case counts
   */
  match(name: string): ProcessMatch | null {
    if (name.length > LONGEST) return null;
    const file = name.slice(name.lastIndexOf("/") + 1);
    const whole = this.#byName.get(file);
    if (whole !== undefined) return whole;
    return file.length === KEPT_CHARACTERS ? (this.#byCut.get(file) ?? null) : null;
  }
}

/** What rows that cannot be told apart say together: all their products, and nothing where one acts for others. */
function matchOf(rules: readonly ProcessRule[]): ProcessMatch {
  const actsForOthers = rules.some((rule) => rule.actsForOthers);
  const products = new Set(actsForOthers ? [] : rules.flatMap((rule) => rule.products));
  return Object.freeze({ products: Object.freeze([...products]), actsForOthers });
}
