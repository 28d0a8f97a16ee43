import { describe, expect, test } from "vitest";
import { loadServiceTable } from "../../../src/knowledge/port-list/load-service-table.ts";
import type { TransportIndex } from "../../../src/knowledge/port-list/service-table.ts";

const TCP = 0;
const UDP = 1;
const table = loadServiceTable();
const names = (transport: TransportIndex, port: number) =>
  table.lookup(transport, port).products.map(({ name }) => name);

describe("the lookup of a port", () => {
  test("returns all products of overlapping specific rows, in list order", () => {
    expect(names(UDP, 16385)).toEqual(["Messages", "FaceTime", "Game Center"]);
    expect(names(UDP, 16390)).toEqual(["Messages"]);
    expect(names(UDP, 16403)).toEqual(["Messages", "Game Center"]);
    expect(names(UDP, 500)).toEqual(["macOS Server VPN service", "Back to My Mac", "Wi-Fi Calling"]);
    expect(names(UDP, 4500)).toEqual(["macOS Server VPN service", "Back to My Mac", "Wi-Fi Calling"]);
  });

  test("ignores wide rows if a specific row matches, even one without a product", () => {
    expect(names(TCP, 8080)).toEqual(["macOS Server"]);
    expect(table.lookup(TCP, 8080).match).toBe("specific");
    expect(names(TCP, 8005)).toEqual([]);
    expect(table.lookup(TCP, 8005).match).toBe("specific");
    expect(names(TCP, 8100)).toEqual(["Web service", "iTunes Radio streams"]);
    expect(table.lookup(TCP, 8100).match).toBe("wide");
  });

  test("returns wide rows if no other row matches", () => {
    expect(names(TCP, 60000)).toEqual(["Xsan Filesystem Access"]);
    expect(names(UDP, 60000)).toEqual(["Back to My Mac"]);
    expect(names(TCP, 700)).toEqual(["NetInfo"]);
    expect(names(UDP, 700)).toEqual(["NetInfo"]);
  });

  test("distinguishes TCP from UDP", () => {
    expect(table.lookup(TCP, 7070).rows[0].protocolName).toContain("ARCP");
    expect(table.lookup(UDP, 7070).rows[0].protocolName).toBe("RTSP alternate");
    expect(names(TCP, 626)).toEqual(["IMAP administration"]);
    expect(names(UDP, 626)).toEqual(["Server serial number registration"]);
    expect(table.lookup(UDP, 443).match).toBe("none");
  });

  test("treats an unspecified transport as both", () => {
    expect(names(TCP, 11211)).toEqual(["Calendar Server"]);
    expect(names(UDP, 11211)).toEqual(["Calendar Server"]);
  });

  test("treats two ports in one cell as single ports", () => {
    for (const port of [1099, 8043, 8821, 8826]) {
      expect(table.specificity(TCP, port)).toBe(2);
      expect(table.lookup(TCP, port).rows).toHaveLength(1);
    }
  });

  test("returns each product of the malformed cell of 443/tcp once", () => {
    expect(names(TCP, 443)).toHaveLength(29);
    expect(names(TCP, 443)).toEqual([...new Set(names(TCP, 443))]);
    expect(names(TCP, 443)).toEqual(
      expect.arrayContaining([
        "iCloud Mail",
        "Contacts",
        "iPhoto Journals",
        "AirPlay",
        "Siri",
        "Xcode Server",
      ]),
    );
    expect(names(TCP, 443)).not.toContain("Mail");
  });

  test("respects the ends of ranges", () => {
    expect(table.isListed(UDP, 3477)).toBe(false);
    expect(names(UDP, 3478)).toEqual(["FaceTime", "Game Center"]);
    expect(names(UDP, 3497)).toEqual(["FaceTime", "Game Center"]);
    expect(table.isListed(UDP, 3498)).toBe(false);
    expect(table.isListed(TCP, 0)).toBe(false);
    expect(table.isListed(TCP, 65535)).toBe(true);
  });
});

test("the lookup matches a scan of the rows for every port and transport", () => {
  for (const transport of [TCP, UDP] as const) {
    const other = transport === TCP ? "udp" : "tcp";
    const rows = table.rows.filter((row) => row.transport !== other);
    for (let port = 0; port < 65536; port++) {
      const covering = rows.filter((row) => row.ports.some((r) => r.first <= port && port <= r.last));
      const specific = covering.filter((row) => row.match === "specific");
      const deciding = specific.length > 0 ? specific : covering;
      const match = table.lookup(transport, port);
      const same =
        match.rows.length === deciding.length &&
        match.rows.every((row, index) => row === deciding[index]) &&
        match.match === (specific.length > 0 ? "specific" : covering.length > 0 ? "wide" : "none") &&
        table.isListed(transport, port) === covering.length > 0;
      const single = specific.some((row) => row.ports.some((r) => r.first === r.last && r.first === port));
      const specificity = single ? 2 : specific.length > 0 ? 1 : 0;
      if (!same || table.specificity(transport, port) !== specificity) {
        expect.fail(`port ${port}, transport ${transport}: the table differs from the rows`);
      }
      const products = [...new Set(deciding.flatMap((row) => row.products.map((named) => named.product)))];
      if (products.join() !== match.products.join() || products.some((p, i) => p !== match.products[i])) {
        expect.fail(`port ${port}, transport ${transport}: other products`);
      }
    }
  }
});

