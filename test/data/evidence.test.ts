/** The data files of evidence: counts that change on purpose only, and what must hold of every row. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { loadPortNeeds } from "../../src/firewall/load-port-needs.ts";
import { loadAdviceRows } from "../../src/knowledge/advice/load-advice.ts";
import { parseHostPattern } from "../../src/knowledge/evidence/host-pattern.ts";
import { HostRules } from "../../src/knowledge/evidence/host-rules.ts";
import { loadEvidence } from "../../src/knowledge/evidence/load-evidence-rules.ts";
import { loadServiceTable } from "../../src/knowledge/port-list/load-service-table.ts";
import { TIME_COLUMNS } from "../../src/knowledge/port-list/product-times.ts";
import { parseTabTable } from "../../src/knowledge/port-list/tab-table.ts";
import { loadProductNeeds } from "../../src/reports/reach/load-product-needs.ts";

const table = loadServiceTable();
const { rules, rowCounts, sources, citedSources } = loadEvidence(table);

const OFF_LIST_COLUMNS = ["kind", "role", "family", "aliases", ...TIME_COLUMNS];

function rowsOf(file: string, ...required: string[]) {
  const text = readFileSync(new URL(`../../data/${file}`, import.meta.url), "utf8");
  return parseTabTable(text, file, { required: [...required, "source", "date", "note"] });
}

const hosts = rowsOf("hosts.tsv", "pattern", "products", "use");
const offList = rowsOf("off-list-products.tsv", "product", ...OFF_LIST_COLUMNS);

describe("sizes", () => {
  it("are those that data/README.md gives", () => {
    expect(rowCounts).toEqual({
      hosts: 236,
      networks: 89,
      serviceTypes: 75,
      processes: 100,
      protocolSigns: 2,
      specialDomains: 17,
    });
    expect(table.offListProducts).toHaveLength(57);
    expect(sources).toHaveLength(80);
    expect(loadAdviceRows()).toHaveLength(24);
    const readme = readFileSync(new URL("../../data/README.md", import.meta.url), "utf8");
    for (const claim of [
      "236 host patterns",
      "89 prefixes",
      "75 service types",
      "100 processes",
      "57 off-list products",
      "2 signs of protocols",
      "17 special domains",
      "24 texts of advice",
      "80 sources",
    ]) {
      expect(readme).toContain(claim);
    }
  });
});

describe("hosts.tsv", () => {
  const match = (pattern: string, products: string) => {
    const parsed = parseHostPattern(pattern);
    if (typeof parsed === "string") return expect.fail(parsed);
    const all = rules.hosts.matchDnsName(sampleOf(pattern));
    expect(all?.rule, pattern).toBe(pattern);
    expect(all?.products.map(({ name }) => name).join(" | ") || "—", pattern).toBe(products);
  };

  it("every pattern answers for a name that it describes, with its own products", () => {
    const named = hosts.filter(({ cells }) => cells.use !== "ech-public-name");
    expect(named.length).toBeGreaterThan(200);
    for (const { cells } of named) match(cells.pattern, cells.products);
  });

  it("no row says what the rows without it say already", () => {
    for (const { cells } of hosts.filter(({ cells }) => cells.use === "any" && cells.products !== "—")) {
      const others = hosts
        .filter((row) => row.cells.use === "any" && row.cells.pattern !== cells.pattern)
        .map((row) => hostRule(row.cells.pattern, row.cells.products));
      const without = new HostRules([others]).match(sampleOf(cells.pattern));
      const products = without?.products.map(({ name }) => name).join(" | ");
      expect(products, `${cells.pattern} by ${without?.rule}`).not.toBe(cells.products);
    }
  });

  it("products stand in the order of the alphabet, so that two rows compare at a glance", () => {
    for (const { cells } of hosts) {
      const names = cells.products.split(" | ");
      expect(names).toEqual([...names].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1)));
    }
  });
});

describe("off-list-products.tsv", () => {
  it("every product is named by a name, a service type or a process", () => {
    const named = new Set(rules.products);
    expect(table.offListProducts.filter((product) => !named.has(product)).map(({ name }) => name)).toEqual(
      [],
    );
  });

  it("has those that the list lacks, and none that it has", () => {
    const names = table.offListProducts.map(({ name }) => name);
    expect(names).toEqual(offList.map(({ cells }) => cells.product));
    for (const name of [
      "iCloud Private Relay",
      "Apple TV app",
      "Find My",
      "AirDrop",
      "HomeKit",
      "Xcode downloads",
      "Apple Account sign-in",
      "Device activation",
      "Certificate validation",
    ]) {
      expect(names).toContain(name);
    }
    for (const product of table.offListProducts) {
      expect(product.isListed).toBe(false);
      expect(table.products).not.toContain(product);
      expect(table.product(product.name)).toBe(product);
    }
    expect(table.products.every(({ isListed }) => isListed)).toBe(true);
  });
});

describe("sources.tsv", () => {
  it("has no source that nothing cites", () => {
    const cited = new Set([
      ...citedSources,
      ...loadPortNeeds(table).citedSources,
      ...loadAdviceRows().flatMap((row) => row.sources),
      ...loadProductNeeds((name) => table.product(name)).flatMap((need) => need.sources),
      ...offList.flatMap(({ cells }) => cells.source.split(" | ")),
    ]);
    expect(sources.filter((key) => !cited.has(key))).toEqual([]);
  });
});

/** A name that the pattern describes. */
function sampleOf(pattern: string): string {
  if (pattern.startsWith("=")) return pattern.slice(1);
  if (pattern.startsWith(".")) return `sample${pattern}`;
  return pattern.replaceAll("#", "42").replaceAll("*", "sample");
}

function hostRule(text: string, products: string) {
  const pattern = parseHostPattern(text);
  if (typeof pattern === "string") throw new Error(pattern);
  const named = products === "—" ? [] : products.split(" | ").flatMap((name) => table.product(name) ?? []);
  return { pattern, use: "any" as const, products: named };
}
