/** Which class a flow is of when evidence is weighed (docs/contract.md, "Classes" and "What evidence decides"). */
import { describe, expect, it } from "vitest";
import type { Finding, FindingVerdict } from "../../../src/evidence/attribution/evidence.ts";
import { fitNothing } from "../../../src/evidence/attribution/row-fit.ts";
import { type FlowPort, weighEvidence } from "../../../src/evidence/attribution/weigh-evidence.ts";
import type { Product } from "../../../src/knowledge/port-list/product.ts";
import type { PortMatch } from "../../../src/knowledge/port-list/service-table.ts";

function product(name: string, some: Partial<Product> = {}): Product {
  return {
    name,
    kind: "apple",
    role: "service",
    aliases: [],
    family: "Family",
    begun: null,
    ended: null,
    begunAtSeconds: null,
    closedAtSeconds: null,
    isListed: true,
    ...some,
  };
}

const update = product("Software Update");
const icloud = product("iCloud");
const push = product("Push notifications");
const findMy = product("Find My");
const mail = product("Mail", { role: "app" });
const sharing = product("Screen Sharing", { role: "local" });
const websites = product("TLS websites", { kind: "generic", role: "app" });
const clock = product("network time", { kind: "generic", role: "app" });

const https: PortMatch = { rows: [], products: [update, icloud, websites], match: "specific" };
const wide: PortMatch = { rows: [], products: [icloud], match: "wide" };
const generic: PortMatch = { rows: [], products: [websites], match: "specific" };
const nameless: PortMatch = { rows: [], products: [], match: "specific" };
const none: PortMatch = { rows: [], products: [], match: "none" };

function finding(grade: Finding["grade"], verdict: FindingVerdict, end: Finding["end"]): Finding {
  return { grade, what: "something", rule: null, verdict, end };
}
/** Named by something at the other end that is Apple's. */
const names = (grade: Finding["grade"], ...products: Product[]) =>
  finding(grade, { says: "products", products }, "apple");
/** Named by something that does not say whose the other end is. */
const speaks = (grade: Finding["grade"], ...products: Product[]) =>
  finding(grade, { says: "products", products }, null);
const apple = (grade: Finding["grade"]) => finding(grade, { says: "apple" }, "apple");
const notApple = (grade: Finding["grade"]) => finding(grade, { says: "not-apple" }, "other");
const nothing = (grade: Finding["grade"]) => finding(grade, { says: "nothing" }, null);
const appleProcess = finding("process", { says: "apple" }, null);
const otherProcess = finding("process", { says: "not-apple" }, null);

function portOf(match: PortMatch, some: Partial<FlowPort> = {}): FlowPort {
  return {
    match,
    fit: fitNothing(match),
    otherTransport: none,
    isInfrastructure: false,
    isNameRefuted: false,
    isOriginatorApples: false,
    isAlive: () => true,
    ...some,
  };
}

/** Class, products or candidates, evidence or reason, then the effect of each finding. */
function weigh(port: PortMatch | FlowPort, ...findings: Finding[]) {
  const { attribution, findings: weighed } = weighEvidence(
    "products" in port ? portOf(port) : port,
    findings,
  );
  const { class: flowClass, products, candidates, evidence, reason } = attribution;
  return [
    flowClass,
    [...products, ...candidates].map(({ name }) => name),
    evidence ?? reason,
    ...weighed.map((one) => one.effect),
  ];
}

function attributionOf(port: FlowPort, ...findings: Finding[]) {
  return weighEvidence(port, findings).attribution;
}

