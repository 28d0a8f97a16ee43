/** The rows of the package, and names that resemble theirs. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadEvidenceRules } from "../../../src/knowledge/evidence/load-evidence-rules.ts";
import { loadServiceTable } from "../../../src/knowledge/port-list/load-service-table.ts";
import { parseTabTable } from "../../../src/knowledge/port-list/tab-table.ts";
import { propertyRuns } from "../../support/property-runs.ts";

const { hosts } = loadEvidenceRules(loadServiceTable());
const patterns = parseTabTable(
  readFileSync(new URL("../../../data/hosts.tsv", import.meta.url), "utf8"),
  "hosts",
  {
    required: ["pattern", "products", "use", "source", "date", "note"],
  },
).flatMap(({ cells }) => (cells.use === "ech-public-name" ? [] : cells.pattern));
/** A name for each pattern. */
const samples = patterns.map((pattern) =>
  pattern.replace(/^[=.]/, "").replaceAll("#", "7").replaceAll("*", "x"),
);

/** Returns the deciding pattern by comparing the name with each of them. */
function slowRule(name: string): string | null {
  if (name === "" || name.split(".").includes("")) return null;
  const fitting = patterns.filter((pattern) => {
    if (pattern.startsWith("=")) return name === pattern.slice(1);
    if (pattern === ".apple") return name.endsWith(pattern);
    if (pattern.startsWith(".")) return `.${name}`.endsWith(pattern);
    const source = pattern.replaceAll(".", "\\.").replaceAll("#", "\\d+").replaceAll("*", "[^.]+");
    return new RegExp(`^${source}$`).test(name);
  });
  const rank = (pattern: string) =>
    (pattern.startsWith("=") ? 2000 : pattern.startsWith(".") ? 0 : 1000) + pattern.length;
  return fitting.sort((a, b) => rank(b) - rank(a)).at(0) ?? null;
}

function productsOf(name: string): readonly string[] | null {
  return hosts.match(name)?.products.map((product) => product.name) ?? null;
}

