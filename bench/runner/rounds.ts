import { createReadStream, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { BenchCapture } from "../generate.ts";
import { type MeterKind, measureRun, RunFailure, type RunMeasure } from "./meter.ts";
import { type Counted, countingErrors, type ReadyProgram } from "./program.ts";

/** A longer run is killed and counts as failed. */
const LIMIT_SECONDS = 1800;
/** A program that took longer than this in the warm-up round is measured at most twice. */
const SLOW_SECONDS = 3;
/** A program that took longer than this is not run again: its warm-up is its measurement. */
const VERY_SLOW_SECONDS = 20;
/** Flow limit if a capture's truth is unknown. */
const ASSUMED_FLOWS = 1_000_000;

/** Bytes per read that only brings a capture into the page cache. */
const READ_LENGTH = 1 << 20;

/** The result of one program on one capture. */
export interface ProgramResult {
  readonly program: string;
  readonly runs: readonly RunMeasure[];
  /** Its printed totals, as far as they are comparable. */
  readonly counted: Counted;
  /** Wrong counts and failed runs, in words. */
  readonly errors: readonly string[];
}

/** Options of the rounds. */
export interface RoundOptions {
  readonly rounds: number;
  readonly meter: MeterKind;
  /** A folder for the programs' outputs. */
  readonly temporary: string;
  /** Called before every run. */
  readonly onRun: (round: number, program: string) => void;
}

/**
 * Runs all programs on a capture, one after another within a round, so that other load on the machine affects all of them
 * alike. Round 0 warms up and is not measured. A program's counts are verified in every round; without a truth, the programs
 * must agree with the first that counts.
 */
export async function runRounds(
  capture: BenchCapture,
  programs: ReadonlyMap<string, ReadyProgram>,
  options: RoundOptions,
): Promise<ProgramResult[]> {
  const tracks = [...programs].map(([name, program]) => new Track(name, program));
  const reference: Counted = { ...capture.totals };
  // Reads it from disk once without measuring: otherwise the first program to warm up would look slow.
  for await (const _ of createReadStream(capture.path, { highWaterMark: READ_LENGTH }));
  for (let round = 0; round <= options.rounds; round++) {
    for (const track of tracks) {
      if (!track.takesPartIn(round)) continue;
      options.onRun(round, track.program);
      await track.run(round, capture, reference, options);
    }
  }
  return tracks;
}

class Track implements ProgramResult {
  readonly program: string;
  runs: RunMeasure[] = [];
  counted: Counted = {};
  readonly errors: string[] = [];
  readonly #ready: ReadyProgram;
  #lastRound = Number.POSITIVE_INFINITY;

  constructor(program: string, ready: ReadyProgram) {
    this.program = program;
    this.#ready = ready;
  }

  takesPartIn(round: number): boolean {
    return round <= this.#lastRound && this.errors.length === 0;
  }

  async run(round: number, capture: BenchCapture, reference: Counted, options: RoundOptions): Promise<void> {
    const scratch = mkdtempSync(join(options.temporary, "run-"));
    try {
      const command = this.#ready.command(capture.path, capture.totals?.flows ?? ASSUMED_FLOWS, scratch);
      const { measure, output } = await measureRun(options.meter, command, scratch, LIMIT_SECONDS);
      if (round > 0 || options.rounds === 0) this.runs.push(measure);
      else this.#warmedUp(measure);
      this.counted = await this.#ready.count(output, scratch);
      this.errors.push(...countingErrors(this.counted, reference));
      adoptMissing(reference, this.counted);
    } catch (error) {
      const why = error instanceof RunFailure ? error.message : `its output cannot be read: ${error}`;
      this.errors.push(`FAILED: ${why}`);
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  }

  #warmedUp(measure: RunMeasure): void {
    if (measure.wallSeconds > VERY_SLOW_SECONDS) {
      this.runs.push(measure);
      this.#lastRound = 0;
    } else if (measure.wallSeconds > SLOW_SECONDS) {
      this.#lastRound = 2;
    }
  }
}

function adoptMissing(
  reference: { -readonly [what in keyof Counted]: Counted[what] },
  counted: Counted,
): void {
  for (const what of ["packets", "bytes", "flows"] as const) {
    if (reference[what] === undefined && counted[what] !== undefined) reference[what] = counted[what];
  }
}
