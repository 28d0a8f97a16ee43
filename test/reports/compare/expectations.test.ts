import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { summarize } from "../../../src/engine/summarize.ts";
import { loadServiceTable } from "../../../src/knowledge/port-list/load-service-table.ts";
import type { ComparableSummary } from "../../../src/reports/compare/comparable-summary.ts";
import { checkExpectations } from "../../../src/reports/compare/expectation-check.ts";
import {
  type Expectations,
  hasNumbers,
  parseExpectations,
} from "../../../src/reports/compare/expectations.ts";
import { namedTraffic } from "../../../src/reports/compare/named-traffic.ts";
import { expectationsOf } from "../../../src/reports/compare/write-expectations.ts";

const table = loadServiceTable();
const nameOf = (name: string) => table.product(name)?.name ?? null;
const parse = (value: object) =>
  parseExpectations(JSON.stringify({ schema: "appleflow/expected@2", ...value }), "e.json", nameOf);

let office: ComparableSummary;
/** Names more than five products, some of them beside others. */
let names: ComparableSummary;
beforeAll(async () => {
  office = await summarize(["fixtures/office-morning.pcapng"]);
  names = await summarize(["fixtures/lab/apple-names.pcapng"]);
});

/** Returns the problems in the order of the file. */
function problems(expected: Expectations, part = 0, summary = office, slack = 0): string[] {
  const { assertions } = checkExpectations(expected, summary, { part, slack });
  return assertions.flatMap(({ path, problem }) => (problem === null ? [] : `${path} ${problem}`));
}

