/** The protocols of rows, and every check of their file with one broken line. */
import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import { SIGNATURES } from "../../../src/evidence/payload/protocols/signatures.ts";
import { loadServiceTable } from "../../../src/knowledge/port-list/load-service-table.ts";
import { loadRowProtocols } from "../../../src/knowledge/port-list/row-protocols.ts";
import { PROTOCOLS } from "../../../src/net/application-protocols.ts";
import { DataCopy, dataErrorOf } from "../../support/data-copy.ts";

describe("the row protocols of the package", () => {
  const table = loadServiceTable();
  const rows = loadRowProtocols(table);

  it("cover every row of the list", () => {
    expect([...rows.keys()]).toEqual(table.rows.map((_, index) => index + 1));
  });

  it("allow all rows but echo and FTP data to be contradicted, and 99 to be confirmed", () => {
    const all = [...rows].map(([number, row]) => ({ number, ...row }));
    expect(all.filter(({ isContradicted }) => !isContradicted).map(({ number }) => number)).toEqual([1, 2]);
    expect(all.filter(({ protocols }) => protocols.length > 0)).toHaveLength(99);
  });

  it("have the signs that products need", () => {
    const needed = [...rows].flatMap(([number, { signs }]) =>
      signs
        .filter(({ strength }) => strength === "needed")
        .map(({ sign, product }) => `${table.rows[number - 1].portText} ${sign} ${product.name}`),
    );
    expect(needed).toEqual([
      "67 bsdp NetBoot",
      "68 bsdp NetBoot",
      "88 apple-lkdc Screen Sharing",
      "1900 gateway-search Bonjour",
      "1900 gateway-search Back to My Mac",
    ]);
  });

  it("state which end has to be Apple's", () => {
    const endOf = (port: string) => {
      const index = table.rows.findIndex(({ portText }) => portText === port);
      return rows.get(index + 1)?.appleEnd;
    };
    expect([endOf("22"), endOf("5009"), endOf("123")]).toEqual(["either", "server", "client"]);
  });

  it("name only protocols that can be recognised", () => {
    const recognised = new Set(SIGNATURES.flatMap(({ protocols }) => protocols));
    expect(PROTOCOLS.filter((protocol) => !recognised.has(protocol))).toEqual([]);
  });
});

describe("a broken file of row protocols", () => {
  let data: DataCopy;
  beforeEach(() => {
    data = new DataCopy();
  });
  afterEach(() => data.remove());

  test.each([
    ["4\t22\t", "5\t22\t", 'row "5", 4 comes next'],
    ["4\t22\tTCP", "4\t23\tTCP", "row 4 of the list is 22 TCP"],
    ["\tssh\t—\tyes", "\tssl\t—\tyes", 'protocol "ssl" is not one of tls, dtls'],
    ["\tssh\t—\tyes", "\tssh | ssh\t—\tyes", '"ssh" occurs twice'],
    ["\tssh\t—\tyes", "\tssh\tssh\tyes", '"ssh" is in protocols and in also'],
    ["\tssh\t—\tyes", "\tssh\t\tyes", "a cell is empty: write — for none"],
    ["\tssh\t—\tyes", "\tssh\t—\tperhaps", 'contradicted is "perhaps", it must be yes or no'],
    ["\tssh\t—\tyes\teither", "\tssh\t—\tyes\tboth", 'end "both" is not one of client, server, either'],
    ["bsdp needed: NetBoot", "bsdp must: NetBoot", 'strength "must" is not one of needed, enough, hint'],
    ["bsdp needed: NetBoot", "bdsp needed: NetBoot", 'sign "bdsp" is not one of bsdp'],
    ["bsdp needed: NetBoot", "bsdp NetBoot", 'is not "SIGN needed|enough|hint: PRODUCT"'],
    ["bsdp needed: NetBoot", "bsdp needed: Maps", 'the row does not name the product "Maps"'],
    ["bsdp needed: NetBoot", "tls needed: NetBoot", '"tls" is a sign, but not a protocol of the row'],
    ["\tRFC 4253 4.2\t", "\t—\t", "the source of the protocols is empty"],
    ["RFC 4253 4.2\t2026-11", "RFC 4253 4.2\t2026-13", '"2026-13" is not a date YYYY-MM'],
    ["130\t50006\t", "# 130\t50006\t", "129 rows, the list has 130"],
  ])("with %j in place of %j is refused: %s", (before, after, problem) => {
    const dataFolder = data.url;
    const broken = data.breakLine("row-protocols.tsv", before, after);
    const { message } = dataErrorOf(() => loadServiceTable({ dataFolder }));
    const line = before.startsWith("130") ? 1 : broken;
    expect(message.startsWith(`data/row-protocols.tsv line ${line}: `), message).toBe(true);
    expect(message).toContain(problem);
  });
});
