import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type {
  ComparableProduct,
  ComparableSummary,
} from "../../../src/reports/compare/comparable-summary.ts";
import { compareSummaries, type DifferenceOptions } from "../../../src/reports/compare/summary-difference.ts";
import type { PortSummary } from "../../../src/reports/traffic/summary.ts";

const NONE = { flows: 0, packets: 0, bytes: 0 };
const CLASSES = {
  ...{ decoded: 0, fragments: 0, otherIp: 0, nonIp: 0 },
  ...{ malformed: 0, snaplenCut: 0, unsupportedLinkType: 0 },
};
const NO_EVIDENCE = { "port-range": 0, port: 0, address: 0, name: 0, "server-name": 0, process: 0 };

function product(
  name: string,
  [sole, estimate, possible]: readonly [number, number, number],
  grade: keyof typeof NO_EVIDENCE = "port",
): ComparableProduct {
  const share = { sole, estimate, possible };
  return {
    product: name,
    kind: "apple",
    family: "Family",
    flows: { sole: 1, possible: 1 },
    packets: share,
    bytes: share,
    bytesByEvidence: { ...NO_EVIDENCE, [grade]: possible },
  };
}

function summaryOf(
  products: readonly ComparableProduct[],
  ports: readonly PortSummary[] = [],
  notApple = NONE,
): ComparableSummary {
  return {
    capture: { packets: 0, bytes: 0, start: null, end: null, durationSeconds: 0, sources: [] },
    packets: CLASSES,
    bytes: CLASSES,
    products,
    families: [],
    ports,
    unattributed: {
      ...notApple,
      byReason: {
        "port-not-listed": NONE,
        "no-product-listed": NONE,
        "not-apple": notApple,
        "wide-range-only": NONE,
        "side-unknown": NONE,
      },
    },
  };
}

function compare(before: ComparableSummary, after: ComparableSummary, options: DifferenceOptions = {}) {
  return compareSummaries({ name: "b", summary: before }, { name: "a", summary: after }, options);
}

describe("differences", () => {
  it("tell what appeared, went, changed and stayed, most bytes first", () => {
    const { rows, isDifferent } = compare(
      summaryOf([product("Stays", [1, 2, 3]), product("Goes", [5, 5, 5]), product("Grows", [10, 10, 10])]),
      summaryOf([product("Stays", [1, 2, 3]), product("Grows", [10, 25, 30]), product("Comes", [0, 7, 9])]),
    );
    expect(isDifferent).toBe(true);
    expect(
      rows.map(({ name, change, changed, bytesChange, bytesChangeRelative }) => [
        ...[name, change, changed.join(), bytesChange, bytesChangeRelative],
      ]),
    ).toEqual([
      ["Grows", "changed", "bytes,range", 15, 1.5],
      ["Comes", "appeared", "", 7, null],
      ["Goes", "gone", "", -5, -1],
      ["Stays", "unchanged", "", 0, 0],
    ]);
  });

  it("tell a range or evidence that changed while the estimate stayed", () => {
    const before = summaryOf([product("Range", [0, 5, 10]), product("Evidence", [5, 5, 5])]);
    const after = summaryOf([product("Range", [5, 5, 5]), product("Evidence", [5, 5, 5], "server-name")]);
    expect(compare(before, after).rows.map(({ name, changed }) => [name, changed])).toEqual([
      ["Evidence", ["evidence"]],
      ["Range", ["range"]],
    ]);
  });

  it("leave out what is less than the least change, and never what appeared or went", () => {
    const before = summaryOf([product("A", [100, 100, 100]), product("B", [1, 1, 1])]);
    const after = summaryOf([product("A", [104, 104, 104])]);
    const changes = (minChange: number) =>
      Object.fromEntries(
        compare(before, after, { minChange }).rows.map(({ name, change }) => [name, change]),
      );
    expect(changes(0.05)).toEqual({ A: "unchanged", B: "gone" });
    expect(changes(0.04)).toEqual({ A: "changed", B: "gone" });
  });

  it("tell verdicts where both sides have them, also without traffic", () => {
    const one = { ...summaryOf([product("A", [1, 1, 1])]), verdicts: new Map([["A", "works"] as const]) };
    const other = {
      ...summaryOf([product("A", [1, 1, 1])]),
      verdicts: new Map([["A", "refused"] as const, ["B", "name-blocked"] as const]),
    };
    const told = (difference: ReturnType<typeof compare>) =>
      difference.rows.map(({ name, change, changed, verdict }) => [
        name,
        change,
        changed.join(),
        verdict.after,
      ]);
    expect(told(compare(one, other))).toEqual([
      ["A", "changed", "verdict", "refused"],
      ["B", "changed", "verdict", "name-blocked"],
    ]);
    expect(compare(one, one).isDifferent).toBe(false);
    // Who has not tried, or not long enough, has not found it closed, nor open.
    for (const verdict of ["never-tried", "unclear"] as const) {
      const unknown = {
        ...summaryOf([product("A", [1, 1, 1])]),
        verdicts: new Map([["A", verdict] as const]),
      };
      expect(compare(one, unknown).isDifferent).toBe(false);
      expect(compare(unknown, one).isDifferent).toBe(false);
      expect(compare(other, unknown).isDifferent).toBe(false);
      expect(compare(unknown, other).isDifferent).toBe(true);
    }
    expect(told(compare(summaryOf([product("A", [1, 1, 1])]), other))).toEqual([
      ["A", "unchanged", "", null],
    ]);
    expect(told(compare(one, other, { by: "family" }))).toEqual([]);
  });

  it("tell ports that only one side has, and why flows are unattributed", () => {
    const port = (number: number, bytes: number): PortSummary => ({
      ...{ transport: "tcp", port: number, listed: true, service: null, flows: 1, packets: 1, bytes },
    });
    const difference = compare(
      summaryOf([], [port(80, 5), port(443, 9)]),
      summaryOf([], [port(443, 100), port(993, 7)], { flows: 2, packets: 3, bytes: 4 }),
    );
    expect(difference.ports.map(({ port, change, bytes }) => [port, change, bytes])).toEqual([
      [993, "appeared", 7],
      [80, "gone", 5],
    ]);
    expect(difference.unattributed.filter(({ change }) => change !== "unchanged")).toEqual([
      { reason: "not-apple", change: "appeared", before: NONE, after: { flows: 2, packets: 3, bytes: 4 } },
    ]);
    expect(difference.isDifferent).toBe(true);
  });

  it("turn round when the sides do, and are none to oneself", () => {
    const share = fc.tuple(fc.nat(99), fc.nat(99), fc.nat(99));
    const summary = fc
      .dictionary(fc.constantFrom("A", "B", "C", "D"), share)
      .map((shares) => summaryOf(Object.entries(shares).map(([name, one]) => product(name, one))));
    fc.assert(
      fc.property(summary, summary, (one, other) => {
        const there = compare(one, other);
        const back = compare(other, one);
        const turned = { appeared: "gone", gone: "appeared", changed: "changed", unchanged: "unchanged" };
        const changes = new Map(back.rows.map((row) => [row.name, row]));
        for (const row of there.rows) {
          expect(changes.get(row.name)?.change).toBe(turned[row.change]);
          expect(changes.get(row.name)?.bytesChange).toBe(0 - row.bytesChange);
        }
        expect(there.isDifferent).toBe(back.isDifferent);
        expect(compare(one, one).isDifferent).toBe(false);
      }),
    );
  });
});
