/** Evidence data: counts that change only on purpose, and invariants of every row. */
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
import { loadCacheableContent } from "../../src/reports/content-caching/load-cacheable-content.ts";
import { loadProductNeeds } from "../../src/reports/reach/load-product-needs.ts";

const table = loadServiceTable();
const { rules, rows, sources, citedSources } = loadEvidence(table);

const OFF_LIST_COLUMNS = ["kind", "role", "family", "aliases", ...TIME_COLUMNS];

function rowsOf(file: string, ...required: string[]) {
  const text = readFileSync(new URL(`../../data/${file}`, import.meta.url), "utf8");
  return parseTabTable(text, file, { required: [...required, "source", "date", "note"] });
}

const hosts = rowsOf("hosts.tsv", "pattern", "products", "use");
const offList = rowsOf("off-list-products.tsv", "product", ...OFF_LIST_COLUMNS);

describe("the sizes of the evidence data", () => {
  it("are those stated in data/README.md", () => {
    const counts = Object.fromEntries(Object.entries(rows).map(([kind, all]) => [kind, all.length]));
    expect(counts).toEqual({
      hosts: 586,
      networks: 89,
      infrastructure: 7,
      deviceSigns: 133,
      appleHardware: 1291,
      documentedNetworks: 9,
      serviceTypes: 76,
      processes: 186,
      protocolSigns: 6,
      specialDomains: 17,
    });
    expect(table.offListProducts).toHaveLength(60);
    expect(sources).toHaveLength(117);
    expect(loadAdviceRows()).toHaveLength(41);
    const readme = readFileSync(new URL("../../data/README.md", import.meta.url), "utf8");
    for (const claim of [
      "586 host patterns",
      "89 prefixes",
      "9 documented prefixes",
      "76 service types",
      "186 processes",
      "60 off-list products",
      "6 signs of protocols",
      "17 special domains",
      "41 texts of advice",
      "133 signs of devices",
      "1,291 prefixes of hardware",
      "117 sources",
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

  it("every pattern matches a sample name with its own products", () => {
    const named = hosts.filter(({ cells }) => cells.use !== "ech-public-name");
    expect(named.length).toBeGreaterThan(200);
    for (const { cells } of named) match(cells.pattern, cells.products);
  });

  it("no row repeats what the other rows imply", () => {
    const rows = hosts.filter(({ cells }) => cells.use === "any").map(({ cells }) => cells);
    const all = rows.map(({ pattern, products }) => hostRule(pattern, products));
    const needless = rows.flatMap(({ pattern, products }, index) => {
      if (products === "—") return [];
      const without = new HostRules([all.toSpliced(index, 1)]).match(sampleOf(pattern));
      const said = without?.products.map(({ name }) => name).join(" | ");
      return said === products ? [`${pattern} by ${without?.rule}`] : [];
    });
    expect(needless).toEqual([]);
  });

  const STORES = "App Store | Apple Music | Apple TV app | Books | iTunes Store | Mac App Store | Podcasts";

  it.each([
    ["gateway.icloud.com", "Apple News | Find My | iCloud | Stocks"],
    ["p42-fmip.icloud.com", "Find My iPhone"],
    ["p42-fmf.icloud.com", "Find My Friends"],
    ["p117-mobilebackup.icloud.com", "iCloud Backup"],
    ["calendars.icloud.com", "Calendars"],
    ["p42-mailws.icloud.com", "iCloud Mail"],
    ["p42-sharedstreams.icloud.com", "iCloud"],
    ["play.itunes.apple.com", `${STORES} | Classroom app | Schoolwork | Weather`],
    ["buy.itunes.apple.com", STORES],
    ["client-api.itunes.apple.com", STORES],
    ["amp-api-edge.apps.apple.com", "App Store | Mac App Store"],
    ["gsp-ssl.ls.apple.com", "Maps"],
    ["gsp85-ssl.ls.apple.com", "Location Services"],
    ["gspe1-ssl.ls.apple.com", "Location Services | Maps"],
    ["swcatalog.apple.com", "Software Update"],
    ["radarsubmissions.apple.com", "Analytics and diagnostics"],
    ["news-edge.apple.com", "Apple News"],
    ["nc-pod4-smp-device.apple.com", "Apple Pay"],
    ["uslax1-ntp-001.aaplimg.com", "network time server synchronization"],
    ["time.euro.apple.com", "network time server synchronization"],
    ["beta.apple", "—"],
    ["configuration.apple.com", "—"],
  ])("%s belongs to %s", (name, products) => {
    const sorted = products.split(" | ").sort();
    expect(
      rules.hosts
        .match(name)
        ?.products.map((product) => product.name)
        .sort() ?? [],
    ).toEqual(products === "—" ? [] : sorted);
    expect(rules.hosts.match(name)).not.toBeNull();
  });

  it.each([
    ["8.courier-push-apple.com.akadns.net", "Push notifications"],
    ["fmip.fe.apple-dns.net", "Find My iPhone"],
    ["p32-mobilebackup.fe.apple-dns.net", "iCloud Backup"],
    ["p15-ckcoderouter.fe.apple-dns.net", "iCloud"],
    ["weather-edge.fe.apple-dns.net", "Weather"],
    ["gateway.fe.apple-dns.net", "Apple News | Find My | iCloud | Stocks"],
  ])("a CNAME to %s belongs to %s, but is only Apple's if a client sends that name", (name, products) => {
    expect(
      rules.hosts
        .matchDnsName(name)
        ?.products.map((product) => product.name)
        .join(" | "),
    ).toBe(products);
    expect(rules.hosts.match(name)?.products).toEqual([]);
  });

  it("products of a row are in alphabetical order", () => {
    for (const { cells } of hosts) {
      const names = cells.products.split(" | ");
      expect(names).toEqual([...names].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1)));
    }
  });
});

describe("documented-networks.tsv", () => {
  it("contains only prefixes of networks.tsv", () => {
    const documented = rowsOf("documented-networks.tsv", "prefix", "transport", "ports", "products");
    const networks = new Set(rowsOf("networks.tsv", "prefix", "use").map(({ cells }) => cells.prefix));
    expect(documented.filter(({ cells }) => !networks.has(cells.prefix))).toEqual([]);
  });
});

describe("off-list-products.tsv", () => {
  it("every product is identified by a name, a service type or a process", () => {
    const named = new Set(rules.products);
    expect(table.offListProducts.filter((product) => !named.has(product)).map(({ name }) => name)).toEqual(
      [],
    );
  });

  it("includes products missing from the list, and none that are on it", () => {
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
  it("has no unused source", () => {
    const cited = new Set([
      ...citedSources,
      ...loadPortNeeds(table).citedSources,
      ...loadCacheableContent(table).citedSources,
      ...loadAdviceRows().flatMap((row) => row.sources),
      ...loadProductNeeds((name) => table.product(name)).flatMap((need) => need.sources),
      ...offList.flatMap(({ cells }) => cells.source.split(" | ")),
    ]);
    expect(sources.filter((key) => !cited.has(key))).toEqual([]);
  });
});

/** Returns a name that the pattern matches. */
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