describe("the match of a host name", () => {
  it.each([
    ["mesu.apple.com", ["Software Update"]],
    ["1-courier.push.apple.com", ["Push notifications"]],
    ["courier.push.apple.com", ["Push notifications"]],
    ["init-p01st.push.apple.com", ["Push notifications"]],
    ["feedback.push.apple.com", ["Feedback service"]],
    ["webcourier-usw.abc1.push.apple.com", ["FaceTime"]],
    ["gateway.icloud.com", ["Apple News", "Find My", "iCloud", "Stocks"]],
    ["p54-caldav.icloud.com", ["Calendars"]],
    ["p54-keyvalueservice.icloud.com", ["iCloud Key Value Store"]],
    ["p54-unknown.icloud.com", ["iCloud"]],
    ["mask.icloud.com", ["iCloud Private Relay"]],
    ["imap.mail.me.com", ["iCloud Mail"]],
    ["guzzoni.apple.com", ["Dictation", "Siri"]],
    ["swcdn.apple.com", ["Software Update"]],
    ["captive.apple.com", ["Captive portal check"]],
    ["gspe35-ssl.ls.apple.com", ["Maps"]],
    ["uts-api.itunes.apple.com", ["Apple TV app"]],
    ["api.tv.apple.com", ["Apple TV app"]],
    ["updates.cdn-apple.com", ["Software Update"]],
    ["epdg.epc.mnc001.mcc262.pub.3gppnetwork.org", ["Wi-Fi Calling"]],
  ])("%s belongs to %j", (name, products) => {
    expect(productsOf(name)).toEqual(products);
    expect(productsOf(`${name.toUpperCase()}.`)).toEqual(products);
  });

  it("gives all products that share the name", () => {
    expect(productsOf("init.ess.apple.com")).toEqual(["FaceTime", "iMessage"]);
    expect(productsOf("cvws.icloud-content.com")).toEqual([
      "iCloud",
      "iCloud Backup",
      "iCloud Documents",
      "iMessage",
      "Photo Stream",
    ]);
    expect(productsOf("new.itunes.apple.com")?.length).toBeGreaterThan(5);
  });

  it.each([
    "apple.com",
    "configuration.apple.com",
    "cdn-apple.com",
    "e1.g.aaplimg.com",
    "foo.apple",
    "publicassets.cdn-apple.com",
  ])("%s is Apple's without a product", (name) => expect(productsOf(name)).toEqual([]));

  it.each([
    "apple.com.evil.example",
    "www.apple.com.evil.example",
    "fakeapple.com",
    "apple.com-support.example",
    "apple.co",
    "com",
    "apple",
    "icloud",
    "xn--pple-43d.com",
    "аpple.com",
    "mas\u212a.icloud.com",
    "mesu.apple.com\u0000.evil.example",
    "mesu.apple.com:443",
    "https://mesu.apple.com/",
    "[2620:149::1]",
    "17.253.105.202",
    "example.com",
    "",
    ".",
    ".apple.com",
    "mesu..apple.com",
    "apple.com/",
    "ocsp.digicert.com",
    "e6858.dsce9.akamaiedge.net",
    "localhost",
  ])("%j is not Apple's", (name) => expect(hosts.match(name)).toBeNull());

  it("prefers the exact name, then a wildcard, then the longest suffix", () => {
    const rule = (name: string) => hosts.match(name)?.rule;
    expect(rule("guzzoni.smoot.apple.com")).toBe("=guzzoni.smoot.apple.com");
    expect(rule("api-glb-euc1b.smoot.apple.com")).toBe(".smoot.apple.com");
    expect(rule("smoot.apple.com")).toBe(".smoot.apple.com");
    expect(rule("p1-contacts.icloud.com")).toBe("p#-contacts.icloud.com");
    expect(rule("a.p1-contacts.icloud.com")).toBe(".icloud.com");
    expect(rule("nobody.apple.com")).toBe(".apple.com");
  });

  it("is the same frozen object for the same rule", () => {
    const match = hosts.match("mesu.apple.com");
    expect(hosts.match("MESU.apple.com.")).toBe(match);
    expect(Object.isFrozen(match)).toBe(true);
    expect(Object.isFrozen(match?.products)).toBe(true);
  });

  it("is empty for any other suffix, whatever comes before it", () => {
    const known = ["mesu.apple.com", "icloud.com", "p1-caldav.icloud.com", "apple.com", "foo.apple"];
    fc.assert(
      fc.property(fc.constantFrom(...known), fc.domain(), (name, domain) => {
        fc.pre(hosts.match(domain) === null);
        expect(hosts.match(`${name}.${domain}`)).toBeNull();
        expect(hosts.match(`${name}-${domain}`)).toBeNull();
      }),
    );
  });

  it("agrees with a naive search of all patterns", () => {
    const label = fc.oneof(
      fc.constantFrom(
        "apple",
        "com",
        "icloud",
        "push",
        "itunes",
        "cn",
        "p12-caldav",
        "p-caldav",
        "webcourier-x",
      ),
      fc.constantFrom("akadns", "net", "push-apple", "smoot", "guzzoni", "www", "mnc001", "7", "epdg"),
      fc.stringMatching(/^[a-z0-9-]{1,4}$/),
    );
    const anyName = fc.oneof(
      fc.array(label, { minLength: 1, maxLength: 7 }).map((labels) => labels.join(".")),
      fc
        .tuple(fc.array(label, { maxLength: 2 }), fc.constantFrom(...samples))
        .map(([front, name]) => [...front, name].join(".")),
      fc
        .tuple(fc.constantFrom(...samples), fc.nat(3))
        .map(([name, cut]) => name.split(".").slice(cut).join(".")),
    );
    const numRuns = propertyRuns(1000);
    let matched = 0;
    fc.assert(
      fc.property(anyName, (name) => {
        const match = hosts.matchDnsName(name);
        if (match !== null) matched++;
        expect(match?.rule ?? null, name).toBe(slowRule(name));
      }),
      { numRuns },
    );
    expect(matched).toBeGreaterThan(numRuns / 10);
  });

  it("takes less than a millisecond for any text, even of 64 KB", () => {
    const hostile = [
      "a".repeat(65_536),
      ".".repeat(65_536),
      "a.".repeat(32_768),
      `${"a.".repeat(32_000)}apple.com`,
      `p${"1".repeat(65_000)}-caldav.icloud.com`,
      `${"1.".repeat(120)}icloud.com`,
      "\u{1f600}".repeat(30_000),
    ];
    for (const name of hostile) hosts.match(name);
    // The best of several runs, because other processes share the machine.
    const times = Array.from({ length: 5 }, () => {
      const begin = performance.now();
      for (const name of hostile) hosts.match(name);
      return performance.now() - begin;
    });
    expect(Math.min(...times) / hostile.length).toBeLessThan(1);
    fc.assert(fc.property(fc.string({ unit: "binary" }), (name) => void hosts.match(name)));
  });
});

