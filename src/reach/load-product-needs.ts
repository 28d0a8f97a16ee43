/** Reads `data/reach.tsv` of the package: the only file of this layer that touches the disk. */
import { readFileSync } from "node:fs";
import { InputError, reasonOf } from "../errors.ts";
import type { Product } from "../services/product.ts";
import { type ProductNeed, parseProductNeeds } from "./product-needs.ts";

// The same distance from src/reach/ and from the folders of the bundle.
const FILE = new URL("../../data/reach.tsv", import.meta.url);
const NAME = "data/reach.tsv";

/**
 * What the products need.
 *
 * @param find the product of a name, or null
 * @throws InputError `cannot_open` or `bad_data_file`
 */
export function loadProductNeeds(find: (name: string) => Product | null): readonly ProductNeed[] {
  let text: string;
  try {
    text = readFileSync(FILE, "utf8");
  } catch (error) {
    throw new InputError("cannot_open", `${NAME}: ${reasonOf(error)}`, { source: NAME }, error);
  }
  return parseProductNeeds(text, NAME, find);
}