describe("the port alone", () => {
  it("gives what the list says", () => {
    expect(weigh(https)).toEqual(["listed", ["Software Update", "iCloud", "TLS websites"], null]);
    expect(weigh(wide)).toEqual(["range", ["iCloud"], null]);
    expect(weigh(nameless)).toEqual(["unlisted", [], "no-product-listed"]);
    expect(weigh(none)).toEqual(["unlisted", [], "port-not-listed"]);
  });

  it("stands where findings say nothing", () => {
    const byPort = ["listed", ["Software Update", "iCloud", "TLS websites"], null];
    expect(weigh(https, nothing("process"), nothing("server-name"))).toEqual([...byPort, "none", "none"]);
  });

  it("gives no product that had ended, and withdrawn ones last", () => {
    const isAlive = (one: Product) => one !== update;
    expect(weigh(portOf(https, { isAlive }))).toEqual(["listed", ["iCloud", "TLS websites"], null]);
    const isDead = () => false;
    expect(weigh(portOf(https, { isAlive: isDead }))).toEqual(["unlisted", [], "product-ended"]);
    const old = product("Old", { ended: { date: "2011", how: "withdrawn", source: "x" } });
    const withOld: PortMatch = { rows: [], products: [old, update], match: "specific" };
    expect(weigh(withOld)).toEqual(["listed", ["Software Update", "Old"], null]);
  });
});

describe("a finding that names products", () => {
  it("names its products whole, whatever the port's row lacks", () => {
    expect(weigh(https, names("server-name", update))).toEqual([
      "identified",
      ["Software Update"],
      "server-name",
      "decided",
    ]);
    const both = attributionOf(portOf(https), names("server-name", findMy, icloud));
    expect(both.products).toEqual([icloud, findMy]);
    expect(both.offList).toEqual([findMy]);
    expect(attributionOf(portOf(none), names("name", findMy, push)).offList).toEqual([findMy, push]);
    expect(weigh(nameless, speaks("process", push))[0]).toBe("identified");
  });

  it("is narrowed by weaker ones that overlap, and beats those that do not", () => {
    expect(weigh(https, speaks("process", update, icloud), names("server-name", icloud, findMy))).toEqual([
      "identified",
      ["iCloud"],
      "process",
      "decided",
      "narrowed",
    ]);
    expect(
      weigh(https, speaks("process", update), names("server-name", icloud), names("name", update)),
    ).toEqual(["identified", ["Software Update"], "process", "decided", "contradicted", "confirmed"]);
  });

  it("does not name what had ended when the flow began", () => {
    const isAlive = (one: Product) => one !== findMy;
    expect(weigh(portOf(https, { isAlive }), names("server-name", findMy, icloud))[1]).toEqual(["iCloud"]);
    expect(weigh(portOf(https, { isAlive }), names("server-name", findMy))).toEqual([
      "apple",
      [],
      "server-name",
      "none",
    ]);
  });

  it("identifies generic products only where an end is Apple's", () => {
    expect(weigh(nameless, names("server-name", clock)).slice(0, 3)).toEqual([
      "identified",
      ["network time"],
      "server-name",
    ]);
    const ntp: PortMatch = { rows: [], products: [update, clock], match: "specific" };
    expect(weigh(ntp, speaks("process", clock)).slice(0, 3)).toEqual(["listed", ["network time"], null]);
    expect(weigh(none, speaks("process", clock)).slice(0, 3)).toEqual(["unlisted", [], "port-not-listed"]);
  });
});

