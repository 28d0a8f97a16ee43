/** The class of a flow after weighing evidence (docs/contract.md, "Classes" and "What evidence decides"). */
import { describe, expect, it } from "vitest";
import type { Product } from "../../../src/knowledge/port-list/product.ts";
import type { PortMatch } from "../../../src/knowledge/port-list/service-table.ts";
import {
  apple,
  appleProcess,
  attributionOf,
  clock,
  findMy,
  generic,
  https,
  icloud,
  mail,
  nameless,
  names,
  none,
  notApple,
  nothing,
  otherProcess,
  portOf,
  product,
  push,
  sharing,
  speaks,
  update,
  websites,
  weigh,
  wide,
} from "../../support/weighing.ts";

describe("the port alone", () => {
  it("gives the products of the list", () => {
    expect(weigh(https)).toEqual(["listed", ["Software Update", "iCloud", "TLS websites"], null]);
    expect(weigh(wide)).toEqual(["range", ["iCloud"], null]);
    expect(weigh(nameless)).toEqual(["unlisted", [], "no-product-listed"]);
    expect(weigh(none)).toEqual(["unlisted", [], "port-not-listed"]);
  });

  it("decides if the findings say nothing", () => {
    expect(weigh(https, nothing("process"), nothing("name"))).toEqual([...weigh(https), "none", "none"]);
  });

  it("excludes ended products, and puts withdrawn ones last", () => {
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
  it("names all its products, even those that the port's row lacks", () => {
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

  it("is narrowed by weaker findings that overlap, and beats those that do not", () => {
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

  it("does not name products that had ended when the flow began", () => {
    const isAlive = (one: Product) => one !== findMy;
    expect(weigh(portOf(https, { isAlive }), names("server-name", findMy, icloud))[1]).toEqual(["iCloud"]);
    expect(weigh(portOf(https, { isAlive }), names("server-name", findMy))).toEqual([
      "apple",
      [],
      "server-name",
      "none",
    ]);
  });

  it("identifies generic products only if one end is Apple's", () => {
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

describe("products of which one is generic", () => {
  const printing: PortMatch = { rows: [], products: [sharing, websites], match: "specific" };

  it("are no evidence of Apple if anyone's software announces them", () => {
    expect(weigh(printing, speaks("name", sharing, websites))).toEqual([
      "listed",
      ["Screen Sharing", "TLS websites"],
      null,
      "decided",
    ]);
    expect(weigh(none, speaks("name", sharing, websites))[0]).toBe("unlisted");
  });

  it("are identified if the process or the server is Apple's", () => {
    expect(weigh(printing, speaks("process", sharing, websites))[0]).toBe("identified");
    expect(weigh(printing, names("server-name", sharing, websites))[0]).toBe("identified");
  });
});

describe("a foreign server", () => {
  it("excludes services that a process names, and keeps apps, which are marked", () => {
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

  it("makes a flow another's, labelled with the generic product of the port", () => {
    const labelled = attributionOf(portOf(https), notApple("server-name"));
    expect([labelled.class, labelled.reason, labelled.label]).toEqual(["other", "not-apple", websites]);
    for (const match of [wide, none, nameless]) {
      const bare = attributionOf(portOf(match), notApple("server-name"));
      expect([bare.class, bare.label]).toEqual(["other", null]);
    }
    const quic = attributionOf(portOf(none, { otherTransport: https }), notApple("server-name"));
    expect(quic.label).toBe(websites);
  });

  it("never outranks evidence of Apple at the other end", () => {
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

  it("is decided by the strongest name, whatever other names the address has", () => {
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

describe("an Apple end without a product", () => {
  it("gives class apple on any port, and never a product", () => {
    for (const match of [https, wide, generic, none, nameless]) {
      expect(weigh(match, apple("address"))).toEqual(["apple", [], "address", "decided"]);
      expect(weigh(match, apple("server-name"))).toEqual(["apple", [], "server-name", "decided"]);
    }
  });

  it("can be the originator, unless the server is known to be another's", () => {
    const port = portOf(https, { isOriginatorApple: true });
    expect(weigh(port)).toEqual(["apple", [], "address"]);
    expect(weigh(port, notApple("server-name"))[0]).toBe("other");
  });
});

describe("a process", () => {
  it("of Apple's that acts for itself makes a flow Apple's, unless the server is another's", () => {
    expect(weigh(https, appleProcess)).toEqual(["apple", [], "process", "decided"]);
    expect(weigh(https, appleProcess, notApple("server-name"))[0]).toBe("other");
  });

  it("of another maker removes what the port allows", () => {
    expect(weigh(wide, otherProcess)).toEqual(["other", [], "process", "decided"]);
    expect(attributionOf(portOf(https), otherProcess).label).toBe(websites);
  });

  it("does not change which name wins on infrastructure ports", () => {
    const dns = portOf(nameless, { isInfrastructure: true });
    expect(weigh(dns, notApple("server-name"), names("name", update))[0]).toBe("other");
  });

  it("is ignored on infrastructure ports", () => {
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

  it("names a product only if the server is Apple's", () => {
    expect(weigh(https, speaks("user-agent", icloud))[0]).toBe("listed");
    expect(weigh(https, notApple("server-name"), speaks("user-agent", icloud))[0]).toBe("other");
    expect(weigh(https, apple("server-name"), speaks("user-agent", icloud)).slice(0, 3)).toEqual([
      "identified",
      ["iCloud"],
      "user-agent",
    ]);
  });
});

describe("products that evidence names", () => {
  it("are in one order regardless of the order of the evidence: those of the row first, then by name", () => {
    const one = attributionOf(portOf(https), names("name", push, findMy, icloud));
    const other = attributionOf(portOf(https), names("name", icloud, findMy, push));
    expect(one.products).toEqual([icloud, findMy, push]);
    expect(one.offList).toEqual([findMy, push]);
    expect(other).toEqual(one);
  });
});

describe("a server name that the capture's DNS refutes", () => {
  it("still identifies the flow, marked as unverified", () => {
    const port = portOf(https, { isNameRefuted: true });
    expect(attributionOf(port, names("server-name", update))).toMatchObject({ isUnverified: true });
    expect(attributionOf(port, speaks("protocol", push)).isUnverified).toBe(false);
  });
});
