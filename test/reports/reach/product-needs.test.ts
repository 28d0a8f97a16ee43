/** Product needs: the file of the package, and invalid files. */
import { describe, expect, it } from "vitest";
import { DataSources } from "../../../src/knowledge/port-list/data-sources.ts";
import { loadProductNeeds } from "../../../src/reports/reach/load-product-needs.ts";
import { fallBacksOf, parseProductNeeds } from "../../../src/reports/reach/product-needs.ts";
import { appleList } from "../../support/analyze.ts";

const find = (name: string) => appleList.product(name);
const HEADER = "product\twhat\ttransport\tports\trole\tcounts\teffect\tsource\tdate";
const ROW = "FaceTime\tmedia\tUDP\t3478–3497\trequired\t—\tno media\tpage\t2026-11";
const SOURCES = new DataSources("source\tdate\twhere\npage\t2026-11\ta page\n", "sources.tsv");
const parse = (row: string) => parseProductNeeds(`${HEADER}\n${row}\n`, "needs.tsv", find, SOURCES);

describe("data/reach.tsv", () => {
  const needs = loadProductNeeds(find);

  it("has 24 needs of 14 products", () => {
    expect(needs).toHaveLength(24);
    expect(new Set(needs.map(({ product }) => product)).size).toBe(14);
  });

  it("has the ports of Apple's page on FaceTime", () => {
    const faceTime = needs.filter(({ product }) => product.name === "FaceTime");
    expect(faceTime.map(({ transport, portText }) => `${portText}/${transport}`)).toEqual([
      "5223/tcp",
      "443/tcp",
      "3478–3497/udp",
      "16384–16387/udp",
      "16393–16402/udp",
    ]);
    for (const { product, shownBy } of needs) expect(shownBy.has(product.name)).toBe(true);
  });

  it("has fallbacks only for products that also have a primary way", () => {
    const left = needs.filter(({ insteadOf }) => insteadOf !== null).map(({ product }) => product.name);
    expect(left).toEqual(["Push notifications", "iCloud Private Relay"]);
    for (const name of left) {
      expect(needs.some(({ product, insteadOf }) => product.name === name && insteadOf === null)).toBe(true);
    }
  });

  it("has the fallbacks of clients: push to port 443, QUIC to TCP", () => {
    expect(fallBacksOf(needs)).toEqual([
      { transport: "tcp", port: 5223, instead: 443 },
      { transport: "udp", port: 443, instead: 443 },
    ]);
    expect(fallBacksOf(needs.filter(({ insteadOf }) => insteadOf === null))).toEqual([]);
  });
});

describe("a file of product needs", () => {
  it("is parsed", () => {
    expect(parse(ROW)).toMatchObject([
      {
        what: "media",
        transport: "udp",
        ports: [{ first: 3478, last: 3497 }],
        insteadOf: null,
        effect: "no media",
      },
    ]);
  });

  it.each([
    ["FaceTime\t", "Facetime\t", '"Facetime" is not the canonical name'],
    ["FaceTime\t", "Newton\t", '"Newton" is not the canonical name'],
    ["\tUDP\t", "\tSCTP\t", 'transport "SCTP" is not TCP or UDP'],
    ["\tUDP\t", "\tTCP/UDP\t", 'transport "TCP/UDP" is not TCP or UDP'],
    ["3478–3497", "3497–3478", "does not ascend"],
    ["\trequired\t", "\toptional\t", 'role "optional"'],
    ["\t—\t", "\tNewton\t", '"Newton" is not the canonical name'],
    ["\tno media\t", "\t\t", "the column effect is empty"],
    ["\tpage\t", "\thearsay\t", 'no source "hearsay"'],
    ["\t2026-11", "\tlately", 'the date is "lately"'],
  ])("is refused with %j replaced by %j", (right, wrong, message) => {
    expect(() => parse(ROW.replace(right, wrong))).toThrow(`needs.tsv line 2: `);
    expect(() => parse(ROW.replace(right, wrong))).toThrow(message);
  });
});