describe("expectations", () => {
  it("written from a capture are met by it, and can be read back", async () => {
    for (const fixture of [
      "lab/apple-names.pcapng",
      "office-morning.pcapng",
      "cut-record.pcap",
      "empty.pcap",
    ]) {
      const summary = await summarize([`fixtures/${fixture}`]);
      const expected = expectationsOf(summary);
      expect(parse(expected)).toEqual(expected);
      const { assertions, deviations } = checkExpectations(parse(expected), summary);
      expect(deviations).toEqual([]);
      expect(hasNumbers(expected)).toBe(false);
      expect(hasNumbers(expectationsOf(summary, { numbers: true }))).toBe(true);
      const named = summary.products.filter((row) => namedTraffic(row).flows > 0);
      expect(Object.keys(expected.products ?? {})).toEqual(named.map(({ product }) => product).sort());
      // One for completeness, one for other products, and one for the evidence of each product.
      expect(assertions).toHaveLength(2 + named.length);
    }
  });

  it("are each missed if their number changes", () => {
    const expected = expectationsOf(names, { numbers: true });
    let numbers = 0;
    const walk = (value: unknown, visit: (object: Record<string, unknown>, key: string) => void) => {
      if (typeof value !== "object" || value === null || Array.isArray(value)) return;
      for (const key of Object.keys(value)) {
        visit(value as Record<string, unknown>, key);
        walk((value as Record<string, unknown>)[key], visit);
      }
    };
    walk(expected, (object, key) => {
      const { [key]: value } = object;
      if (typeof value !== "number") return;
      numbers++;
      for (const other of [value + 1, { min: value + 1 }, ...(value > 0 ? [{ max: value - 1 }] : [])]) {
        object[key] = other;
        expect(problems(expected, 0, names), `${key} ${JSON.stringify(other)}`).toHaveLength(1);
      }
      object[key] = value;
    });
    expect(numbers).toBe(6 + 6 * Object.keys(expected.products ?? {}).length);
    expect(problems(expected, 0, names)).toEqual([]);
  });

  it("report what differs, with the path in the file", () => {
    const text = readFileSync("test/reports/compare/expected-office.json", "utf8");
    expect(problems(parseExpectations(text, "e.json", nameOf))).toEqual([
      "$.packets.snaplenCut needs at most 0, the capture has 1",
      "$.classes.unlisted.bytes needs 1 to 700000, the capture has 781601",
      '$.products["Push notifications"].evidence is server-name, the capture has documented-network',
      "$.products.Bonjour.possible.bytes needs 1, the capture has 8004",
      '$.products["Back to My Mac"] has no evidence in the capture',
    ]);
  });

  it("allow a tolerance for numbers, and none for limits", () => {
    const packets = 595;
    expect(problems(parse({ capture: { packets: 600 } }), 0.01)).toEqual([]);
    expect(problems(parse({ capture: { packets: 700 } }), 0.1)).toEqual([
      `$.capture.packets needs 700 (630 to 770), the capture has ${packets}`,
    ]);
    expect(problems(parse({ capture: { packets: { min: 600 } } }), 0.1)).toEqual([
      `$.capture.packets needs at least 600, the capture has ${packets}`,
    ]);
  });

  it("allow an absolute slack, also for absent values", () => {
    const some = parse({ packets: { malformed: 0, snaplenCut: 0 } });
    expect(problems(some)).toEqual(["$.packets.snaplenCut needs 0, the capture has 1"]);
    expect(problems(some, 0.5)).toHaveLength(1);
    expect(problems(some, 0, office, 1)).toEqual([]);
    expect(problems(parse({ capture: { packets: 593 } }), 0, office, 1)).toEqual([
      "$.capture.packets needs 593 (592 to 594), the capture has 595",
    ]);
  });

  it("report the most important first: verdicts, missing or extra products, evidence, numbers", () => {
    const expected = parse({
      capture: { packets: 1 },
      classes: { identified: { flows: 0 } },
      products: {
        iCloud: { evidence: ["name"] },
        "Software Update": { identified: { flows: 77 } },
        FaceTime: {},
        "Captive portal check": { verdict: "works" },
      },
      absent: ["iTunes Store"],
    });
    const { deviations } = checkExpectations(expected, { ...names, verdicts: new Map() });
    expect(deviations.map(({ subject, what }) => [subject, what])).toEqual([
      ["Captive portal check", "verdict"],
      ["FaceTime", ""],
      ["iTunes Store", ""],
      ["iCloud", "evidence"],
      ["Software Update", "identified.flows"],
      ["class identified", "flows"],
      ["capture", "packets"],
    ]);
  });

  it("can exclude products by any of their names", () => {
    expect(problems(parse({ absent: ["Captive portal check", "iTunes Store"] }), 0, names)).toEqual([
      "$.absent[0] is in the capture: 3741 bytes by server-name",
      "$.absent[1] is in the capture: 7869 bytes by server-name, as one of several",
    ]);
    // Ports allow dozens of products there, and evidence names one.
    expect(office.products.length).toBeGreaterThan(50);
    const absent = office.products.map(({ product }) => product);
    expect(problems(parse({ absent }))).toEqual([
      "$.absent[0] is in the capture: 18924 bytes by documented-network",
    ]);
    const only = parse({ products: { "iTunes Store": {} }, otherProducts: false });
    expect(problems(only, 0, names)).toHaveLength(
      names.products.filter((row) => namedTraffic(row).flows > 0).length - 1,
    );
    expect(problems(parse({ products: { iCloud: { evidence: [] } } }), 0, names)).toEqual([
      "$.products.iCloud.evidence is none, the capture has server-name",
    ]);
    expect(parse({ absent: ["Back To My Mac"] }).absent).toEqual(["Back to My Mac"]);
    expect(problems(parse({ capture: { complete: false } }))).toEqual([
      "$.capture.complete is false, the capture was read to its end",
    ]);
  });

  it("compare verdicts only with summaries that have them", () => {
    const expected = parse({ products: { FaceTime: { verdict: "works" } } });
    expect(problems(expected)).toEqual([
      "$.products.FaceTime.verdict needs works, only a capture has verdicts",
    ]);
    const withVerdict = { ...office, verdicts: new Map([["FaceTime", "works"] as const]) };
    expect(checkExpectations(expected, withVerdict).deviations).toEqual([]);
    // How much was requested is independent of whether somebody answers.
    const answered = { ...office, verdicts: new Map([["FaceTime", "answered"] as const]) };
    expect(checkExpectations(expected, answered).deviations).toEqual([]);
    const connected = { ...office, verdicts: new Map([["FaceTime", "connected"] as const]) };
    expect(checkExpectations(expected, connected).deviations).toHaveLength(1);
    expect(() => parse({ products: { FaceTime: { verdict: "fine" } } })).toThrow(
      '$.products.FaceTime.verdict needs one of "works", "answered", "connected", "unanswered", "refused", ' +
        '"prohibited", "one-way", "closed-at-once", "answers-lost", "went-dead", "proxy-refused", "portal", ' +
        '"block-page", "foreign-certificate", "one-direction", "unclear", "fell-back", "name-blocked", "never-tried", it is "fine"',
    );
  });

  it.each([
    [
      { schema: "appleflow/summary@2" },
      '$.schema needs one of "appleflow/expected@2", it is "appleflow/summary@2"',
    ],
    [
      { schema: "appleflow/expected@1" },
      '$.schema is "appleflow/expected@1", the format of an older version. Replace CAPTURE with its capture, ' +
        "and keep a copy of limits set by hand: appleflow check CAPTURE e.json --update",
    ],
    [
      { product: {} },
      "$.product is unknown here; known are schema, capture, packets, classes, products, absent, otherProducts",
    ],
    [
      { classes: { sole: {} } },
      "$.classes.sole is unknown here; known are identified, apple, other, listed, ",
    ],
    [
      { absent: ["Facetime Pro"] },
      '$.absent[0] is not known: no product is called "Facetime Pro" ("appleflow products" lists them)',
    ],
    [{ products: { FaceTime: { oneOf: 5 } } }, "$.products.FaceTime.oneOf needs an object, it is 5"],
    [
      { products: { FaceTime: { bytes: { sole: 5 } } } },
      "$.products.FaceTime.bytes is unknown here; known are verdict, identified, oneOf, possible, possibleOnly, evidence",
    ],
    [
      { products: { FaceTime: { oneOf: { sum: 5 } } } },
      "$.products.FaceTime.oneOf.sum is unknown here; known are flows, packets, bytes",
    ],
    [
      { products: { FaceTime: { oneOf: { bytes: { least: 5 } } } } },
      "$.products.FaceTime.oneOf.bytes.least is unknown here; known are min, max",
    ],
    [
      { products: { FaceTime: { oneOf: { bytes: {} } } } },
      "$.products.FaceTime.oneOf.bytes needs min, max or both",
    ],
    [
      { products: { FaceTime: { oneOf: { bytes: "5" } } } },
      "$.products.FaceTime.oneOf.bytes needs a number, or an object with min or max",
    ],
    [
      { products: { FaceTime: { oneOf: { bytes: 0.5 } } } },
      "$.products.FaceTime.oneOf.bytes needs a whole number from 0 on, it is 0.5",
    ],
    [
      { products: { FaceTime: { identified: { flows: { min: 5, max: 4 } } } } },
      "$.products.FaceTime.identified.flows has a min of 5 above its max, 4",
    ],
    [
      { products: { FaceTime: { evidence: ["port"] } } },
      '$.products.FaceTime.evidence[0] needs one of "address", "documented-network", "name", "user-agent", ' +
        '"server-name", "certificate", "announced", "process", "protocol", it is "port"',
    ],
    [{ products: { FaceTime: {}, facetime: {} } }, '$.products.facetime is "FaceTime", which occurs twice'],
    [
      { products: { FaceTime: {} }, absent: ["facetime"] },
      '$.absent[0] is "FaceTime", which is expected in $.products',
    ],
    [{ otherProducts: "no" }, '$.otherProducts needs true or false, it is "no"'],
  ])("with a mistake are refused with its path (%#)", (value, message) => {
    expect(() => parse(value)).toThrow(`e.json: ${message}`);
  });
});
