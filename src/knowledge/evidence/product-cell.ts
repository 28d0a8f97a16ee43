/** Cells that name products: "Dictation | Siri", or "—" if unknown. */

import type { Product } from "../port-list/product.ts";

/** U+2014, which means "none" in all data files. */
export const NOTHING = "—";
const SEPARATOR = /\s*\|\s*/;

/**
 * Parses the products of a cell, in order.
 *
 * @param find returns the product of a name, or null
 * @param fail creates the error to throw
 * @throws the error of `fail`, for an empty cell, an unknown name, or a product named twice
 */
export function readProductCell(
  cell: string,
  find: (name: string) => Product | null,
  fail: (problem: string) => Error,
): readonly Product[] {
  if (cell === NOTHING) return [];
  const products = new Set<Product>();
  for (const name of cell.split(SEPARATOR)) {
    if (name === "" || name === NOTHING)
      throw fail(`"${cell}" does not name products; write ${NOTHING} for none`);
    const product = find(name);
    if (product === null) throw fail(`"${name}" is not the canonical name of a product`);
    if (products.has(product)) throw fail(`"${product.name}" occurs twice in "${cell}"`);
    products.add(product);
  }
  return [...products];
}