describe("names that only DNS uses", () => {
  it("give a product in DNS answers, and only Apple elsewhere", () => {
    const dnsProducts = (name: string) =>
      hosts.matchDnsName(name)?.products.map((product) => product.name) ?? null;
    expect(dnsProducts("us-courier.push-apple.com.akadns.net")).toEqual(["Push notifications"]);
    expect(productsOf("us-courier.push-apple.com.akadns.net")).toEqual([]);
    expect(dnsProducts("gsp.ls-apple.com")).toEqual(["Maps"]);
    expect(productsOf("gsp.ls-apple.com")).toEqual([]);
    expect(dnsProducts("gateway.fe2.apple-dns.net")).toEqual([]);
    expect(productsOf("gateway.fe2.apple-dns.net")).toEqual([]);
    expect(dnsProducts("mesu.apple.com")).toEqual(["Software Update"]);
    expect(dnsProducts("www.akadns.net")).toBeNull();
    expect(dnsProducts("..")).toBeNull();
  });

  it("include the public names of encrypted hellos", () => {
    expect(hosts.isPublicEchName("cloudflare-ech.com")).toBe(true);
    expect(hosts.isPublicEchName("CloudFlare-ECH.com.")).toBe(true);
    expect(hosts.isPublicEchName("www.cloudflare-ech.com")).toBe(false);
    expect(hosts.isPublicEchName("mesu.apple.com")).toBe(false);
    expect(hosts.match("cloudflare-ech.com")).toBeNull();
  });
});

describe("rules for names one label below a domain", () => {
  const said = (domain: string) => [...new Set(hosts.matchBelow(domain).map((match) => match?.rule ?? null))];

  it("are all that can match, beginning with the one that no label selects", () => {
    expect(said("shazam.com")).toEqual([".shazam.com"]);
    expect(said("PUSH.apple.com.")).toEqual([
      ".push.apple.com",
      "=feedback.push.apple.com",
      "=webcourier.push.apple.com",
      "webcourier-*.push.apple.com",
      "time.*.apple.com",
    ]);
    expect(said("usw.push.apple.com")).toEqual([
      ".push.apple.com",
      "webcourier.*.push.apple.com",
      "webcourier-*.*.push.apple.com",
    ]);
    expect(said("example.com")).toEqual([null]);
    expect(said("two..dots")).toEqual([null]);
    // Names of content networks, some of which are Apple's.
    expect(said("com.akadns.net")[0]).toBeNull();
    expect(said("com.akadns.net").length).toBeGreaterThan(1);
  });

  it("include the rule of every sample", () => {
    for (const sample of samples) {
      const match = hosts.match(sample);
      const below = hosts.matchBelow(sample.slice(sample.indexOf(".") + 1));
      // A single label never matches a rule.
      if (sample.includes(".")) expect([sample, below.includes(match)]).toEqual([sample, true]);
    }
  });
});
