/** What content caches keep, and how to recognise one (`data/content-caching.tsv`). */
import type { DataSources } from "../../knowledge/port-list/data-sources.ts";
import type { Product } from "../../knowledge/port-list/product.ts";
import { badDataLine, parseTabTable } from "../../knowledge/port-list/tab-table.ts";

/** Known facts about content caches. */
export interface CacheableContent {
  /** Products whose downloads a cache keeps. */
  readonly products: ReadonlySet<Product>;
  /** Products that indicate that a server is a cache. */
  readonly servers: ReadonlySet<Product>;
  /** User agents of programs that query a cache. */
  readonly clients: ReadonlySet<string>;
  /** Keys of `data/sources.tsv` that lines cite. */
  readonly citedSources: ReadonlySet<string>;
}

const COLUMNS = ["kind", "name", "what", "source", "date"] as const;

/**
 * Parses the file.
 *
 * @param find returns the product of a canonical name, or null
 * @param sources source keys that lines may cite
 * @throws InputError `bad_data_file` with the line of the invalid value
 */
export function parseCacheableContent(
  text: string,
  source: string,
  find: (name: string) => Product | null,
  sources: DataSources,
): CacheableContent {
  const products = new Set<Product>();
  const servers = new Set<Product>();
  const clients = new Set<string>();
  const citedSources = new Set<string>();
  const names = new Set<string>();
  for (const record of parseTabTable(text, source, { required: COLUMNS })) {
    const { line, cells } = record;
    const { kind, name, what } = cells;
    const fail = (problem: string) => badDataLine(source, line, problem);
    if (name === "" || what === "") throw fail("the columns name and what must not be empty");
    if (names.has(name)) throw fail(`"${name}" occurs twice`);
    names.add(name);
    for (const key of sources.check(record, source)) citedSources.add(key);
    if (kind === "client") {
      clients.add(name);
      continue;
    }
    const product = find(name);
    if (product === null || product.name !== name)
      throw fail(`"${name}" is not the canonical name of a product`);
    if (kind === "content") products.add(product);
    else if (kind === "server") servers.add(product);
    else throw fail(`kind "${kind}" is not content, server or client`);
  }
  return { products, servers, clients, citedSources };
}
