/**
 * Whose a process is, and which products it stands for. Captures of a Mac show the first 15 or 16 characters of a process's
 * name (xnu: proc_name() with MAXCOMLEN as its size, spi_proc_name), both in one capture, so that long names are found by
 * these too, where all that begin so agree that they are one.
 */

import type { Product } from "../port-list/product.ts";

/** What is known of a process. Frozen, and the same object for the same answer. */
export interface ProcessMatch {
  /** Empty where none is known, for browsers, for helpers and for every process of others. */
  readonly products: readonly Product[];
  /** The process does what another asked for: whose the flow is, the other decides. */
  readonly actsForOthers: boolean;
  /** Whose program it is. Which names are nobody's here is not known: they have no match. */
  readonly owner: "apple" | "other";
  /** It asks for the pages of anybody, so that it names no product; Apple's and others' alike. */
  readonly isBrowser: boolean;
}

/** One row of processes. */
export interface ProcessRule extends ProcessMatch {
  /** In full. */
  readonly name: string;
}

/** What a capture keeps of a name (xnu bsd/sys/param.h: MAXCOMLEN is 16, with or without the closing NUL). */
const KEPT_LENGTHS = [15, 16];
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
        for (const kept of KEPT_LENGTHS) {
          if (rule.name.length <= kept) continue;
          const cut = rule.name.slice(0, kept);
          cuts.set(cut, [...(cuts.get(cut) ?? []), rule]);
        }
      }
      for (const [cut, sharing] of cuts) {
        if (new Set(sharing.map(({ owner }) => owner)).size === 1) this.#byCut.set(cut, matchOf(sharing));
      }
    }
  }

  /**
   * What a process stands for, or null where no row speaks of it: not known.
   *
   * @param name from a capture: a full name, a path that ends in one, or the first 15 or 16 characters of one; case counts
   */
  match(name: string): ProcessMatch | null {
    if (name.length > LONGEST) return null;
    const file = name.slice(name.lastIndexOf("/") + 1);
    return this.#byName.get(file) ?? this.#byCut.get(file) ?? null;
  }
}

/** What rows of one owner that cannot be told apart say together: all their products, none where one acts for others. */
function matchOf(rules: readonly ProcessRule[]): ProcessMatch {
  const actsForOthers = rules.some((rule) => rule.actsForOthers);
  const products = new Set(actsForOthers ? [] : rules.flatMap((rule) => rule.products));
  return Object.freeze({
    products: Object.freeze([...products]),
    actsForOthers,
    owner: rules[0].owner,
    isBrowser: rules.every((rule) => rule.isBrowser),
  });
}
