/** `appleflow flows`: one line for each flow, written as they end. */

import { type SummarizeOptions, summarize, summaryStatus } from "../../engine/summarize.ts";
import type { ServiceTable } from "../../knowledge/port-list/service-table.ts";
import { renderExplanation } from "../../render/render-explanation.ts";
import { type FlowFormat, renderFlow, renderFlowHeader } from "../../render/render-flows.ts";
import type { Environment } from "../environment.ts";
import { Interruption } from "../interruption.ts";
import { openResultOutput, type ResultOutput } from "../output-file.ts";
import { readingNotes } from "../reading-notes.ts";
import { type ReadingOptions, readingOptions } from "../reading-options.ts";
import { explainTarget } from "./explain-target.ts";

export interface FlowsCommandOptions extends ReadingOptions {
  readonly format: FlowFormat;
  /** A flow or a product: tells why, in words, instead of a line for each flow. */
  readonly explain?: string;
}

/** Runs the command; the exit status. */
export async function runFlows(
  captures: readonly string[],
  options: FlowsCommandOptions,
  environment: Environment,
): Promise<number> {
  const reading = await readingOptions(captures, options, environment);
  const interruption = new Interruption();
  const output = openResultOutput(options.output, captures, environment, interruption);
  try {
    const lines = new LineChunks(output);
    const summary = await summarize(captures, {
      ...reading,
      ...flowWriter(options, reading, lines, environment),
      signal: interruption.signal,
    });
    interruption.release();
    const status = summaryStatus(summary);
    if (status !== 3) lines.flush();
    output.finish();
    for (const line of readingNotes(summary, options)) environment.stderr.write(`${line}\n`);
    return interruption.statusOf(status);
  } catch (error) {
    // Who reads no more needs no more: what was asked for has been given.
    if (error instanceof ReaderGone) return 0;
    throw error;
  } finally {
    output.close();
    interruption.release();
  }
}

/** Writes a line for each flow, or why the flows that are asked for were attributed as they were. */
function flowWriter(
  { format, explain }: FlowsCommandOptions,
  { services }: { readonly services: ServiceTable },
  lines: LineChunks,
  { stdout }: Environment,
): Pick<SummarizeOptions, "onFlow" | "isFlowMeant"> {
  if (explain !== undefined) {
    const width = stdout.isTTY ? (stdout.columns ?? null) : null;
    return {
      isFlowMeant: explainTarget(explain, services),
      onFlow: (flow, explanationOf) => lines.add(renderExplanation(flow, explanationOf(), width)),
    };
  }
  lines.add(renderFlowHeader(format));
  return { onFlow: (flow) => lines.add(renderFlow(flow, format)) };
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
