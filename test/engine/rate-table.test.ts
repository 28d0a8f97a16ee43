import { describe, expect, it } from "vitest";
import { HISTORY_LENGTH, RateTable } from "../../src/engine/rate-table.ts";

/** A table updated with these amounts, each after the same number of seconds. */
function tableOf(moved: readonly Readonly<Record<string, number>>[], seconds = 1): RateTable<string> {
  const table = new RateTable<string>();
  for (const values of moved) table.update(Object.entries(values), seconds);
  return table;
}

describe("RateTable", () => {
  it("returns 0 before the first interval", () => {
    const table = tableOf([]);
    expect([table.rateOf("a"), table.historyOf("a"), table.recentBytesOf("a")]).toEqual([0, [], 0]);
  });

  it("returns bytes per second, however long the interval was", () => {
    const table = tableOf([{ a: 1000 }]);
    table.update(Object.entries({ a: 3000, b: 50 }), 2);
    expect([table.rateOf("a"), table.rateOf("b"), table.rateOf("c")]).toEqual([1500, 25, 0]);
    expect(table.historyOf("a")).toEqual([1000, 1500]);
    expect(table.historyOf("b")).toEqual([0, 25]);
    expect(table.historyOf("c")).toEqual([0, 0]);
    expect([table.recentBytesOf("a"), table.recentBytesOf("b"), table.recentBytesOf("c")]).toEqual([
      4000, 50, 0,
    ]);
  });

  it("adds up several amounts of one key", () => {
    const table = new RateTable<string>();
    table.update(
      [
        ["a", 100],
        ["b", 1],
        ["a", 20],
      ],
      1,
    );
    expect([table.rateOf("a"), table.rateOf("b")]).toEqual([120, 1]);
  });

  it("returns 0 for an idle key, and continues when it comes back", () => {
    const silent = new Array<Record<string, number>>(2 * HISTORY_LENGTH).fill({});
    expect(tableOf([{ a: 1000 }, {}, { a: 300 }]).historyOf("a")).toEqual([1000, 0, 300]);
    const table = tableOf([{ a: 1000 }, ...silent, { a: 300 }]);
    expect(table.historyOf("a")).toEqual([...new Array<number>(HISTORY_LENGTH - 1).fill(0), 300]);
  });

  it("remembers 60 intervals, oldest first", () => {
    const table = tableOf(Array.from({ length: HISTORY_LENGTH + 7 }, (_, i) => ({ a: i + 1 })));
    const expected = Array.from({ length: HISTORY_LENGTH }, (_, i) => i + 8);
    expect(table.historyOf("a")).toEqual(expected);
    expect(table.rateOf("a")).toBe(HISTORY_LENGTH + 7);
    expect(table.recentBytesOf("a")).toBe(expected.reduce((sum, value) => sum + value, 0));
  });
});
