/** Loads `data/reach.tsv` of the package: the only file of this folder that reads from disk. */

import { dataFolder } from "../../knowledge/data-folder.ts";
import { DataSources } from "../../knowledge/port-list/data-sources.ts";
import type { Product } from "../../knowledge/port-list/product.ts";
import { readTextFile } from "../../text-file.ts";
import { type ProductNeed, parseProductNeeds } from "./product-needs.ts";

/** Read once: a process that has dropped root privileges may no longer be able to read the files. */
const texts = new Map<string, string>();

/**
 * Loads the needs of the products.
 *
 * @param find returns the product of a name, or null
 * @throws InputError `cannot_open` or `bad_data_file`
 */
export function loadProductNeeds(find: (name: string) => Product | null): readonly ProductNeed[] {
  const read = (name: string) => {
    const text = texts.get(name) ?? readTextFile(new URL(name, dataFolder()), `data/${name}`);
    texts.set(name, text);
    return text;
  };
  const sources = new DataSources(read("sources.tsv"), "data/sources.tsv");
  return parseProductNeeds(read("reach.tsv"), "data/reach.tsv", find, sources);
}
