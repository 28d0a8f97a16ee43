/** The data files themselves: counts that change only with the list, and their format. */

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { importList, parsePage } from "../../scripts/import-list.ts";
import { loadServices } from "../../src/knowledge/port-list/load-service-table.ts";
import { parseTabTable } from "../../src/knowledge/port-list/tab-table.ts";

const { table, remarks, repairCount } = loadServices();
const list = readFileSync(new URL("../../data/apple-ports.tsv", import.meta.url), "utf8");

function entries(transport: "tcp" | "udp") {
  return table.rows
    .filter((row) => row.transport === transport || row.transport === "both")
    .flatMap((row) => row.ports);
}

test("the list has 130 rows: 80 TCP, 30 UDP, 17 TCP/UDP and 3 without a transport", () => {
  expect(table.rows).toHaveLength(130);
  const byTransport: Record<string, number> = {};
  for (const { transportText } of table.rows) {
    byTransport[transportText] = (byTransport[transportText] ?? 0) + 1;
  }
  expect(byTransport).toEqual({ TCP: 80, UDP: 30, "TCP/UDP": 17, "—": 3 });
});

test("the rows of the list expand to 152 port-and-transport entries", () => {
  const all = [...entries("tcp"), ...entries("udp")];
  expect(all).toHaveLength(152);
  expect(all.filter(({ first, last }) => first !== last)).toHaveLength(15);
  const single = (transport: "tcp" | "udp") =>
    new Set(entries(transport).flatMap(({ first, last }) => (first === last ? [first] : [])));
  expect(single("tcp").size).toBe(96);
  expect(single("udp").size).toBe(39);
});

test("a U+2014 dash in the list is kept apart from an empty cell", () => {
  const count = (column: "usedBy" | "rfc" | "serviceName", value: string) =>
    table.rows.filter((row) => row[column] === value).length;
  expect(count("usedBy", "—")).toBe(31);
  expect(count("rfc", "—")).toBe(94);
  expect(count("serviceName", "—")).toBe(30);
  expect(table.rows.filter((row) => row.rfc === "").map((row) => row.portText)).toEqual(["465", "4488"]);
});

test("continuation lines of the list are joined and Apple's mistakes kept", () => {
  const row = (port: string) => table.rows.find(({ portText }) => portText === port);
  expect(row("465")?.protocolName).toBe("Message Submission for Mail (Authenticated SMTP)");
  expect(row("687")?.usedBy).toBe(
    "Server administration tools for Mac OS X Server v10.6 or earlier, including AppleShare IP",
  );
  expect(row("50006")?.protocolName).toBe("FileMaker helper service");
  expect(row("20")?.protocolName).toBe("File Transport Protocol (FTP)");
  expect(row("7")?.rfc).toBe("792");
  expect(row("3478–3497")?.serviceName).toBe("nat-stun-port - ipether232port");
  expect(row("5988")?.usedBy).toContain("<i>See also</i>");
});

test("the catalogue, the repairs and the remarks have the sizes stated in data/README.md", () => {
  expect(table.products).toHaveLength(106);
  expect(table.products.filter(({ kind }) => kind === "generic")).toHaveLength(15);
  const all = [...table.products, ...table.offListProducts];
  expect(all.filter(({ begun }) => begun === null).map(({ name }) => name)).toEqual(["xrdiags"]);
  expect(all.filter(({ ended }) => ended?.how === "withdrawn")).toHaveLength(38);
  expect(all.filter(({ ended }) => ended?.how === "closed").map(({ name }) => name)).toEqual([
    "iTunes U",
    "Backup",
    "Photo Stream",
    "iPhoto Journals",
    "Back to My Mac",
    "Feedback service",
  ]);
  expect(table.families).toHaveLength(16);
  expect(repairCount).toBe(5);
  expect(remarks).toEqual([
    "This port is registered to DEC DLM",
    "Configuring Back to My Mac on an AirPort Base Station or AirPort Time Capsule in NAT mode impedes connectivity to a macOS Server VPN service behind that NAT.",
    "Can be enabled manually in OS X Lion Server (previously enabled by default for ARD 2.0 Database)",
    "See also dmtf.org/standards/wbem .",
  ]);
  const readme = readFileSync(new URL("../../data/README.md", import.meta.url), "utf8");
  for (const claim of [
    "130 rows",
    "152 entries",
    "106 products",
    "16 families",
    "5 repairs",
    "4 remarks",
    "6 closed",
    "38 withdrawn",
  ]) {
    expect(readme).toContain(claim);
  }
});

