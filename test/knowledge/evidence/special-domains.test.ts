import { describe, expect, it } from "vitest";
import { loadEvidenceRules } from "../../../src/knowledge/evidence/load-evidence-rules.ts";
import { SpecialDomains } from "../../../src/knowledge/evidence/special-domains.ts";
import { loadServiceTable } from "../../../src/knowledge/port-list/load-service-table.ts";

const { domains } = loadEvidenceRules(loadServiceTable());

describe("domains that any device may use", () => {
  it.each(["annas-mac.local", "nas.home.arpa", "a.b.corp", "a..lan", ".internal"])("include %s", (name) => {
    expect(domains.isBelowShared(name)).toBe(true);
  });

  it.each([
    "",
    "local",
    "home.arpa",
    "1.0.0.10.in-addr.arpa",
    "local.example.com",
    "xlocal",
    "a.local.",
    "a.LOCAL",
  ])("exclude %j", (name) => expect(domains.isBelowShared(name)).toBe(false));
});

describe("domains whose names are anonymised", () => {
  it.each([
    ["annas-mac.local", "local", "below"],
    ["local", "local", "below"],
    ["1.0.0.10.in-addr.arpa", "in-addr.arpa", "below"],
    ["mac.anna.members.btmm.icloud.com", "members.btmm.icloud.com", "below"],
    ["epdg.epc.mnc001.mcc262.pub.3gppnetwork.org", "3gppnetwork.org", "whole"],
  ])("match %s by %s, which hides: %s", (name, domain, hides) => {
    expect(domains.hiding(name)).toMatchObject({ domain, hides });
  });

  it.each(["", "a.corp", "www.icloud.com", "btmm.icloud.com", "xlocal", "local.example.com"])(
    "do not match %j",
    (name) => expect(domains.hiding(name)).toBeNull(),
  );

  it("match by the longest one", () => {
    const nested = new SpecialDomains([
      { domain: "example", isShared: false, hides: "whole" },
      { domain: "b.example", isShared: false, hides: "below" },
    ]);
    expect(nested.hiding("a.b.example")?.domain).toBe("b.example");
    expect(nested.hiding("a.c.example")?.domain).toBe("example");
  });
});
