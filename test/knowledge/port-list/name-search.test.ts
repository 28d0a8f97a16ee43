import { expect, test } from "vitest";
import { productRecord, rowRecord } from "../../../src/knowledge/port-list/list-records.ts";
import { loadServiceTable } from "../../../src/knowledge/port-list/load-service-table.ts";
import { findPorts, findProducts } from "../../../src/knowledge/port-list/name-search.ts";

const table = loadServiceTable();
const ports = (query: string) => findPorts(table, query).map((row) => `${row.portText} ${row.transportText}`);
const products = (name: string) => findProducts(table, name).map((product) => product.name);

test("a search for a port finds every row that covers it, including wide ones", () => {
  expect(ports("5223")).toEqual(["5223 TCP"]);
  expect(ports("8080")).toEqual(["6970–9999 UDP", "8000–8999 TCP", "8080 TCP"]);
  expect(ports("7070")).toEqual(["6970–9999 UDP", "7070 TCP", "7070 UDP"]);
  expect(ports("7070/tcp")).toEqual(["7070 TCP"]);
  expect(ports("udp/7070")).toEqual(["6970–9999 UDP", "7070 UDP"]);
  expect(ports("11211/udp")).toEqual(["11211 —"]);
  expect(ports("443/udp")).toEqual([]);
});

test("a search for a range finds the rows of exactly that range, with any kind of dash", () => {
  expect(ports("3478-3497")).toEqual(["3478–3497 UDP"]);
  expect(ports("49152–65535/tcp")).toEqual(["49152–65535 TCP"]);
});

test("a search for a name finds rows by service, protocol, product or alias, exact matches first", () => {
  expect(ports("HTTPS")).toEqual(["443 TCP"]);
  expect(ports("Telnet")).toEqual(["23 TCP"]);
  expect(ports("back to my mac").length).toBe(10);
  expect(ports("messages")).toEqual(["5297 TCP", "16384–16403 UDP"]);
  expect(ports("ipether232port")).toEqual(["3478–3497 UDP"]);
  expect(ports("jabber")).toEqual(["5222 TCP"]);
  expect(ports("netbios-")).toEqual(["137 UDP", "138 UDP", "139 TCP"]);
});

test("a search for an empty string, a dash or an invalid port finds nothing", () => {
  for (const query of ["", " ", "—", "-", "0", "70000", "99999999", "10-5", "no such thing"]) {
    expect(ports(query), query).toEqual([]);
  }
});

test("a search for products matches names, aliases and parts of names", () => {
  expect(products("imessage")).toEqual(["iMessage"]);
  expect(products("QTSS")).toEqual(["QuickTime Streaming Server"]);
  expect(products("Xsan")).toEqual(["Xsan Filesystem Access"]);
  expect(products("find my ")).toEqual(["Find My", "Find My iPhone", "Find My Friends"]);
  expect(products("handoff")).toEqual(["Continuity"]);
  expect(products("private relay")).toEqual(["iCloud Private Relay"]);
  expect(products("")).toEqual([]);
});

test("a row as JSON has the documented fields in order", () => {
  const [row] = findPorts(table, "3478-3497");
  expect(JSON.stringify(rowRecord(row))).toBe(
    '{"port":"3478–3497","transport":"UDP","protocolName":"—","rfc":"—",' +
      '"serviceName":"nat-stun-port - ipether232port","usedBy":"FaceTime, Game Center",' +
      '"products":["FaceTime","Game Center"],"match":"specific"}',
  );
});

test("a product as JSON has the documented fields in order", () => {
  const [product] = findProducts(table, "Software Update");
  expect(JSON.stringify(productRecord(table, product))).toBe(
    '{"product":"Software Update","kind":"apple","role":"service","family":"Software updates","begun":"1999-10-23","ended":null,"aliases":[],' +
      '"rows":[{"port":"80","transport":"TCP","qualifier":"OS X Lion or earlier"},' +
      '{"port":"443","transport":"TCP","qualifier":"OS X Mountain Lion and later"}]}',
  );
  const [gone] = findProducts(table, "Feedback service");
  expect(productRecord(table, gone)).toMatchObject({
    ended: { date: "2021-03-31", how: "closed" },
    rows: [{ port: "2196" }],
  });
});

test("every product has at least one row", () => {
  for (const product of table.products) {
    expect(productRecord(table, product).rows.length, product.name).toBeGreaterThan(0);
  }
});
