import "../support/fast-check-seed.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mergeRanges, rangeText } from "../../src/firewall/merge-ranges.ts";

const range = fc
  .tuple(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 0, max: 40 }))
  .map(([first, more]) => ({ first, last: first + more }));

function portsOf(ranges: readonly { first: number; last: number }[]): Set<number> {
  const ports = new Set<number>();
  for (const { first, last } of ranges) for (let port = first; port <= last; port++) ports.add(port);
  return ports;
}

describe("merging ranges", () => {
  it("covers exactly the given ports, with ascending ranges that do not touch", () => {
    fc.assert(
      fc.property(fc.array(range, { maxLength: 30 }), (ranges) => {
        const merged = mergeRanges(ranges);
        expect(portsOf(merged)).toEqual(portsOf(ranges));
        for (let index = 1; index < merged.length; index++) {
          expect(merged[index].first).toBeGreaterThan(merged[index - 1].last + 1);
        }
      }),
    );
  });

  it("keeps each part in the one range that covers it", () => {
    fc.assert(
      fc.property(fc.array(range, { maxLength: 30 }), (ranges) => {
        const merged = mergeRanges(ranges);
        expect(merged.flatMap(({ parts }) => parts)).toHaveLength(ranges.length);
        for (const { first, last, parts } of merged) {
          for (const part of parts) {
            expect(ranges).toContain(part);
            expect(part.first >= first && part.last <= last).toBe(true);
          }
        }
      }),
    );
  });

  it("merges neighbours, overlaps and contained ranges", () => {
    const ranges = [
      { first: 16403, last: 16472 },
      { first: 16384, last: 16387 },
      { first: 16388, last: 16388 },
      { first: 16390, last: 16402 },
      { first: 16391, last: 16392 },
    ];
    expect(mergeRanges(ranges).map((merged) => rangeText(merged))).toEqual(["16384-16388", "16390-16472"]);
    expect(ranges[0].first).toBe(16403);
  });
});
