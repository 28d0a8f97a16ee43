/** Comparison with an earlier run of the benchmark. */
import { describe, expect, it } from "vitest";
import { type BenchFigures, type CaptureFigures, changesSince } from "../../bench/runner/figures.ts";
import { renderChanges } from "../../bench/runner/report.ts";
import type { ProgramResult } from "../../bench/runner/rounds.ts";

function result(program: string, seconds: number, mebibytes = 100, errors: string[] = []): ProgramResult {
  const run = { wallSeconds: seconds, cpuSeconds: seconds, peakKibibytes: mebibytes * 1024 };
  return { program, runs: [run], counted: {}, errors };
}

describe("the comparison with an earlier benchmark run", () => {
  const totals = { packets: 1, bytes: 6000, flows: 1 };
  const figures = (...results: ProgramResult[]): CaptureFigures[] => [
    { capture: "imix_1M", fileBytes: 100, totals, results },
  ];
  const before: BenchFigures = {
    schema: "appleflow-bench/1",
    commit: "c0ffee",
    date: "2026-11-30T00:00:00Z",
    machine: "a machine",
    load: { before: 0, after: 1 },
    meter: "gnu-time",
    captures: figures(result("appleflow", 2, 100), result("floor", 1), result("tshark", 9, 1, ["FAILED"])),
    targets: [],
  };

  it("covers what both runs measured, as ratios", () => {
    const changes = changesSince(
      before,
      figures(result("appleflow", 3, 150), result("tshark", 9), result("argus", 1)),
    );
    expect(changes).toEqual([
      { capture: "imix_1M", program: "appleflow", medianWall: 1.5, leastWall: 1.5, cpu: 1.5, peak: 1.5 },
    ]);
  });

  it("reports a slowdown only where there is one", () => {
    const told = (seconds: number) =>
      renderChanges(before, changesSince(before, figures(result("appleflow", seconds))));
    expect(told(2.2)).toMatch(/c0ffee.*\n(.*\n)*.*appleflow .* SLOWER/);
    expect(told(2.04)).not.toContain("SLOWER");
    expect(told(1)).not.toContain("SLOWER");
  });

  it("skips a different capture of the same name", () => {
    const withBytes = (bytes: number) =>
      figures(result("appleflow", 3)).map((each) => ({ ...each, totals: { ...totals, bytes } }));
    expect(changesSince(before, withBytes(6001))).toHaveLength(1);
    expect(changesSince(before, withBytes(6100))).toEqual([]);
    expect(renderChanges(before, [])).toContain("no program and capture in common");
  });
});
