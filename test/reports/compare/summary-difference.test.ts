import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Evidence } from "../../../src/evidence/attribution/evidence.ts";
import type {
  ComparableProduct,
  ComparableSummary,
} from "../../../src/reports/compare/comparable-summary.ts";
import { compareSummaries, type DifferenceOptions } from "../../../src/reports/compare/summary-difference.ts";
import type { PortSummary, Traffic } from "../../../src/reports/traffic/summary.ts";

const NONE = { flows: 0, packets: 0, bytes: 0 };
const PACKET_CLASSES = {
  ...{ decoded: 0, fragments: 0, otherIp: 0, nonIp: 0 },
  ...{ malformed: 0, snaplenCut: 0, unsupportedLinkType: 0 },
};

function traffic(bytes: number): Traffic {
  return bytes === 0 ? NONE : { flows: 1, packets: 1, bytes };
}

/** Bytes of each. */
interface Amounts {
  readonly identified?: number;
  readonly oneOf?: number;
  readonly possible?: number;
}

function product(name: string, amounts: Amounts, grade: Evidence = "server-name"): ComparableProduct {
  const { identified = 0, oneOf = 0, possible = 0 } = amounts;
  return {
    product: name,
    kind: "apple",
    family: "Family",
    identified: traffic(identified),
    oneOf: traffic(oneOf),
    possible: traffic(possible),
    possibleOnly: NONE,
    byEvidence: identified + oneOf === 0 ? {} : { [grade]: identified + oneOf },
  };
}

function named(name: string, bytes: number): ComparableProduct {
  return product(name, { identified: bytes });
}

function summaryOf(
  products: readonly ComparableProduct[],
  ports: readonly PortSummary[] = [],
  other = NONE,
): ComparableSummary {
  return {
    capture: { packets: 0, bytes: 0, start: null, end: null, durationSeconds: 0, sources: [] },
    packets: PACKET_CLASSES,
    bytes: PACKET_CLASSES,
    classes: { identified: NONE, apple: NONE, other, listed: NONE, range: NONE, unlisted: NONE },
    products,
    families: [],
    ports,
  };
}

function compare(before: ComparableSummary, after: ComparableSummary, options: DifferenceOptions = {}) {
  return compareSummaries({ name: "b", summary: before }, { name: "a", summary: after }, options);
}

