/** Cells that name products: "Dictation | Siri", or "—" where it is not known which. */

import type { Product } from "../port-list/product.ts";

/** U+2014, which means "none" in all data files. */
export const NOTHING = "—";
const SEPARATOR = /\s*\|\s*/;

/**
 * The products of a cell, in its order.
 *
 * @param find the product of a name, or null
 * @param fail makes the error that is thrown
 * @throws what `fail` makes, for an empty cell, a name that `find` does not know, or a product named twice
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
