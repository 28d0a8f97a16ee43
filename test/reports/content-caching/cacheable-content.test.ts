import { describe, expect, it } from "vitest";
import { DataSources } from "../../../src/knowledge/port-list/data-sources.ts";
import { loadServiceTable } from "../../../src/knowledge/port-list/load-service-table.ts";
import { parseCacheableContent } from "../../../src/reports/content-caching/cacheable-content.ts";
import { loadCacheableContent } from "../../../src/reports/content-caching/load-cacheable-content.ts";

const services = loadServiceTable();
const sources = new DataSources("source\tdate\twhere\na-page\t2026-11\tsomewhere\n", "sources");
const HEAD = "kind\tname\twhat\tsource\tdate\n";

const parse = (...lines: readonly string[]) =>
  parseCacheableContent(
    `${HEAD}${lines.join("\n")}\n`,
    "caching.tsv",
    (name) => services.product(name),
    sources,
  );

describe("data/content-caching.tsv", () => {
  it("has products whose downloads a cache stores, the cache itself, and who queries it", () => {
    const { products, servers, clients } = loadCacheableContent(services);
    expect([products.size, servers.size, clients.size]).toEqual([11, 1, 1]);
    const names = [...products].map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(["Software Update", "App Store", "Mac App Store", "iCloud"]),
    );
    // Streaming and sign-in are on no such list.
    for (const other of ["Apple Music", "Push notifications", "iCloud Private Relay"])
      expect(names).not.toContain(other);
    for (const server of servers) expect(products.has(server)).toBe(false);
  });

  it.each([
    ["content\tAirTunes\twhat\ta-page\t2026-11", '"AirTunes" is not the canonical name of a product'],
    [
      "content\tsoftware update\twhat\ta-page\t2026-11",
      '"software update" is not the canonical name of a product',
    ],
    ["kept\tSoftware Update\twhat\ta-page\t2026-11", 'kind "kept" is not content, server or client'],
    ["content\tSoftware Update\t\ta-page\t2026-11", "the columns name and what must not be empty"],
    ["content\tSoftware Update\twhat\tno-page\t2026-11", "no-page"],
  ])("is refused with %j", (line, problem) => {
    expect(() => parse(line)).toThrow(problem);
  });

  it("is refused with a repeated name", () => {
    const line = "content\tSoftware Update\twhat\ta-page\t2026-11";
    expect(() => parse(line, line)).toThrow('caching.tsv line 3: "Software Update" occurs twice');
  });
});