describe("the difference of two summaries", () => {
  it("lists what appeared, went, changed and stayed, most bytes first", () => {
    const { rows, isDifferent } = compare(
      summaryOf([named("Stays", 3), named("Goes", 5), product("Grows", { identified: 4, oneOf: 6 })]),
      summaryOf([named("Stays", 3), product("Grows", { identified: 4, oneOf: 21 }), named("Comes", 7)]),
    );
    expect(isDifferent).toBe(true);
    expect(
      rows.map(({ name, change, changed, namedBytesChange, namedBytesChangeRelative }) => [
        ...[name, change, changed.join(), namedBytesChange, namedBytesChangeRelative],
      ]),
    ).toEqual([
      ["Grows", "changed", "named", 15, 1.5],
      ["Comes", "appeared", "", 7, null],
      ["Goes", "gone", "", -5, -1],
      ["Stays", "unchanged", "", 0, 0],
    ]);
  });

  it("includes changed evidence for the same traffic", () => {
    const before = summaryOf([product("Alone", { oneOf: 5 }), product("Evidence", { identified: 5 })]);
    const after = summaryOf([
      product("Alone", { identified: 5 }),
      product("Evidence", { identified: 5 }, "process"),
    ]);
    const difference = compare(before, after);
    expect(difference.rows.map(({ name, changed }) => [name, changed])).toEqual([
      ["Alone", ["identified"]],
      ["Evidence", ["evidence"]],
    ]);
    expect(difference.isDifferent).toBe(true);
  });

  it("keeps possible products apart, which never count as a difference", () => {
    const { rows, isDifferent } = compare(
      summaryOf([product("Goes", { possible: 900 }), product("Less", { possible: 900 }), named("Stays", 3)]),
      summaryOf([product("Comes", { possible: 7 }), product("Less", { possible: 70 }), named("Stays", 3)]),
    );
    expect(isDifferent).toBe(false);
    expect(
      rows.map((row) => [
        row.name,
        row.change,
        row.changed.join(),
        row.onlyPossible,
        row.possibleBytesChange,
        row.isNotable,
      ]),
    ).toEqual([
      ["Stays", "unchanged", "", false, 0, false],
      ["Goes", "changed", "possible", true, -900, false],
      ["Less", "changed", "possible", true, -830, false],
      ["Comes", "changed", "possible", true, 7, false],
    ]);
  });

  it("treats products that became only possible as gone, and the reverse as new", () => {
    const one = summaryOf([product("A", { identified: 5, possible: 9 }), product("B", { possible: 50 })]);
    const other = summaryOf([product("A", { possible: 900 }), product("B", { oneOf: 5, possible: 50 })]);
    const { rows, isDifferent } = compare(one, other);
    expect(rows.map(({ name, change, onlyPossible }) => [name, change, onlyPossible])).toEqual([
      ["A", "gone", false],
      ["B", "appeared", false],
    ]);
    expect(isDifferent).toBe(true);
  });

  it("ignores changes of the possible part of a named product", () => {
    const { rows, isDifferent } = compare(
      summaryOf([product("A", { identified: 5, possible: 9 })]),
      summaryOf([product("A", { identified: 5, possible: 90 })]),
    );
    expect(rows.map(({ changed }) => changed)).toEqual([["possible"]]);
    expect([rows.some(({ isNotable }) => isNotable), isDifferent]).toEqual([false, false]);
  });

  it("omits changes below the minimum, but never what appeared or went", () => {
    const before = summaryOf([named("A", 100), named("B", 1)]);
    const after = summaryOf([named("A", 104)]);
    const changes = (minChange: number) =>
      Object.fromEntries(
        compare(before, after, { minChange }).rows.map(({ name, change }) => [name, change]),
      );
    expect(changes(0.05)).toEqual({ A: "unchanged", B: "gone" });
    expect(changes(0.04)).toEqual({ A: "changed", B: "gone" });
  });

  it("compares verdicts if both sides have them, also without traffic", () => {
    const one = { ...summaryOf([named("A", 1)]), verdicts: new Map([["A", "works"] as const]) };
    const other = {
      ...summaryOf([named("A", 1)]),
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
    // Without an attempt, or too short a one, a product is neither closed nor open.
    for (const verdict of ["never-tried", "unclear"] as const) {
      const unknown = {
        ...summaryOf([named("A", 1)]),
        verdicts: new Map([["A", verdict] as const]),
      };
      expect(compare(one, unknown).isDifferent).toBe(false);
      expect(compare(unknown, one).isDifferent).toBe(false);
      expect(compare(other, unknown).isDifferent).toBe(false);
      expect(compare(unknown, other).isDifferent).toBe(true);
    }
    expect(told(compare(summaryOf([named("A", 1)]), other))).toEqual([["A", "unchanged", "", null]]);
    expect(told(compare(one, other, { by: "family" }))).toEqual([]);
  });

  it("lists ports that only one side has, and classes that changed", () => {
    const port = (number: number, bytes: number): PortSummary => ({
      ...{
        transport: "tcp",
        port: number,
        listed: true,
        service: null,
        flows: 1,
        packets: 1,
        bytes,
        classes: ["unlisted"],
      },
    });
    const difference = compare(
      summaryOf([], [port(80, 5), port(443, 9)]),
      summaryOf([], [port(443, 100), port(993, 7)], { flows: 2, packets: 3, bytes: 4 }),
    );
    expect(difference.ports.map(({ port, change, bytes }) => [port, change, bytes])).toEqual([
      [993, "appeared", 7],
      [80, "gone", 5],
    ]);
    expect(difference.classes.filter(({ change }) => change !== "unchanged")).toEqual([
      { class: "other", change: "appeared", before: NONE, after: { flows: 2, packets: 3, bytes: 4 } },
    ]);
    expect(difference.isDifferent).toBe(true);
  });

  it("is reversed when the sides are swapped, and empty for equal summaries", () => {
    const share = fc.record({ identified: fc.nat(9), oneOf: fc.nat(9), possible: fc.nat(9) });
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
          expect(changes.get(row.name)?.namedBytesChange).toBe(0 - row.namedBytesChange);
        }
        expect(there.isDifferent).toBe(back.isDifferent);
        expect(compare(one, one).isDifferent).toBe(false);
      }),
    );
  });
});
