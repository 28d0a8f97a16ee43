/** The products that the arguments of `rules` name: by a name, by another name, by a family. */
import { findProducts, nearProducts } from "../../knowledge/port-list/name-search.ts";
import type { Product } from "../../knowledge/port-list/product.ts";
import type { ServiceTable } from "../../knowledge/port-list/service-table.ts";
import { UsageError } from "../environment.ts";

/** What was asked for, in words and as products. */
export interface NamedProducts {
  readonly subject: string;
  readonly products: ReadonlySet<Product>;
  /** Whether somebody named them, so that what has ended is meant, too. */
  readonly isNamed: boolean;
}

/** The products of the names and families; all of the list where none is given. Throws `UsageError` for a name that is none. */
export function namedProducts(
  names: readonly string[],
  families: readonly string[] = [],
  table: ServiceTable,
): NamedProducts {
  if (names.length === 0 && families.length === 0) {
    return { subject: "all products of the list", products: new Set(table.products), isNamed: false };
  }
  const named = names.map((name) => productNamed(name, table));
  const ofFamilies = families.map((name) => productsOfFamily(name, table));
  return {
    subject: [
      ...named.map(({ name }) => name),
      ...ofFamilies.map(({ family }) => `the family ${family}`),
    ].join(", "),
    products: new Set([...named, ...ofFamilies.flatMap(({ products }) => products)]),
    isNamed: true,
  };
}

/**
 * The product that is called so, in the list or beside it: its name or another one of it, in capital letters or not, or a part
 * that is in the names of no other product. Throws `UsageError`, which says what could be meant.
 */
export function productNamed(name: string, table: ServiceTable): Product {
  const exact = table.product(name.trim());
  if (exact !== null) return exact;
  const similar = findProducts(table, name);
  if (similar.length === 1) return similar[0];
  if (similar.length === 0) throw new UsageError(noProductText(name, table));
  throw new UsageError(`"${name}" may be ${similar.map((product) => product.name).join(", ")}`);
}

/** That no product has this name or a part of it, and which are called nearly so. */
export function noProductText(name: string, table: ServiceTable): string {
  return `no product is called "${name}"; ${nearText(name, table) ?? "appleflow products lists them"}`;
}

/** Which products are called nearly so, as a question; null where none is. */
export function nearText(name: string, table: ServiceTable): string | null {
  const near = nearProducts(table, name).slice(0, MOST_NEAR);
  return near.length === 0 ? null : `did you mean ${near.map((product) => product.name).join(" or ")}?`;
}

const MOST_NEAR = 3;

function productsOfFamily(
  name: string,
  table: ServiceTable,
): { readonly family: string; readonly products: readonly Product[] } {
  const wanted = name.trim().toLowerCase();
  const products = [...table.products, ...table.offListProducts].filter(
    ({ family }) => family.toLowerCase() === wanted,
  );
  if (products.length === 0) {
    const families = new Set([...table.products, ...table.offListProducts].map(({ family }) => family));
    throw new UsageError(`no family is called "${name}"; the families are ${[...families].join(", ")}`);
  }
  return { family: products[0].family, products };
}
