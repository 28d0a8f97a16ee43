/** Reads `data/content-caching.tsv` of the package. */
import { dataFolder } from "../../knowledge/data-folder.ts";
import { DataSources } from "../../knowledge/port-list/data-sources.ts";
import type { ServiceTable } from "../../knowledge/port-list/service-table.ts";
import { readTextFile } from "../../text-file.ts";
import { type CacheableContent, parseCacheableContent } from "./cacheable-content.ts";

/**
 * What content caches keep; `services` knows the products. Owned by the caller.
 *
 * @throws InputError `cannot_open` or `bad_data_file`
 */
export function loadCacheableContent(services: ServiceTable): CacheableContent {
  const read = (name: string) => readTextFile(new URL(name, dataFolder()), `data/${name}`);
  const sources = new DataSources(read("sources.tsv"), "data/sources.tsv");
  const find = (name: string) => services.product(name);
  return parseCacheableContent(read("content-caching.tsv"), "data/content-caching.tsv", find, sources);
}
