/** Until when an attempt could have been answered: sources that end, continue in another one, overlap or are silent. */
import { describe, expect, it } from "vitest";
import type { Moment } from "../../../src/net/moment.ts";
import { RecordedSources } from "../../../src/reports/reach/recorded-sources.ts";

const at = (seconds: number): Moment => ({
  seconds: Math.floor(seconds),
  nanoseconds: Math.round((seconds % 1) * 1e9),
});

/** Returns whether an attempt of the first of these sources, all closed, may still be answered. */
function mayBeAnswered(since: Moment | null, ...sources: readonly (readonly [start: number, end: number])[]) {
  const recorded = new RecordedSources();
  const read = sources.map(([start, end]) => ({ start: at(start), end: at(end) }));
  for (const source of read) recorded.open(source);
  for (const source of read) recorded.close(source);
  return recorded.mayStillBeAnswered(recorded.numberOf(read[0]), since);
}

describe("an unanswered attempt", () => {
  it("may still be answered for 3 seconds", () => {
    expect(mayBeAnswered(at(97.5), [0, 100])).toBe(true);
    expect(mayBeAnswered(at(97.000000001), [0, 100])).toBe(true);
    expect(mayBeAnswered(at(97), [0, 100])).toBe(false);
    expect(mayBeAnswered(at(3), [0, 100])).toBe(false);
  });

  it("may still be answered if its time is unknown", () => {
    expect(mayBeAnswered(null, [0, 100])).toBe(true);
    const recorded = new RecordedSources();
    recorded.open({ start: null, end: null });
    expect(recorded.mayStillBeAnswered(0, at(1))).toBe(true);
  });

  it.each<[string, boolean, readonly (readonly [number, number])[]]>([
    ["continues in the next source", false, [[100.5, 200]]],
    [
      "continues in several sources",
      false,
      [
        [101.5, 102.5],
        [100, 101],
      ],
    ],
    [
      "continues in a source that was read before",
      false,
      [
        [400, 500],
        [100, 130],
      ],
    ],
    ["ends long before the next source", true, [[104, 200]]],
    ["ends during another source that began before", true, [[50, 200]]],
    ["ends with a source of a single packet", true, [[100, 100]]],
    ["is the last one", true, [[0, 50]]],
  ])("of a source that %s: %s", (_, expected, others) => {
    expect(mayBeAnswered(at(99), [0, 100], ...others)).toBe(expected);
  });

  it("at a silent interface ages by the packets of the others", () => {
    const recorded = new RecordedSources();
    recorded.open({ start: at(0), end: at(10) });
    const busy = { start: at(0), end: at(11) };
    recorded.open(busy);
    expect(recorded.mayStillBeAnswered(0, at(10))).toBe(true);
    busy.end = at(20);
    expect(recorded.mayStillBeAnswered(0, at(10))).toBe(false);
  });
});
