/** Captures years apart: the duration had digits that were never measured (72063653.07997699). */
import { expect, it } from "vitest";
import { MoreSourceTotals } from "../../src/reports/more-sources.ts";
import { SourceTotals, summarizeCapture } from "../../src/reports/source-totals.ts";
import { TunnelTotals } from "../../src/reports/tunnel-totals.ts";

function durationBetween(start: readonly [number, number], end: readonly [number, number]): number {
  const totals = new SourceTotals("a.pcap", "pcap");
  totals.add(60, ...start);
  totals.add(60, ...end);
  return summarizeCapture([totals], new MoreSourceTotals(), new TunnelTotals(), 9).durationSeconds;
}

it("a duration of years is exact to the last digit", () => {
  expect(durationBetween([1_500_000_000, 0], [1_572_063_653, 79_977_000])).toBe(72_063_653.079977);
});

it("a duration borrows a second if the end has the smaller fraction", () => {
  expect(durationBetween([1_700_000_000, 900_000_000], [1_700_000_001, 100_000_000])).toBe(0.2);
  expect(durationBetween([0, 999_999_999], [1001, 0])).toBe(1000.000000001);
  expect(durationBetween([5, 5], [5, 5])).toBe(0);
});
