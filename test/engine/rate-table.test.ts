import { describe, expect, it } from "vitest";
import { HISTORY_LENGTH, RateTable } from "../../src/engine/rate-table.ts";

/** A table that was told these counters, each after the same number of seconds. */
function tableOf(counters: readonly Readonly<Record<string, number>>[], seconds = 1): RateTable<string> {
  const table = new RateTable<string>();
  for (const values of counters) table.update(Object.entries(values), seconds);
  return table;
}

describe("RateTable", () => {
  it("is 0 before the first interval", () => {
    const table = tableOf([]);
    expect([table.rateOf("a"), table.historyOf("a"), table.recentBytesOf("a")]).toEqual([0, [], 0]);
  });

  it("is what a counter grew by in a second, however long the interval was", () => {
    const table = tableOf([{ a: 1000 }]);
    table.update(Object.entries({ a: 4000, b: 50 }), 2);
    expect([table.rateOf("a"), table.rateOf("b"), table.rateOf("c")]).toEqual([1500, 25, 0]);
    expect(table.historyOf("a")).toEqual([1000, 1500]);
    expect(table.historyOf("b")).toEqual([0, 25]);
    expect(table.historyOf("c")).toEqual([0, 0]);
    expect([table.recentBytesOf("a"), table.recentBytesOf("b"), table.recentBytesOf("c")]).toEqual([
      4000, 50, 0,
    ]);
  });

  it("is never below 0 when a counter sinks, and goes on from there", () => {
    expect(tableOf([{ a: 1000 }, { a: 200 }, { a: 500 }]).historyOf("a")).toEqual([1000, 0, 300]);
  });

  it("is 0 for a key that has gone", () => {
    expect(tableOf([{ a: 1000 }, {}]).historyOf("a")).toEqual([1000, 0]);
  });

  it("grows by all of its bytes when a key comes back, however many it had before", () => {
    expect(tableOf([{ a: 1000 }, {}, { a: 300 }]).historyOf("a")).toEqual([1000, 0, 300]);
  });

  it("remembers 60 intervals, oldest first", () => {
    let bytes = 0;
    const table = tableOf(
      Array.from({ length: HISTORY_LENGTH + 7 }, (_, i) => {
        bytes += i + 1;
        return { a: bytes };
      }),
    );
    const expected = Array.from({ length: HISTORY_LENGTH }, (_, i) => i + 8);
    expect(table.historyOf("a")).toEqual(expected);
    expect(table.rateOf("a")).toBe(HISTORY_LENGTH + 7);
    expect(table.recentBytesOf("a")).toBe(expected.reduce((sum, value) => sum + value, 0));
  });
});