describe("a foreign server", () => {
  it("takes services away that a process names, and leaves apps, which are counted apart", () => {
    expect(weigh(https, speaks("process", update), notApple("server-name")).slice(0, 3)).toEqual([
      "other",
      [],
      "server-name",
    ]);
    const app = attributionOf(portOf(https), speaks("process", mail, icloud), notApple("server-name"));
    expect([app.class, app.products, app.isElsewhere]).toEqual(["identified", [mail], true]);
    const local = attributionOf(portOf(https), speaks("process", sharing), notApple("server-name"));
    expect([local.class, local.isElsewhere]).toEqual(["identified", false]);
  });

  it("makes a flow another's, with what any vendor's software does there as its label", () => {
    const labelled = attributionOf(portOf(https), notApple("server-name"));
    expect([labelled.class, labelled.reason, labelled.label]).toEqual(["other", "not-apple", websites]);
    for (const match of [wide, none, nameless]) {
      const bare = attributionOf(portOf(match), notApple("server-name"));
      expect([bare.class, bare.label]).toEqual(["other", null]);
    }
    const quic = attributionOf(portOf(none, { otherTransport: https }), notApple("server-name"));
    expect(quic.label).toBe(websites);
  });

  it("never outranks what shows Apple at the other end", () => {
    expect(weigh(https, notApple("server-name"), apple("address"))).toEqual([
      "apple",
      [],
      "address",
      "contradicted",
      "decided",
    ]);
    expect(weigh(https, otherProcess, names("server-name", update)).slice(0, 3)).toEqual([
      "identified",
      ["Software Update"],
      "server-name",
    ]);
  });

  it("is what the strongest name says, whatever others had its address", () => {
    expect(weigh(https, notApple("server-name"), names("name", update)).slice(0, 3)).toEqual([
      "other",
      [],
      "server-name",
    ]);
    expect(weigh(https, names("server-name", update), notApple("name")).slice(0, 3)).toEqual([
      "identified",
      ["Software Update"],
      "server-name",
    ]);
  });
});

describe("an end of Apple's without a product", () => {
  it("is class apple on any port, and never a product", () => {
    for (const match of [https, wide, generic, none, nameless]) {
      expect(weigh(match, apple("address"))).toEqual(["apple", [], "address", "decided"]);
      expect(weigh(match, apple("server-name"))).toEqual(["apple", [], "server-name", "decided"]);
    }
  });

  it("may be the originator, unless the server is known to be another's", () => {
    const port = portOf(https, { isOriginatorApples: true });
    expect(weigh(port)).toEqual(["apple", [], "address"]);
    expect(weigh(port, notApple("server-name"))[0]).toBe("other");
  });
});

describe("a process", () => {
  it("of Apple's that acts for itself makes a flow Apple's, unless the server is another's", () => {
    expect(weigh(https, appleProcess)).toEqual(["apple", [], "process", "decided"]);
    expect(weigh(https, appleProcess, notApple("server-name"))[0]).toBe("other");
  });

  it("of another maker's removes what the port claims", () => {
    expect(weigh(wide, otherProcess)).toEqual(["other", [], "process", "decided"]);
    expect(attributionOf(portOf(https), otherProcess).label).toBe(websites);
  });

  it("says nothing on ports of infrastructure", () => {
    const dns = portOf(nameless, { isInfrastructure: true });
    expect(weigh(dns, speaks("process", update))).toEqual(["unlisted", [], "no-product-listed", "none"]);
    expect(weigh(dns, appleProcess)[0]).toBe("unlisted");
    expect(weigh(dns, otherProcess)[0]).toBe("unlisted");
  });
});

describe("a user agent", () => {
  it("narrows what the name says, and never overrides it", () => {
    expect(weigh(https, names("server-name", update, icloud), speaks("user-agent", icloud))).toEqual([
      "identified",
      ["iCloud"],
      "user-agent",
      "decided",
      "narrowed",
    ]);
    expect(weigh(https, names("server-name", update), speaks("user-agent", icloud))).toEqual([
      "identified",
      ["Software Update"],
      "server-name",
      "decided",
      "contradicted",
    ]);
  });

  it("names a product only where the server is Apple's", () => {
    expect(weigh(https, speaks("user-agent", icloud))[0]).toBe("listed");
    expect(weigh(https, notApple("server-name"), speaks("user-agent", icloud))[0]).toBe("other");
    expect(weigh(https, apple("server-name"), speaks("user-agent", icloud)).slice(0, 3)).toEqual([
      "identified",
      ["iCloud"],
      "user-agent",
    ]);
  });
});

describe("a name that the capture's DNS speaks against", () => {
  it("identifies all the same, unverified", () => {
    const port = portOf(https, { isNameRefuted: true });
    const claimed = attributionOf(port, names("server-name", update));
    expect([claimed.class, claimed.isUnverified]).toEqual(["identified", true]);
    expect(attributionOf(port, speaks("protocol", push)).isUnverified).toBe(false);
  });
});
