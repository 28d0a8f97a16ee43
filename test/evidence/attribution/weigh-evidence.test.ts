/** What remains of a port's candidates when further evidence is weighed (docs/contract.md, "What evidence decides"). */
import { describe, expect, it } from "vitest";
import type { Finding, FindingVerdict } from "../../../src/evidence/attribution/evidence.ts";
import { weighEvidence } from "../../../src/evidence/attribution/weigh-evidence.ts";
import type { Product } from "../../../src/knowledge/port-list/product.ts";
import type { PortMatch } from "../../../src/knowledge/port-list/service-table.ts";

function product(name: string, kind: Product["kind"] = "apple"): Product {
  return {
    name,
    kind,
    role: "service",
    aliases: [],
    family: "Family",
    begun: null,
    ended: null,
    begunAtSeconds: null,
    closedAtSeconds: null,
    retired: null,
    retiredAtSeconds: null,
    isListed: true,
  };
}

const update = product("Software Update");
const icloud = product("iCloud");
const push = product("Push notifications");
const findMy = product("Find My");
const websites = product("TLS websites", "generic");

const https: PortMatch = { rows: [], products: [update, icloud, websites], match: "specific" };
const wide: PortMatch = { rows: [], products: [icloud], match: "wide" };
const generic: PortMatch = { rows: [], products: [websites], match: "specific" };
const nameless: PortMatch = { rows: [], products: [], match: "specific" };
const none: PortMatch = { rows: [], products: [], match: "none" };

function finding(grade: Finding["grade"], verdict: FindingVerdict): Finding {
  return { grade, what: "something", rule: null, verdict };
}
const names = (grade: Finding["grade"], ...products: Product[]) =>
  finding(grade, { says: "products", products });
const apple = (grade: Finding["grade"]) => finding(grade, { says: "apple" });
const notApple = (grade: Finding["grade"]) => finding(grade, { says: "not-apple" });
const nothing = (grade: Finding["grade"]) => finding(grade, { says: "nothing" });

function weigh(match: PortMatch, ...findings: Finding[]) {
  const { attribution, findings: weighed } = weighEvidence(match, findings);
  const { candidates, evidence, reason, isOffList } = attribution;
  return [
    candidates.map(({ name }) => name),
    evidence ?? reason,
    isOffList,
    ...weighed.map((one) => one.effect),
  ];
}

describe("the port alone", () => {
  it("gives what the list says", () => {
    expect(weigh(https)).toEqual([["Software Update", "iCloud", "TLS websites"], "port", false]);
    expect(weigh(wide)).toEqual([["iCloud"], "port-range", false]);
    expect(weigh(nameless)).toEqual([[], "no-product-listed", false]);
    expect(weigh(none)).toEqual([[], "port-not-listed", false]);
  });

  it("stands where findings say nothing", () => {
    expect(weigh(https, nothing("process"), nothing("server-name"))).toEqual([
      ["Software Update", "iCloud", "TLS websites"],
      "port",
      false,
      "none",
      "none",
    ]);
  });
});

describe("a finding that names products", () => {
  it("names its products whole, off the list where the port's row lacks one", () => {
    expect(weigh(https, names("server-name", update))).toEqual([
      ["Software Update"],
      "server-name",
      false,
      "decided",
    ]);
    expect(weigh(https, names("server-name", findMy, icloud))).toEqual([
      ["iCloud", "Find My"],
      "server-name",
      true,
      "decided",
    ]);
  });

  it("wins over a port that has none of them, off the list", () => {
    expect(weigh(https, names("server-name", findMy))).toEqual([["Find My"], "server-name", true, "decided"]);
    expect(weigh(none, names("name", findMy, push))).toEqual([
      ["Find My", "Push notifications"],
      "name",
      true,
      "decided",
    ]);
    expect(weigh(nameless, names("process", push))).toEqual([
      ["Push notifications"],
      "process",
      true,
      "decided",
    ]);
  });

  it("is narrowed by weaker ones that overlap, and beats those that do not", () => {
    expect(weigh(https, names("process", update, icloud), names("server-name", icloud, findMy))).toEqual([
      ["iCloud"],
      "process",
      false,
      "decided",
      "narrowed",
    ]);
    expect(
      weigh(https, names("process", update), names("server-name", icloud), names("name", update)),
    ).toEqual([["Software Update"], "process", false, "decided", "contradicted", "confirmed"]);
  });

  it("is told from what says only whose a flow is", () => {
    expect(weigh(https, names("server-name", update), apple("address"))).toEqual([
      ["Software Update"],
      "server-name",
      false,
      "decided",
      "confirmed",
    ]);
    expect(weigh(https, names("process", update), notApple("server-name"))).toEqual([
      ["Software Update"],
      "process",
      false,
      "decided",
      "contradicted",
    ]);
  });
});

describe("an address or name of Apple's without a product", () => {
  it("only takes the generic candidates away", () => {
    expect(weigh(https, apple("address"))).toEqual([
      ["Software Update", "iCloud"],
      "address",
      false,
      "narrowed",
    ]);
  });

  it("never becomes a product", () => {
    expect(weigh(none, apple("server-name"))).toEqual([[], "port-not-listed", false, "none"]);
    expect(weigh(nameless, apple("address"))).toEqual([[], "no-product-listed", false, "none"]);
  });

  it("leaves a port that has only generic candidates, or none, as it is", () => {
    expect(weigh(generic, apple("address"))).toEqual([["TLS websites"], "port", false, "contradicted"]);
    expect(weigh(wide, apple("address"))).toEqual([["iCloud"], "port-range", false, "confirmed"]);
  });
});

describe("a server name that is not Apple's", () => {
  it("leaves the generic candidates", () => {
    expect(weigh(https, notApple("server-name"))).toEqual([
      ["TLS websites"],
      "server-name",
      false,
      "narrowed",
    ]);
    expect(weigh(generic, notApple("name"))).toEqual([["TLS websites"], "port", false, "confirmed"]);
  });

  it("leaves nothing where there are none", () => {
    for (const match of [wide, none, nameless]) {
      expect(weigh(match, notApple("server-name"))).toEqual([[], "not-apple", false, "decided"]);
    }
  });

  it("counts for more than an address", () => {
    expect(weigh(https, notApple("server-name"), apple("address"))).toEqual([
      ["TLS websites"],
      "server-name",
      false,
      "narrowed",
      "contradicted",
    ]);
  });
});
