/** Shared by `annotate` and `extract`: captures that are rewritten to a file or a pipe. */
import {
  type NotedCapture,
  type NotedCaptureOptions,
  writeNotedCapture,
} from "../../engine/noted-captures.ts";
import { summaryStatus } from "../../engine/summarize.ts";
import { findCaptures } from "../../packets/files/find-captures.ts";
import { type Environment, UsageError } from "../environment.ts";
import { STATUS_NOTHING_READ } from "../exit-status.ts";
import { Interruption } from "../interruption.ts";
import { isOutputFile, openResultOutput } from "../output-file.ts";
import { readingNotes, writeNotes } from "../reading-notes.ts";
import { type CaptureCommandOptions, captureOptions } from "../reading-options.ts";
import { writeInPieces } from "../write-in-pieces.ts";

/** What a command does with captures. */
export interface NotedTask
  extends Pick<NotedCaptureOptions, "device" | "noteOf" | "keepsOthers" | "hasComments"> {
  /** Further lines for standard error after writing. */
  readonly notesOf: (written: NotedCapture) => readonly string[];
}

/** Refuses a terminal. Throws `UsageError`. */
export function checkTerminal(
  { output }: Pick<CaptureCommandOptions, "output">,
  { stdout }: Environment,
): void {
  if (stdout.isTTY && !isOutputFile(output)) {
    throw new UsageError("a capture cannot be written to a terminal: use --output FILE, or a pipe");
  }
}

/** Writes the packets that a task selects, given the reading options; returns the exit status. */
export async function runNotedCapture(
  captures: readonly string[],
  options: CaptureCommandOptions,
  environment: Environment,
  taskOf: (reading: ReturnType<typeof captureOptions>) => NotedTask,
): Promise<number> {
  const reading = captureOptions(captures, options, environment);
  const { notesOf, ...choice } = taskOf(reading);
  // Includes those in folders: the output must not be one of them.
  const { names } = await findCaptures(captures);
  const interruption = new Interruption();
  const output = openResultOutput(options.output, names, environment, interruption);
  return await writeInPieces(output, interruption, async (write) => {
    const { signal } = interruption;
    const written = await writeNotedCapture(captures, { ...reading, ...choice, signal }, write);
    interruption.release();
    const { summary } = written;
    const status = summaryStatus(summary);
    if (!signal.aborted && status !== STATUS_NOTHING_READ) output.finish();
    const notes = status === STATUS_NOTHING_READ ? [] : notesOf(written).map((line) => `appleflow: ${line}`);
    writeNotes([...readingNotes(summary, options), ...notes], environment);
    return interruption.statusOf(status);
  });
}