test("the lookup returns a shared object for the same answer, and allocates nothing", () => {
  expect(table.lookup(TCP, 60000)).toBe(table.lookup(TCP, 60001));
  expect(table.lookup(TCP, 1)).toBe(table.lookup(UDP, 1));
});

test("a single port is more specific than a range, and a range than a wide range", () => {
  expect(table.specificity(TCP, 443)).toBe(2);
  expect(table.specificity(UDP, 3480)).toBe(1);
  expect(table.specificity(UDP, 16385)).toBe(1);
  expect(table.specificity(TCP, 8100)).toBe(0);
  expect(table.specificity(TCP, 60000)).toBe(0);
  expect(table.specificity(UDP, 443)).toBe(0);
});

test.each([
  [TCP, 443, "https"],
  [TCP, 465, "smtp (legacy)"],
  [TCP, 600, "ipcserver"],
  [TCP, 601, null],
  [UDP, 3478, "nat-stun-port"],
  [UDP, 3480, null],
  [UDP, 3497, "ipether232port"],
  [TCP, 8000, "irdmi"],
  [TCP, 8001, null],
  [TCP, 8443, "pcsync-https"],
  [UDP, 16384, "connected"],
  [UDP, 16385, null],
  [TCP, 24000, "med-ltp"],
  [TCP, 1099, "rmiregistry"],
  [TCP, 8043, null],
  [UDP, 500, "isakmp"],
  [TCP, 5223, null],
  [UDP, 443, null],
] as const)("the service name for transport %i port %i is %s", (transport, port, name) => {
  expect(table.serviceName(transport, port)).toBe(name);
});

test("qualifiers belong to a row and a product", () => {
  const qualifier = (port: string, product: string, transport = "TCP") =>
    table.rows
      .find((row) => row.portText === port && row.transportText === transport)
      ?.products.find((named) => named.product.name === product)?.qualifier;
  expect(qualifier("80", "Software Update")).toBe("OS X Lion or earlier");
  expect(qualifier("443", "Software Update")).toBe("OS X Mountain Lion and later");
  expect(qualifier("443", "FaceTime")).toBeNull();
  expect(qualifier("25", "iCloud Mail")).toBe("sending email");
  expect(qualifier("5900", "Screen Sharing")).toBe("Mac OS X 10.5 or later");
  expect(qualifier("3283", "Apple Remote Desktop", "TCP/UDP")).toBe("2.0 or later; Reporting feature");
});

const seconds = (text: string) => Date.parse(text) / 1000;

test("a product begins at the earliest moment that its date allows", () => {
  const begun = (name: string) => table.product(name)?.begunAtSeconds;
  expect(table.product("FaceTime")?.begun?.date).toBe("2010-06-24");
  expect(begun("FaceTime")).toBe(seconds("2010-06-24T00:00:00Z"));
  expect(begun("AirPlay")).toBe(seconds("2004-07-01T00:00:00Z"));
  expect(begun("TLS websites")).toBe(seconds("1995-01-01T00:00:00Z"));
  expect(table.product("xrdiags")).toMatchObject({ begun: null, begunAtSeconds: null, ended: null });
});

test("a closed product ends after the latest moment that its date allows, a withdrawn one never", () => {
  const closed = (name: string) => table.product(name)?.closedAtSeconds;
  expect(table.product("iTunes U")?.ended).toMatchObject({ date: "2021-12-31", how: "closed" });
  expect(closed("iTunes U")).toBe(seconds("2022-01-01T00:00:00Z"));
  expect(closed("Back to My Mac")).toBe(seconds("2019-07-02T00:00:00Z"));
  expect(table.product("NetBoot")?.ended).toMatchObject({ date: "2022-04-21", how: "withdrawn" });
  expect(closed("NetBoot")).toBeNull();
  expect(closed("FaceTime")).toBeNull();
});

test("products state who runs their server", () => {
  const role = (name: string) => table.product(name)?.role;
  expect(["iMessage", "Mail", "Screen Sharing", "AirDrop"].map(role)).toEqual([
    "service",
    "app",
    "local",
    "local",
  ]);
});

test("products are found by name and alias, and report when they ended", () => {
  const backToMyMac = table.product("Back To My Mac");
  expect(backToMyMac?.name).toBe("Back to My Mac");
  expect(backToMyMac?.ended?.date).toBe("2019-07-01");
  expect(table.product("Mac OS X Server")).toBe(table.product("macos server"));
  expect(table.product("iMessage")).not.toBe(table.product("Messages"));
  expect(table.product("iMessage")?.family).toBe(table.product("Messages")?.family);
  expect(table.product("no such product")).toBeNull();
  for (const generic of [
    "World Wide Web",
    "TLS websites",
    "streaming media players",
    "Apps that read newsgroups.",
  ]) {
    expect(table.product(generic)?.kind).toBe("generic");
  }
});

test("the service table is immutable", () => {
  const match = table.lookup(TCP, 443);
  expect(Object.isFrozen(table.rows)).toBe(true);
  expect(Object.isFrozen(table.rows[0])).toBe(true);
  expect(Object.isFrozen(table.products[0])).toBe(true);
  expect(Object.isFrozen(match)).toBe(true);
  expect(Object.isFrozen(match.products)).toBe(true);
});
