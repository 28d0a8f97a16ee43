/** The host names that products need, for filters by name and for exceptions from TLS inspection. */

import type { HostPattern } from "../knowledge/evidence/host-pattern.ts";
import type { Product } from "../knowledge/port-list/product.ts";
import type { Destinations, Origin } from "./load-destinations.ts";

/** Name and version of the JSON form. */
export const NAMES_SCHEMA = "appleflow/names@1";

/** One name, or all names that a pattern matches. */
export interface NameEntry extends Origin {
  /** `exact`: this name only; `suffix`: the name and all names below it; `pattern`: names with a variable label. */
  readonly kind: "exact" | "suffix" | "pattern";
  /** "mesu.apple.com", "push.apple.com", "p#-caldav.icloud.com": # is digits, * any characters within one label. */
  readonly name: string;
  /** Empty for one of Apple's names whose product is unknown. */
  readonly products: readonly string[];
}

/** A list of names for filters by name. */
export interface NamePlan {
  readonly schema: typeof NAMES_SCHEMA;
  /** In words: "FaceTime", "all products". */
  readonly subject: string;
  /** No entry is covered by another. In the order of the data. */
  readonly names: readonly NameEntry[];
  /** Products without known names. */
  readonly nameless: readonly string[];
}

const KINDS = { exact: "exact", suffix: "suffix", wildcard: "pattern" } as const;

/**
 * Returns the names of products, or all of Apple's if `products` is null. Excludes CNAME targets: clients do not send
 * them, and resolvers follow them on their own.
 *
 * @example
 * ```ts
 * import { loadPortList } from "appleflow";
 * import { loadDestinations, planNames } from "appleflow/firewall";
 *
 * const table = loadPortList();
 * const product = table.product("FaceTime");
 * const { names } = planNames(loadDestinations(table), "FaceTime", new Set(product === null ? [] : [product]));
 * for (const { kind, name } of names) console.log(kind, name);
 * ```
 */
export function planNames(
  { hosts }: Destinations,
  subject: string,
  products: ReadonlySet<Product> | null,
): NamePlan {
  const wanted = hosts.filter(
    (host) =>
      host.use === "any" && (products === null || host.products.some((product) => products.has(product))),
  );
  const suffixes = new Set(
    wanted.flatMap(({ pattern }) => (pattern.kind === "suffix" ? [pattern.name] : [])),
  );
  const names = wanted
    .filter(({ pattern }) => !isCovered(pattern, suffixes))
    .map(({ pattern, products: named, source, date }) => ({
      kind: KINDS[pattern.kind],
      name: pattern.name,
      products: named.filter((product) => products === null || products.has(product)).map(({ name }) => name),
      source,
      date,
    }));
  const found = new Set(wanted.flatMap((host) => host.products));
  const nameless = [...(products ?? [])].filter((product) => !found.has(product)).map(({ name }) => name);
  return { schema: NAMES_SCHEMA, subject, names, nameless };
}

/** Whether a suffix of another row covers all names of a pattern. */
function isCovered({ kind, name }: HostPattern, suffixes: ReadonlySet<string>): boolean {
  const labels = name.split(".");
  return labels.some(
    (_, index) => (index > 0 || kind === "exact") && suffixes.has(labels.slice(index).join(".")),
  );
}

/**
 * Returns the regular expression of a pattern, in syntax common to all engines; names consist of letters, digits, dots
 * and hyphens.
 */
export function nameExpression({ kind, name }: NameEntry): string {
  const body = name.replaceAll(".", "\\.").replaceAll("*", "[^.]+").replaceAll("#", "[0-9]+");
  return kind === "suffix" ? `(^|\\.)${body}$` : `^${body}$`;
}
