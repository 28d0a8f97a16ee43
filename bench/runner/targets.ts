import type { ProgramResult } from "./rounds.ts";
import { median } from "./statistics.ts";

/** The targets apply to what users run: with names, addresses and processes. */
const SUBJECT = "appleflow";
const REFERENCE = "floor";
const NDPI = "ndpi";

/** Targets for appleflow on one capture. */
interface Goals {
  readonly capture: string;
  /** Maximum wall time, relative to floor.c's. */
  readonly timesFloor: number;
  /** Peak memory limit in MiB. */
  readonly mebibytes: number;
  /** Minimum speed relative to ndpiReader, which recognises protocols as well. */
  readonly timesNdpi?: number;
}

const GOALS: readonly Goals[] = [
  { capture: "small_5M", timesFloor: 0.75, mebibytes: 300 },
  { capture: "imix_10M", timesFloor: 0.7, mebibytes: 350 },
  { capture: "imix_1M", timesFloor: 1.3, mebibytes: 150 },
  { capture: "big_1500", timesFloor: 0.75, mebibytes: 150 },
  { capture: "handshakes", timesFloor: 1.5, mebibytes: 300, timesNdpi: 20 },
];

/** A target and its result; `reached` is null if something was not measured. */
export interface TargetOutcome {
  readonly capture: string;
  readonly says: string;
  readonly reached: boolean | null;
  readonly text: string;
}

/** A measurement with its description; a string alone names what is missing. */
type Measured = { readonly value: number; readonly text: string } | string;

/** Judges the targets of one capture. Captures other than the benchmark's own have none. */
export function judgeTargets(capture: string, results: readonly ProgramResult[]): TargetOutcome[] {
  const goals = GOALS.find((each) => each.capture === capture);
  if (goals === undefined) return [];
  const { timesFloor, mebibytes, timesNdpi } = goals;
  const outcome = (says: string, bound: number, measured: Measured): TargetOutcome =>
    typeof measured === "string"
      ? { capture, says, reached: null, text: measured }
      : { capture, says, reached: measured.value <= bound, text: measured.text };
  return [
    outcome(`wall time at most ${timesFloor} times floor.c's`, timesFloor, timesOfReference(results)),
    outcome(`peak RSS at most ${mebibytes} MiB`, mebibytes, peakMebibytes(results)),
    ...(timesNdpi === undefined
      ? []
      : [outcome(`wall time at most 1/${timesNdpi} of ndpiReader's`, 1 / timesNdpi, shareOfNdpi(results))]),
  ];
}

function timesOfReference(results: readonly ProgramResult[]): Measured {
  const own = validRuns(results, SUBJECT);
  const reference = validRuns(results, REFERENCE);
  if (own === null) return `no valid run of ${SUBJECT}`;
  if (reference === null) return `no valid run of ${REFERENCE}: --floor DIR`;
  const walls = (runs: ProgramResult["runs"]) => runs.map((run) => run.wallSeconds);
  const value = median(walls(own)) / median(walls(reference));
  const ofMinima = Math.min(...walls(own)) / Math.min(...walls(reference));
  const cpu = medianCpu(own) / medianCpu(reference);
  const ofCpu = Number.isFinite(cpu) ? `, of CPU time: ${cpu.toFixed(2)}` : "";
  return { value, text: `${value.toFixed(2)} (of the minima: ${ofMinima.toFixed(2)}${ofCpu})` };
}

function shareOfNdpi(results: readonly ProgramResult[]): Measured {
  const own = validRuns(results, SUBJECT);
  const ndpi = validRuns(results, NDPI);
  if (own === null) return `no valid run of ${SUBJECT}`;
  if (ndpi === null) return "no valid run of ndpiReader";
  const wall = (runs: ProgramResult["runs"]) => median(runs.map((run) => run.wallSeconds));
  return { value: wall(own) / wall(ndpi), text: `1/${(wall(ndpi) / wall(own)).toFixed(1)}` };
}

function peakMebibytes(results: readonly ProgramResult[]): Measured {
  const peaks = validRuns(results, SUBJECT)?.map((run) => run.peakKibibytes);
  if (peaks === undefined) return `no valid run of ${SUBJECT}`;
  if (peaks.some((peak) => peak === null)) return "peak RSS cannot be measured here";
  const value = Math.max(...peaks.map(Number)) / 1024;
  return { value, text: `${value.toFixed(0)} MiB` };
}

function medianCpu(runs: ProgramResult["runs"]): number {
  return median(runs.map((run) => run.cpuSeconds ?? Number.NaN));
}

/** The runs of a program with correct counts and no failure, or null. */
function validRuns(results: readonly ProgramResult[], program: string): ProgramResult["runs"] | null {
  const result = results.find((each) => each.program === program);
  return result === undefined || result.runs.length === 0 || result.errors.length > 0 ? null : result.runs;
}
