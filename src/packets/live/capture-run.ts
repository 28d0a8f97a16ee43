/** One run of a program that captures on an interface, in the best way that works here. */
import { InputError } from "../../errors.ts";
import { captureError } from "./capture-errors.ts";
import { CaptureProcess } from "./capture-process.ts";
import type { CaptureProgram, StartProgram } from "./capture-program.ts";
import { readRunStart } from "./run-start.ts";

/** One way to capture. */
export interface CaptureWay {
  readonly program: CaptureProgram;
  /** A limitation to tell the user about; null for none. */
  readonly note: string | null;
}

/** Returns the ways to capture on an interface, best first; at least one. Throws `InputError`. */
export type WaysOf = (interfaceName: string) => Promise<readonly CaptureWay[]>;

/** Result of `startRun`. */
export interface CaptureRun {
  readonly interfaceName: string;
  readonly way: CaptureWay;
  readonly process: CaptureProcess;
  /** The first bytes that it wrote; empty if they were not awaited. */
  readonly start: Uint8Array;
}

/** Errors after which another way may succeed: not the fault of the interface or the filter. */
const FAULTS_OF_WAY: readonly string[] = ["no_permission", "no_backend", "capture_failed"];

/**
 * Begins to capture in the first way that works. If none does, or if the output cannot be read, throws the last
 * `InputError`; all programs have ended then.
 */
export async function startRun(
  interfaceName: string,
  waysOf: WaysOf,
  start: StartProgram,
): Promise<CaptureRun> {
  const ways = await waysOf(interfaceName);
  for (const way of ways.slice(0, -1)) {
    try {
      return await startWay(interfaceName, way, start);
    } catch (error) {
      if (!(error instanceof InputError) || !FAULTS_OF_WAY.includes(error.code)) throw error;
    }
  }
  return await startWay(interfaceName, ways[ways.length - 1], start);
}

async function startWay(
  interfaceName: string,
  way: CaptureWay,
  startProgram: StartProgram,
): Promise<CaptureRun> {
  const { program } = way;
  const process = await CaptureProcess.start(program, interfaceName, startProgram);
  if (!program.writesAtOnce) return { interfaceName, way, process, start: new Uint8Array(0) };
  let start: Uint8Array | null;
  try {
    start = await readRunStart(process.bytes, interfaceName, program.backend);
  } catch (error) {
    await process.bytes.close();
    throw error;
  }
  if (start !== null) return { interfaceName, way, process, start };
  const failure = await process.failure();
  throw (
    failure ?? captureError("capture_failed", interfaceName, `${program.backend} ended as soon as it began`)
  );
}
