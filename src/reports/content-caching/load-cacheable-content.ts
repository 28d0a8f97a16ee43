/** Loads `data/content-caching.tsv` of the package, or its compiled form. */
import { compiledData } from "../../knowledge/compiled-data.ts";
import { dataFolder } from "../../knowledge/data-folder.ts";
import { DataSources } from "../../knowledge/port-list/data-sources.ts";
import type { Product } from "../../knowledge/port-list/product.ts";
import type { ServiceTable } from "../../knowledge/port-list/service-table.ts";
import { readTextFile } from "../../text-file.ts";
import { type CacheableContent, parseCacheableContent } from "./cacheable-content.ts";

/** Name in the compiled data. */
export const CACHING_NAME = "content-caching";

/** Plain JSON form, with products by name. */
export type CompiledCaching = Readonly<Record<keyof CacheableContent, readonly string[]>>;

/**
 * What content caches keep; `services` resolves the products. Owned by the caller.
 *
 * @throws InputError `cannot_open` or `bad_data_file`
 */
export function loadCacheableContent(services: ServiceTable): CacheableContent {
  const compiled = compiledData(CACHING_NAME) as CompiledCaching | null;
  return compiled === null ? readCacheableContent(services) : contentOf(compiled, services);
}

/** Reads and checks the data files. */
export function readCacheableContent(services: ServiceTable): CacheableContent {
  const read = (name: string) => readTextFile(new URL(name, dataFolder()), `data/${name}`);
  const sources = new DataSources(read("sources.tsv"), "data/sources.tsv");
  const find = (name: string) => services.product(name);
  return parseCacheableContent(read("content-caching.tsv"), "data/content-caching.tsv", find, sources);
}

/** Converts the content to its compiled form. */
export function compileCaching(content: CacheableContent): CompiledCaching {
  const names = (products: ReadonlySet<Product>) => [...products].map(({ name }) => name);
  return {
    products: names(content.products),
    servers: names(content.servers),
    clients: [...content.clients],
    citedSources: [...content.citedSources],
  };
}

function contentOf(compiled: CompiledCaching, services: ServiceTable): CacheableContent {
  const products = (names: readonly string[]) =>
    new Set(names.flatMap((name) => services.product(name) ?? []));
  return {
    products: products(compiled.products),
    servers: products(compiled.servers),
    clients: new Set(compiled.clients),
    citedSources: new Set(compiled.citedSources),
  };
}
