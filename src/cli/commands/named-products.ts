/** The products that the arguments of `rules` name: by name, alias or family. */
import { findProducts, nearProducts } from "../../knowledge/port-list/name-search.ts";
import type { Product } from "../../knowledge/port-list/product.ts";
import type { ServiceTable } from "../../knowledge/port-list/service-table.ts";
import { UsageError } from "../environment.ts";

/** The requested products, in words and as objects. */
export interface NamedProducts {
  readonly subject: string;
  readonly products: ReadonlySet<Product>;
  /** Whether they were named explicitly, so that discontinued ones are included. */
  readonly isNamed: boolean;
}

/** The products of the names and families; all of the list if none is given. Throws `UsageError` for an unknown name. */
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
 * The product with this name, on the list or off it: its name or an alias, in any case, or a part that occurs
 * in the names of no other product. Throws `UsageError` with similar names.
 */
export function productNamed(name: string, table: ServiceTable): Product {
  const exact = table.product(name.trim());
  if (exact !== null) return exact;
  const similar = findProducts(table, name);
  if (similar.length === 1) return similar[0];
  if (similar.length === 0) throw new UsageError(noProductText(name, table));
  throw new UsageError(`"${name}" may be ${similar.map((product) => product.name).join(", ")}`);
}

/** The message that no product has this name or a part of it, with similar names. */
export function noProductText(name: string, table: ServiceTable): string {
  return `no product is called "${name}"; ${nearText(name, table) ?? "appleflow products lists them"}`;
}

/** Products with similar names, as a question; null if there are none. */
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
