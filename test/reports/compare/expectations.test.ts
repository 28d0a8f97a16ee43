import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { summarize } from "../../../src/engine/summarize.ts";
import { loadServiceTable } from "../../../src/knowledge/port-list/load-service-table.ts";
import type { ComparableSummary } from "../../../src/reports/compare/comparable-summary.ts";
import { checkExpectations } from "../../../src/reports/compare/expectation-check.ts";
import {
  type Expectations,
  expectationsOf,
  parseExpectations,
} from "../../../src/reports/compare/expectations.ts";

const table = loadServiceTable();
const nameOf = (name: string) => table.product(name)?.name ?? null;
const parse = (value: object) =>
  parseExpectations(JSON.stringify({ schema: "appleflow/expected@1", ...value }), "e.json", nameOf);

let office: ComparableSummary;
beforeAll(async () => {
  office = await summarize(["fixtures/office-morning.pcapng"]);
});

function problems(expected: Expectations, tolerance = 0): string[] {
  return checkExpectations(expected, office, tolerance).deviations.map(
    ({ path, problem }) => `${path} ${problem}`,
  );
}

describe("expectations", () => {
  it("that were made of a capture are met by it, and read back as they were", async () => {
    for (const fixture of ["office-morning.pcapng", "cut-record.pcap", "empty.pcap", "malformed.pcap"]) {
      const summary = await summarize([`fixtures/${fixture}`]);
      const expected = expectationsOf(summary);
      expect(parse(expected)).toEqual(expected);
      const { deviations, checked } = checkExpectations(parse(expected), summary, 0);
      expect(deviations).toEqual([]);
      expect(checked).toBe(14 + 10 * summary.products.length);
    }
  });

  it("are each missed when the number is another one", () => {
    const expected = expectationsOf(office);
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
      for (const other of [value + 0.5, { min: value + 0.5 }, ...(value > 0 ? [{ max: value / 2 }] : [])]) {
        object[key] = other;
        expect(problems(expected), `${key} ${JSON.stringify(other)}`).toHaveLength(1);
      }
      object[key] = value;
    });
    expect(numbers).toBe(12 + 8 * office.products.length);
    expect(problems(expected)).toEqual([]);
  });

  it("say what differs, with the path in the file", () => {
    const text = readFileSync("test/reports/compare/expected-office.json", "utf8");
    expect(problems(parseExpectations(text, "e.json", nameOf))).toEqual([
      "$.packets.snaplenCut needs at most 0, the capture has 1",
      "$.unattributed.bytes needs 1 to 700000, the capture has 971509",
      '$.products["Push notifications"].evidence is server-name, the capture has address, port',
      "$.products.Bonjour.bytes.estimate needs 1, the capture has 2963",
      "$.absent[0] iTunes U is in the capture: 0 to 321374 bytes",
      "$.absent[1] Xsan Filesystem Access is in the capture: 0 to 1428 bytes",
    ]);
  });

  it("take a tolerance for numbers, and none for limits", () => {
    const packets = 595;
    expect(problems(parse({ capture: { packets: 600 } }), 0.01)).toEqual([]);
    expect(problems(parse({ capture: { packets: 700 } }), 0.1)).toEqual([
      `$.capture.packets needs 700 (630 to 770), the capture has ${packets}`,
    ]);
    expect(problems(parse({ capture: { packets: { min: 600 } } }), 0.1)).toEqual([
      `$.capture.packets needs at least 600, the capture has ${packets}`,
    ]);
  });

  it("hold for products that must not be there, by any of their names", () => {
    const [first] = office.products;
    expect(problems(parse({ absent: [first.product] }))).toEqual([
      `$.absent[0] ${first.product} is in the capture: ${first.bytes.sole} to ${first.bytes.possible} bytes`,
    ]);
    expect(problems(parse({ products: { [first.product]: {} }, otherProducts: false }))).toHaveLength(
      office.products.length - 1,
    );
    expect(problems(parse({ products: { [first.product]: { evidence: [] } } }))[0]).toMatch(
      /\.evidence is none, the capture has /,
    );
    expect(parse({ absent: ["Back To My Mac"] }).absent).toEqual(["Back to My Mac"]);
    expect(problems(parse({ capture: { complete: false } }))).toEqual([
      "$.capture.complete is false, the capture was read to its end",
    ]);
  });

  it("take a verdict only from what can give one", () => {
    const expected = parse({ products: { FaceTime: { verdict: "works" } } });
    expect(problems(expected)).toEqual([
      "$.products.FaceTime.verdict needs works, a saved summary has no verdicts",
    ]);
    const withVerdict = { ...office, verdicts: new Map([["FaceTime", "works"] as const]) };
    expect(checkExpectations(expected, withVerdict, 0).deviations).toEqual([]);
    expect(() => parse({ products: { FaceTime: { verdict: "fine" } } })).toThrow(
      '$.products.FaceTime.verdict needs one of "works", "unanswered", "refused", "prohibited", "one-way", ' +
        '"closed-at-once", "one-direction", "unclear", "fell-back", "name-blocked", "never-tried", it is "fine"',
    );
  });

  it.each([
    [
      { schema: "appleflow/summary@1" },
      '$.schema needs one of "appleflow/expected@1", it is "appleflow/summary@1"',
    ],
    [
      { product: {} },
      "$.product is not known here, only schema, capture, packets, unattributed, products, absent, otherProducts",
    ],
    [
      { absent: ["Facetime Pro"] },
      '$.absent[0] is not known: no product is called "Facetime Pro" ("appleflow products" lists them)',
    ],
    [{ products: { FaceTime: { bytes: 5 } } }, "$.products.FaceTime.bytes needs an object, it is 5"],
    [
      { products: { FaceTime: { bytes: { sum: 5 } } } },
      "$.products.FaceTime.bytes.sum is not known here, only sole, estimate, possible",
    ],
    [
      { products: { FaceTime: { bytes: { sole: { least: 5 } } } } },
      "$.products.FaceTime.bytes.sole.least is not known here, only min, max",
    ],
    [
      { products: { FaceTime: { bytes: { sole: {} } } } },
      "$.products.FaceTime.bytes.sole needs min, max or both",
    ],
    [
      { products: { FaceTime: { bytes: { sole: "5" } } } },
      "$.products.FaceTime.bytes.sole needs a number, or an object with min or max",
    ],
    [
      { products: { FaceTime: { flows: { sole: { min: 5, max: 4 } } } } },
      "$.products.FaceTime.flows.sole has a min of 5 above its max, 4",
    ],
    [
      { products: { FaceTime: { evidence: ["ports"] } } },
      '$.products.FaceTime.evidence[0] needs one of "port-range", "port", "address", "name", "server-name", "process", it is "ports"',
    ],
    [{ products: { FaceTime: {}, facetime: {} } }, '$.products.facetime is "FaceTime", which stands twice'],
    [
      { products: { FaceTime: {} }, absent: ["facetime"] },
      '$.absent[0] is "FaceTime", which is expected in $.products',
    ],
    [{ otherProducts: "no" }, '$.otherProducts needs true or false, it is "no"'],
  ])("are refused with the path of a mistake (%#)", (value, message) => {
    expect(() => parse(value)).toThrow(`e.json: ${message}`);
  });
});
