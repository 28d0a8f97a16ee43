/**
 * Owner and products of processes. Captures of a Mac contain the first 15 or 16 characters of a process name (xnu:
 * proc_name() with MAXCOMLEN as its size, spi_proc_name), both in one capture. So long names are also found by these
 * prefixes, if all names with the prefix agree that they mean the same.
 */

import type { Product } from "../port-list/product.ts";

/** What is known about a process. Frozen, and the same object for the same answer. */
export interface ProcessMatch {
  /** Empty if unknown, for browsers, for helpers, and for every third-party process. */
  readonly products: readonly Product[];
  /** The process acts on behalf of another one, which determines the owner of the flow. */
  readonly actsForOthers: boolean;
  /** Owner of the program. Names without a match have an unknown owner. */
  readonly owner: "apple" | "other";
  /** A browser of Apple or others: it requests anybody's pages, so it does not indicate a product. */
  readonly isBrowser: boolean;
}

/** One row of processes. */
export interface ProcessRule extends ProcessMatch {
  /** Full name. */
  readonly name: string;
}

/** Lengths to which a capture truncates names (xnu bsd/sys/param.h: MAXCOMLEN is 16, with or without the closing NUL). */
const TRUNCATED_LENGTHS = [15, 16];
const MAX_NAME_LENGTH = 1024;

/** Maps process names to products. Immutable after construction. */
export class ProcessRules {
  readonly #byName = new Map<string, ProcessMatch>();
  readonly #byTruncatedName = new Map<string, ProcessMatch>();

  /** @param layers rows by rank: earlier layers override later ones */
  constructor(layers: readonly (readonly ProcessRule[])[]) {
    for (const rules of [...layers].reverse()) {
      const truncated = new Map<string, ProcessRule[]>();
      for (const rule of rules) {
        this.#byName.set(rule.name, matchOf([rule]));
        for (const length of TRUNCATED_LENGTHS) {
          if (rule.name.length <= length) continue;
          const prefix = rule.name.slice(0, length);
          truncated.set(prefix, [...(truncated.get(prefix) ?? []), rule]);
        }
      }
      for (const [prefix, sharing] of truncated) {
        if (new Set(sharing.map(({ owner }) => owner)).size === 1)
          this.#byTruncatedName.set(prefix, matchOf(sharing));
      }
    }
  }

  /**
   * Matches a process; null if no row has it: unknown.
   *
   * @param name from a capture: a full name, a path that ends in one, or the first 15 or 16 characters of one;
   *   case-sensitive
   */
  match(name: string): ProcessMatch | null {
    if (name.length > MAX_NAME_LENGTH) return null;
    const file = name.slice(name.lastIndexOf("/") + 1);
    return this.#byName.get(file) ?? this.#byTruncatedName.get(file) ?? null;
  }
}

/** Merges rows of one owner that cannot be distinguished: all their products, or none if one of them acts for others. */
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
