import { cpus, loadavg, totalmem } from "node:os";
import type { BenchCapture } from "../generate.ts";
import type { BenchFigures, Change } from "./figures.ts";
import type { ProgramResult } from "./rounds.ts";
import { median } from "./statistics.ts";
import type { TargetOutcome } from "./targets.ts";

/** One line about the machine, so that figures are never quoted without it. */
export function describeMachine(): string {
  const processors = cpus();
  const gibibytes = (totalmem() / 2 ** 30).toFixed(0);
  const load = loadavg()[0].toFixed(2);
  const model = processors[0]?.model.trim() || "unknown processor";
  return `${processors.length} x ${model}, ${gibibytes} GiB, ${process.platform} ${process.arch}, Node ${process.versions.node}, load ${load}`;
}

/** The title of a capture's table. */
export function describeCapture({ name, totals, fileBytes }: BenchCapture): string {
  const size = `${(fileBytes / 1e6).toFixed(0)} MB`;
  if (totals === null)
    return `${name}: ${size}, no truth known: the programs are checked against the first that counts`;
  const { packets, flows } = totals;
  return `${name}: ${packets.toLocaleString("en")} packets, ${flows.toLocaleString("en")} flows, ${size}`;
}

/** The table of a capture: one row per program, with ratios of median wall times to those of the programs `bases`. */
export function renderTable(results: readonly ProgramResult[], bases: readonly string[]): string {
  const columns = ["program", "runs", "median s", "min s", "CPU s"].concat(
    bases.map((program) => `x ${program}`),
    ["peak MiB", "counted"],
  );
  const times = bases.map((program) => medianWall(results.find((result) => result.program === program)));
  const rows = results.map((result) => {
    const { runs } = result;
    const wall = medianWall(result);
    const cpu = runs.map((run) => run.cpuSeconds ?? Number.NaN);
    const peak = runs.map((run) => (run.peakKibibytes ?? Number.NaN) / 1024);
    return [
      result.program,
      `${runs.length}`,
      fixed(wall, 3),
      fixed(Math.min(...(runs.length === 0 ? [Number.NaN] : runs.map((run) => run.wallSeconds))), 3),
      fixed(median(cpu), 2),
      ...times.map((time) => fixed(wall / time, 2)),
      fixed(Math.max(...(peak.length === 0 ? [Number.NaN] : peak)), 0),
      describeCounts(result),
    ];
  });
  return alignColumns([columns, ...rows]);
}

function describeCounts({ errors, counted }: ProgramResult): string {
  if (errors.length > 0) return errors.join("; ");
  const what = Object.keys(counted);
  return what.length === 0 ? "nothing" : `${what.join(", ")} right`;
}

/** The targets, one line each. */
export function renderTargets(outcomes: readonly TargetOutcome[]): string {
  const verdict = (reached: boolean | null) =>
    reached === null ? "not measured" : reached ? "reached" : "not reached yet";
  return alignColumns(
    outcomes.map(({ capture, says, reached, text }) => [capture, says, verdict(reached), text]),
  );
}

/** An increase of this much in both the shortest time and CPU time is reported as slower: less is normal variation. */
const SLOWER = 1.05;

/** The changes since an earlier run, one line per program and capture. */
export function renderChanges(before: BenchFigures, changes: readonly Change[]): string {
  const title = `in units of commit ${before.commit ?? "unknown"}, ${before.date}, ${before.machine}`;
  if (changes.length === 0) return `${title}: no program and capture in common`;
  const rows = changes.map(({ capture, program, medianWall, leastWall, cpu, peak }) => [
    capture,
    program,
    ...[medianWall, leastWall, cpu, peak].map((ratio) => fixed(ratio, 2)),
    leastWall >= SLOWER && !(cpu < SLOWER) ? "SLOWER" : "",
  ]);
  return `${title}\n${alignColumns([["capture", "program", "median", "min", "CPU", "peak", ""], ...rows])}`;
}

function medianWall(result: ProgramResult | undefined): number {
  return median(result?.runs.map((run) => run.wallSeconds) ?? []);
}

function fixed(value: number, digits: number): string {
  return Number.isFinite(value) ? value.toFixed(digits) : "-";
}

/** Aligns figures to the right, everything else to the left; the last column is left unchanged. */
function alignColumns(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column].length))) ?? [];
  const figures =
    rows[0]?.map((_, column) => rows.slice(1).every((row) => /^(-|[\d.]+)$/.test(row[column]))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, i) => (figures[i] && rows.length > 1 ? cell.padStart(widths[i]) : cell.padEnd(widths[i])))
        .join("  ")
        .trimEnd(),
    )
    .map((line) => `  ${line}`)
    .join("\n");
}
