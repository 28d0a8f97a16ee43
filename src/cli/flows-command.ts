/** `appleflow flows`: one line for each flow, written as they end. */
import {
  type FlowFormat,
  type FlowReport,
  renderFlow,
  renderFlowHeader,
  summarize,
  summaryStatus,
} from "../index.ts";
import type { Environment } from "./environment.ts";
import { openResultOutput, type ResultOutput } from "./output-file.ts";
import { readingNotes } from "./reading-notes.ts";
import { type ReadingOptions, readingOptions } from "./reading-options.ts";

export interface FlowsCommandOptions extends ReadingOptions {
  readonly format: FlowFormat;
}

/** Runs the command; the exit status. */
export async function runFlows(
  captures: readonly string[],
  options: FlowsCommandOptions,
  environment: Environment,
): Promise<number> {
  const reading = await readingOptions(captures, options, environment);
  const output = openResultOutput(options.output, captures, environment);
  try {
    const lines = new LineChunks(output);
    const { format } = options;
    lines.add(renderFlowHeader(format));
    const onFlow = (flow: FlowReport) => lines.add(renderFlow(flow, format));
    const summary = await summarize(captures, { ...reading, onFlow });
    const status = summaryStatus(summary);
    if (status !== 3) lines.flush();
    for (const line of readingNotes(summary)) environment.stderr.write(`${line}\n`);
    return status;
  } catch (error) {
    // Who reads no more needs no more: what was asked for has been given.
    if (error instanceof ReaderGone) return 0;
    throw error;
  } finally {
    output.close();
  }
}

/** Leaves the middle of a reading whose results nobody reads any more. */
class ReaderGone extends Error {}

const CHUNK_LENGTH = 1 << 16;

/** Collects lines, since every write costs a system call. */
class LineChunks {
  readonly #output: ResultOutput;
  #chunk = "";

  constructor(output: ResultOutput) {
    this.#output = output;
  }

  add(line: string): void {
    this.#chunk += line;
    if (this.#chunk.length >= CHUNK_LENGTH) this.flush();
  }

  flush(): void {
    const chunk = this.#chunk;
    this.#chunk = "";
    if (!this.#output.write(chunk)) throw new ReaderGone();
  }
}
