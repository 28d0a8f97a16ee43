/** All measurements of a benchmark run, as a file that a later run can be compared with. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import type { CaptureTotals } from "../generator/capture-file.ts";
import type { MeterKind, RunMeasure } from "./meter.ts";
import type { ProgramResult } from "./rounds.ts";
import { median } from "./statistics.ts";
import type { TargetOutcome } from "./targets.ts";

const SCHEMA = "appleflow-bench/1";
const PROJECT = fileURLToPath(new URL("../../", import.meta.url));

/** The results of all programs for one capture. */
export interface CaptureFigures {
  readonly capture: string;
  readonly fileBytes: number;
  /** null for a capture of unknown content. */
  readonly totals: CaptureTotals | null;
  readonly results: readonly ProgramResult[];
}

/** The content of a file of `--json`. */
export interface BenchFigures {
  readonly schema: typeof SCHEMA;
  /** Commit of the working tree, with "+" appended if it has other changes. null outside a repository. */
  readonly commit: string | null;
  /** RFC 3339 time of the start of the run. */
  readonly date: string;
  readonly machine: string;
  /** Load average over the last minute, before and after the run; the latter includes the benchmark itself. */
  readonly load: { readonly before: number; readonly after: number };
  readonly meter: MeterKind;
  readonly captures: readonly CaptureFigures[];
  readonly targets: readonly TargetOutcome[];
}

/** Identification of a run, taken before its first program starts. */
export function beginFigures(machine: string, meter: MeterKind) {
  const known = {
    schema: SCHEMA,
    commit: readCommit(),
    date: new Date().toISOString(),
    machine,
    meter,
  } as const;
  const before = loadavg()[0];
  return (captures: readonly CaptureFigures[], targets: readonly TargetOutcome[]): BenchFigures => ({
    ...known,
    load: { before, after: loadavg()[0] },
    captures,
    targets,
  });
}

/**
 * Reads the figures of an earlier run.
 * @throws Error if the file cannot be read or does not come from `--json`
 */
export function readFigures(path: string): BenchFigures {
  const figures: Partial<BenchFigures> = JSON.parse(readFileSync(path, "utf8"));
  if (figures.schema !== SCHEMA) throw new Error(`${path}: not written by --json of this benchmark`);
  return figures as BenchFigures;
}

function readCommit(): string | null {
  const git = (...args: readonly string[]) =>
    execFileSync("git", args, { cwd: PROJECT, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  try {
    return `${git("rev-parse", "HEAD")}${git("status", "--porcelain") === "" ? "" : "+"}`;
  } catch {
    return null;
  }
}

/** One program's results on one capture, relative to the earlier ones. NaN if either was not measured. */
export interface Change {
  readonly capture: string;
  readonly program: string;
  readonly medianWall: number;
  readonly leastWall: number;
  readonly cpu: number;
  readonly peak: number;
}

/** The changes since an earlier run, for programs and captures in both. */
export function changesSince(before: BenchFigures, now: readonly CaptureFigures[]): Change[] {
  return now.flatMap(({ capture, totals, results }) => {
    const earlier = before.captures.find((each) => each.capture === capture);
    if (earlier === undefined || !isMuchTheSame(earlier.totals, totals)) return [];
    return results.flatMap((result) => {
      const then = earlier.results.find(({ program }) => program === result.program);
      const isMeasured = [then, result].every((each) => each?.runs.length !== 0 && each?.errors.length === 0);
      return then !== undefined && isMeasured ? [changeOf(capture, then, result)] : [];
    });
  });
}

/** A different capture of the same name is not comparable; one with a few changed names is. */
function isMuchTheSame(then: CaptureTotals | null, now: CaptureTotals | null): boolean {
  if (then === null || now === null) return then === now;
  return then.packets === now.packets && Math.abs(now.bytes / then.bytes - 1) < 0.01;
}

function changeOf(capture: string, then: ProgramResult, now: ProgramResult): Change {
  const ratio = (of: (runs: readonly RunMeasure[]) => number) => of(now.runs) / of(then.runs);
  return {
    capture,
    program: now.program,
    medianWall: ratio((runs) => median(runs.map((run) => run.wallSeconds))),
    leastWall: ratio((runs) => Math.min(...runs.map((run) => run.wallSeconds))),
    cpu: ratio((runs) => median(runs.map((run) => run.cpuSeconds ?? Number.NaN))),
    peak: ratio((runs) => Math.max(...runs.map((run) => run.peakKibibytes ?? Number.NaN))),
  };
}
