/** Reads `data/reach.tsv` of the package: the only file of this layer that touches the disk. */

import { readFileSync } from "node:fs";
import { InputError, reasonOf } from "../../errors.ts";
import { DATA_FOLDER } from "../../knowledge/data-folder.ts";
import { DataSources } from "../../knowledge/port-list/data-sources.ts";
import type { Product } from "../../knowledge/port-list/product.ts";
import { type ProductNeed, parseProductNeeds } from "./product-needs.ts";

/**
 * What the products need.
 *
 * @param find the product of a name, or null
 * @throws InputError `cannot_open` or `bad_data_file`
 */
export function loadProductNeeds(find: (name: string) => Product | null): readonly ProductNeed[] {
  const sources = new DataSources(readText("sources.tsv"), "data/sources.tsv");
  return parseProductNeeds(readText("reach.tsv"), "data/reach.tsv", find, sources);
}

function readText(name: string): string {
  const source = `data/${name}`;
  try {
    return readFileSync(new URL(name, DATA_FOLDER), "utf8");
  } catch (error) {
    throw new InputError("cannot_open", `${source}: ${reasonOf(error)}`, { source }, error);
  }
}
