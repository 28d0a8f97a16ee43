import type { ProgramResult } from "./rounds.ts";
import { median } from "./statistics.ts";

/** A goal for appleflow on one capture. */
interface Target {
  readonly capture: string;
  readonly says: string;
  /** The measured number and the bound it may not exceed; a string names what is missing. */
  readonly check: (results: ReadonlyMap<string, ProgramResult>) => TargetFigures | string;
}

interface TargetFigures {
  readonly value: number;
  readonly bound: number;
  readonly most: boolean;
  readonly text: string;
}

/** A target and what became of it; `reached` is null where something was not measured. */
export interface TargetOutcome {
  readonly capture: string;
  readonly says: string;
  readonly reached: boolean | null;
  readonly text: string;
}

/** The targets are for totals by ports alone; what evidence costs has its own (`evidence-cost.ts`). */
const SUBJECT = "by-ports";

const TARGETS: readonly Target[] = [
  noSlowerThanFloor("small_5M", 1),
  {
    capture: "small_5M",
    says: "by ports, peak RSS below 350 MiB",
    check(results) {
      const peaks = measured(results, SUBJECT)?.map((run) => run.peakKibibytes);
      if (peaks === undefined) return `no valid run of ${SUBJECT}`;
      if (peaks.some((peak) => peak === null)) return "peak RSS cannot be measured here";
      const value = Math.max(...peaks.map(Number)) / 1024;
      return { value, bound: 350, most: true, text: `${value.toFixed(0)} MiB` };
    },
  },
  noSlowerThanFloor("imix_1M", 1.3),
  noSlowerThanFloor("big_1500", 0.8),
  ...["small_5M", "imix_1M", "big_1500"].map(fasterThanTshark),
];

function noSlowerThanFloor(capture: string, bound: number): Target {
  return {
    capture,
    says: `by ports, at most ${bound.toFixed(1)} times floor.c`,
    check: (results) => ratioOf(results, SUBJECT, "floor", { bound, most: true }),
  };
}

function fasterThanTshark(capture: string): Target {
  return {
    capture,
    says: "by ports, at least 30 times faster than tshark",
    check: (results) => ratioOf(results, "tshark", SUBJECT, { bound: 30, most: false }),
  };
}

function ratioOf(
  results: ReadonlyMap<string, ProgramResult>,
  over: string,
  under: string,
  limit: Pick<TargetFigures, "bound" | "most">,
): TargetFigures | string {
  const overWalls = measured(results, over)?.map((run) => run.wallSeconds);
  const underWalls = measured(results, under)?.map((run) => run.wallSeconds);
  if (overWalls === undefined) return `no valid run of ${over}`;
  if (underWalls === undefined) return `no valid run of ${under}`;
  const value = median(overWalls) / median(underWalls);
  const ofMinima = Math.min(...overWalls) / Math.min(...underWalls);
  const cpu = medianCpu(measured(results, over)) / medianCpu(measured(results, under));
  const ofCpu = Number.isFinite(cpu) ? `, of CPU time: ${cpu.toFixed(2)}` : "";
  return { ...limit, value, text: `${value.toFixed(2)} (of the minima: ${ofMinima.toFixed(2)}${ofCpu})` };
}

function medianCpu(runs: ProgramResult["runs"] = []): number {
  return median(runs.map((run) => run.cpuSeconds ?? Number.NaN));
}

/** The runs of a program whose counts were right and that never failed. */
function measured(
  results: ReadonlyMap<string, ProgramResult>,
  program: string,
): ProgramResult["runs"] | undefined {
  const result = results.get(program);
  return result === undefined || result.runs.length === 0 || result.errors.length > 0
    ? undefined
    : result.runs;
}

/** Judges the targets of one capture. A capture that is not the benchmark's own has none. */
export function judgeTargets(capture: string, results: readonly ProgramResult[]): TargetOutcome[] {
  const byProgram = new Map(results.map((result) => [result.program, result]));
  return TARGETS.filter((target) => target.capture === capture).map((target) => {
    const figures = target.check(byProgram);
    if (typeof figures === "string") return { capture, says: target.says, reached: null, text: figures };
    const reached = figures.most ? figures.value <= figures.bound : figures.value >= figures.bound;
    return { capture, says: target.says, reached, text: figures.text };
  });
}
