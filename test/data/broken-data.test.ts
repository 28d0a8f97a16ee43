/** Every check of the project's data files, each with one broken line. */

import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadServiceTable } from "../../src/knowledge/port-list/load-service-table.ts";
import { DataCopy, dataErrorOf } from "../support/data-copy.ts";

let data: DataCopy;
beforeEach(() => {
  data = new DataCopy();
});
afterEach(() => data.remove());

function load() {
  return loadServiceTable({ dataFolder: data.url });
}

test("the unchanged copy of the port list data loads", () => {
  expect(load().rows).toHaveLength(130);
});

test.each([
  ["apple-ports.tsv", "3478–3497", "3497–3478", "does not ascend"],
  ["apple-ports.tsv", "49152–65535", "49152–65536", "port 65536 is outside 1 to 65535"],
  ["apple-ports.tsv", "\tTCP\tTelnet", "\tTPC\tTelnet", 'transport "TPC"'],
  ["apple-ports.tsv", "\tTelnet", " Telnet", "5 cells, the header has 6"],
  ["apple-ports.tsv", "NetBoot via DHCP", "NetBoot via PPP", '"NetBoot via PPP" is neither a product'],
  ["apple-ports.tsv", "Messages (local traffic)", "Messages (local traffic", "brackets"],
  ["apple-ports.tsv", "rfc", "RFC", 'unknown column "RFC"'],
  ["products.tsv", "FaceTime\tapple", "FaceTime\tbanana", 'kind "banana"'],
  ["products.tsv", "\tMessages and FaceTime", "\tMessages", 'unknown family "Messages"'],
  [
    "products.tsv",
    "\tservice\tMessages",
    "\tserver\tMessages",
    'role "server" is not one of service, app, local',
  ],
  ["products.tsv", "2010-06-24", "2010-02-30", '"2010-02-30" is not a date'],
  ["products.tsv", "2010-06-24", "2010-13", '"2010-13" is not a date'],
  ["products.tsv", "2010-06-24", "June 2010", '"June 2010" is not a date'],
  ["products.tsv", "2010-06-24", "—", "a beginning needs both a date and a source"],
  ["products.tsv", "general knowledge: iPhone 4\t", "\t", "a beginning needs both a date and a source"],
  ["products.tsv", "2023-07-26", "—", "an end needs a date, a source and a kind"],
  ["products.tsv", "\tclosed\t", "\t—\t", "an end needs a date, a source and a kind"],
  ["products.tsv", "\tclosed\t", "\tsold\t", 'end_kind "sold" is not one of closed, withdrawn, —'],
  ["products.tsv", "2023-07-26", "2011-09", "it ended 2011-09, before it began 2011-10-12"],
  ["products.tsv", "iMessage\t", "FACETIME\t", '"facetime" already names "FaceTime"'],
  ["products.tsv", "\tQuickTime Streaming Server (QTSS) |", "\tMaps |", '"maps" already names "Maps"'],
  ["products.tsv", "xrdiags\tapple", "\tapple", "a product needs a name"],
  ["products.tsv", "World Wide Web\t", "Wide World Web\t", '"World Wide Web" is neither', "apple-ports.tsv"],
  ["used-by.tsv", "\tNetBoot\t", "\tNetBoost\t", '"NetBoost" is not the canonical name'],
  ["used-by.tsv", "\tNetBoot\t", "\tnetboot\t", '"netboot" is not the canonical name'],
  ["used-by.tsv", "\tprotocol, not product", "\t", "needs a piece and a reason"],
  ["used-by.tsv", "See also", "See elsewhere", "is neither", "apple-ports.tsv"],
  ["used-by.tsv", "\tContacts\t", "\t—\t", "both a remark and something else"],
  ["repairs.tsv", "iPhoto Journals, AirPlay", "iPhoto Diaries, AirPlay", "brackets", "apple-ports.tsv"],
  ["repairs.tsv", "443\tTCP", "444\tTCP", "brackets", "apple-ports.tsv"],
  ["repairs.tsv", "separator missing between two products", "", "a repair needs a reason"],
  ["families.tsv", "Game Center\t", "Game Centre\t", 'unknown family "Game Center"', "products.tsv"],
  ["families.tsv", "Game Center\t", "iCloud\t", "occurs twice"],
  [
    "families.tsv",
    "Finding and configuring the network: Bonjour, AirPort, time",
    "",
    "needs a name and a desc",
  ],
])("%s: replacing %j by %j is an error with its line", (file, find, replace, problem, blamed = file) => {
  const broken = data.breakLine(file, find, replace);
  const error = dataErrorOf(load);
  expect(error.message).toContain(problem);
  expect(error.position.source).toBe(`data/${blamed}`);
  expect(error.message.startsWith(`data/${blamed} line ${error.position.line}: `)).toBe(true);
  // The broken line is reported, unless a line of another file depends on it and fails first.
  if (blamed === file) expect(error.position.line).toBe(broken);
});

test.each([
  ["products.tsv", `Newton\tapple\tapp\tNetworking${"\t—".repeat(7)}`, 'no row of the list names "Newton"'],
  ["used-by.tsv", "such as Newton\tMail\t—\tinvented", 'no cell of the list has the piece "such as Newton"'],
  ["repairs.tsv", "22\tTCP\tNewton\tMail\tinvented", "no row of the list needs it"],
  ["families.tsv", "Handhelds\tNewton", 'family "Handhelds" has no product'],
])("%s: a superfluous line is refused", (file, added, problem) => {
  const path = data.file(file);
  const text = readFileSync(path, "utf8");
  writeFileSync(path, `${text}${added}\n`);
  const line = text.split("\n").length;
  expect(load).toThrow(
    expect.objectContaining({ code: "bad_data_file", position: { source: `data/${file}`, line } }),
  );
  expect(load).toThrow(problem);
});

test("a missing data file is named in the error", () => {
  rmSync(data.file("families.tsv"));
  expect(load).toThrow(expect.objectContaining({ code: "cannot_open" }));
  expect(load).toThrow("data/families.tsv");
});