test('every row with a "Used by" cell names a product, except the one with a remark only', () => {
  const silent = table.rows.filter((row) => row.usedBy !== "—" && row.products.length === 0);
  expect(silent.map((row) => row.portText)).toEqual(["5432"]);
});

test("the catalogue is in the order in which the list first names its products", () => {
  const named = new Set(table.rows.flatMap((row) => row.products.map(({ product }) => product.name)));
  expect(table.products.map(({ name }) => name)).toEqual([...named]);
});

test("every alias occurs in the list", () => {
  const cells = list.toLowerCase();
  const strangers = table.products.flatMap(({ aliases }) =>
    aliases.filter((alias) => !cells.includes(alias.toLowerCase())),
  );
  expect(strangers).toEqual([]);
});

test('every word of a "Used by" cell occurs in a name, an alias, a qualifier or a recorded piece', () => {
  const recorded = parseTabTable(
    readFileSync(new URL("../../data/used-by.tsv", import.meta.url), "utf8"),
    "used-by.tsv",
    { required: ["piece", "product", "qualifier", "reason"] },
  ).map(({ cells }) => cells.piece);
  for (const row of table.rows) {
    let rest = row.usedBy.replace("<i>See also</i>", "See also");
    const known = [
      ...recorded,
      ...row.products.flatMap(({ product, qualifier }) => [
        ...(qualifier === null ? [] : [`(${qualifier})`]),
        product.name,
        ...product.aliases,
      ]),
    ].sort((a, b) => b.length - a.length);
    // 443 lacks the closing bracket that its recorded piece has.
    if (row.portText === "443") rest = rest.replace("iPhoto Journals,", "iPhoto Journals),");
    for (const text of known) rest = rest.replaceAll(text, "");
    expect(rest.replace(/[\s,;.—]/g, ""), `${row.portText}: ${row.usedBy}`).toBe("");
  }
});

test("the import script reproduces the committed list byte for byte", () => {
  const rows = list.split("\n").filter((line) => /^\d/.test(line));
  const page = [
    "Published Date: February 13, 2018",
    "Port\tTCP or UDP\tService or protocol name\tRFC\tService name\tUsed by",
    ...rows,
    "-- --",
  ];
  expect(rows).toHaveLength(130);
  expect(importList(page.join("\n"))).toBe(list);
});

test('the import script reads the newer page: renamed columns, hyphens, "TCP, UDP"', () => {
  const page = [
    "Port\tType\tService\tRFC\tService name\tUsed by",
    "53\tTCP, UDP\tDomain Name System (DNS)\t1034\tdomain\t—",
    "",
    "465\tTCP\tMessage Submission\t\tsmtp\tMail",
    "",
    "\t\tfor Mail\t\t\t\t".slice(0, -1),
    "3478-3497\tUDP\t—\t—\tnat-stun-port\tFaceTime,",
    "\t\t\t\t\tGame Center",
    "",
    "Footnotes",
  ].join("\n");
  expect(parsePage(page)).toEqual([
    ["53", "TCP, UDP", "Domain Name System (DNS)", "1034", "domain", "—"],
    ["465", "TCP", "Message Submission for Mail", "", "smtp", "Mail"],
    ["3478-3497", "UDP", "—", "—", "nat-stun-port", "FaceTime, Game Center"],
  ]);
});

test("the import script refuses a page without the table, and names the line", () => {
  expect(() => parsePage("Nothing here")).toThrow("the text has no table");
  expect(() => parsePage("Port\tType\tS\tR\tN\tU\n53\tTCP")).toThrow("line 2 has 2 cells");
  expect(() => parsePage("Port\tType\tS\tR\tN\tU\nx\tTCP\t\t\t\t")).toThrow("line 2 neither begins");
});
