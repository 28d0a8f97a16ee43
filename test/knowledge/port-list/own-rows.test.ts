/** `--ports FILE`: the user's rows take precedence over the list's. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { InputError } from "../../../src/errors.ts";
import { loadServiceTable } from "../../../src/knowledge/port-list/load-service-table.ts";

const folder = mkdtempSync(join(tmpdir(), "appleflow-own-rows-"));
afterAll(() => rmSync(folder, { recursive: true }));

const HEADER = "port\ttransport\tservice_name\tused_by";

function load(...lines: string[]) {
  const portsFile = join(folder, "own.tsv");
  writeFileSync(portsFile, lines.join("\n"));
  return loadServiceTable({ portsFile });
}

function names(table: ReturnType<typeof load>, transport: 0 | 1, port: number) {
  return table.lookup(transport, port).products.map(({ name }) => name);
}

test("an own row for an unlisted port is added", () => {
  const table = load(HEADER, "7000\tTCP\tairplay\tAirPlay");
  expect(table.rows).toHaveLength(131);
  expect(names(table, 0, 7000)).toEqual(["AirPlay"]);
  expect(table.serviceName(0, 7000)).toBe("airplay");
  expect(names(table, 0, 443)).toHaveLength(29);
  expect(table.families).toHaveLength(16);
});

test("an own row for the ports and transport of a listed row replaces it in place", () => {
  const table = load(HEADER, "8080\tTCP\t\tOur intranet");
  expect(table.rows).toHaveLength(130);
  expect(names(table, 0, 8080)).toEqual(["Our intranet"]);
  expect(table.serviceName(0, 8080)).toBeNull();
  expect(table.rows.findIndex(({ portText }) => portText === "8080")).toBe(
    loadServiceTable().rows.findIndex(({ portText }) => portText === "8080"),
  );
});

test("an own row replaces all rows of its ports, with any kind of dash", () => {
  expect(names(load(HEADER, "500\tUDP\t\tWi-Fi Calling"), 1, 500)).toEqual(["Wi-Fi Calling"]);
  const table = load(HEADER, "3478-3497\tudp\t\tFaceTime");
  expect(table.rows).toHaveLength(130);
  expect(names(table, 1, 3480)).toEqual(["FaceTime"]);
  expect(load(HEADER, "500\tUDP\t\tWi-Fi Calling").rows).toHaveLength(129);
});

test("an own row for one transport of a TCP/UDP row is added", () => {
  const table = load(HEADER, "554\tTCP\t\tOur camera");
  expect(names(table, 0, 554)).toContain("Our camera");
  expect(names(table, 0, 554)).toContain("AirPlay");
  expect(names(table, 1, 554)).not.toContain("Our camera");
});

test("an own row with an unknown name creates a product of the family Own rows", () => {
  const table = load(
    HEADER,
    "7000–7001\tTCP/UDP\t—\tOur intranet (staging), world wide web; Back To My Mac",
    "7005\tTCP\t—\tour INTRANET",
  );
  expect(names(table, 1, 7001)).toEqual(["Our intranet", "World Wide Web", "Back to My Mac"]);
  expect(table.products).toHaveLength(107);
  expect(table.product("our intranet")).toMatchObject({
    name: "Our intranet",
    kind: "apple",
    family: "Own rows",
    ended: null,
  });
  expect(table.families.at(-1)?.name).toBe("Own rows");
  expect(table.lookup(0, 7000).rows[0].products[0].qualifier).toBe("staging");
  expect(table.lookup(0, 7005).products[0]).toBe(table.product("our intranet"));
  expect(table.specificity(0, 7000)).toBe(1);
  expect(table.specificity(0, 7005)).toBe(2);
});

test("a wide own row counts as wide", () => {
  const table = load(HEADER, "20000-20100\tTCP\t\tOur game");
  expect(table.lookup(0, 20050).match).toBe("wide");
  expect(load(HEADER, "20000-20099\tTCP\t\tOur game").lookup(0, 20050).match).toBe("specific");
});

test("an own row without a product only names the service", () => {
  const table = load(HEADER, "7000\tTCP\tmine\t");
  expect(table.lookup(0, 7000)).toMatchObject({ match: "specific", products: [] });
  expect(table.serviceName(0, 7000)).toBe("mine");
});

test("the columns of own rows can be in any order, and only port, transport and used_by are required", () => {
  const table = load("# mine", "", "\uFEFFused_by\tport\ttransport".slice(1), "AirPlay\t7000\tTCP", "");
  expect(names(table, 0, 7000)).toEqual(["AirPlay"]);
});

test("own rows from a Windows spreadsheet are read: byte order mark, CRLF", () => {
  const table = load(`\uFEFF${HEADER}\r`, "7000\tTCP\tairplay\tAirPlay\r", "");
  expect(names(table, 0, 7000)).toEqual(["AirPlay"]);
});

test("an own row for every port and transport leaves an answer for each", () => {
  const lines = Array.from({ length: 65535 }, (_, index) => `${index + 1}\tTCP/UDP\t\tOur port ${index + 1}`);
  const table = load(HEADER, ...lines);
  expect(names(table, 0, 65535)).toContain("Our port 65535");
  expect(names(table, 1, 65535)).toContain("Our port 65535");
  expect(names(table, 1, 1)).toEqual(["Our port 1"]);
});

test.each([
  [["port\ttransport"], 1, 'no column "used_by"'],
  [["port transport used_by"], 1, 'unknown column "port transport used_by"'],
  [["port\tport\ttransport\tused_by"], 1, "twice"],
  [[""], 1, "no header line"],
  [[HEADER, "7000\tTCP\tAirPlay"], 2, "3 cells, the header has 4"],
  [["# mine", HEADER, "", "0\tTCP\t\tAirPlay"], 4, "port 0 is outside 1 to 65535"],
  [[HEADER, "65536\tTCP\t\tAirPlay"], 2, "port 65536 is outside"],
  [[HEADER, "7000-6999\tTCP\t\tAirPlay"], 2, "does not ascend"],
  [[HEADER, "7000, 7000\tTCP\t\tAirPlay"], 2, "do not ascend"],
  [[HEADER, "https\tTCP\t\tAirPlay"], 2, "is not a port"],
  [[HEADER, "\tTCP\t\tAirPlay"], 2, "is not a port"],
  [[HEADER, "7000\tSCTP\t\tAirPlay"], 2, 'transport "SCTP"'],
  [[HEADER, "7000\tTCP\t\tAirPlay (video"], 2, "brackets"],
  [[HEADER, "7000\tTCP\t\tAirPlay) video"], 2, "brackets"],
  [[HEADER, "7000\tTCP\t\t(video)"], 2, "names no product"],
  [[HEADER, "7000\tTCP\t\t,"], 2, "names no product"],
])("an error in own rows is reported with file and line: %j", (lines, line, problem) => {
  const source = join(folder, "own.tsv");
  let error: unknown;
  try {
    load(...lines);
  } catch (thrown) {
    error = thrown;
  }
  if (!(error instanceof InputError)) expect.fail(`no InputError but ${error}`);
  expect(error.code).toBe("bad_data_file");
  expect(error.position).toEqual({ source, line });
  expect(error.message).toContain(`${source} line ${line}: `);
  expect(error.message).toContain(problem);
});

test("own rows that are not UTF-8 are refused, not replaced", () => {
  const portsFile = join(folder, "latin1.tsv");
  writeFileSync(portsFile, Buffer.from(`${HEADER}\n7000\tTCP\t\tCaf\xe9\n`, "latin1"));
  expect(() => loadServiceTable({ portsFile })).toThrow(/latin1\.tsv line 2: not UTF-8/);
});

test("a missing file of own rows cannot be opened", () => {
  const portsFile = join(folder, "absent.tsv");
  expect(() => loadServiceTable({ portsFile })).toThrow(
    expect.objectContaining({ code: "cannot_open", position: { source: portsFile } }),
  );
});

test("an own row can name an off-list product", () => {
  const table = load(HEADER, "8770\tTCP\t\tAirDrop, Handoff");
  expect(names(table, 0, 8770)).toEqual(["AirDrop", "Continuity"]);
  expect(table.lookup(0, 8770).products[0]).toBe(table.product("AirDrop"));
  expect(table.offListProducts).toContain(table.product("AirDrop"));
  expect(table.families).toHaveLength(16);
});
