/** `appleflow flows`: one line for each flow, written as they end. */
import { type Command, Option } from "commander";
import { type SummarizeOptions, summarize, summaryStatus } from "../../engine/summarize.ts";
import type { ServiceTable } from "../../knowledge/port-list/service-table.ts";
import { renderExplanation } from "../../render/render-explanation.ts";
import { FLOW_FORMATS, type FlowFormat, renderFlow, renderFlowHeader } from "../../render/render-flows.ts";
import type { CommandContext } from "../command-context.ts";
import type { Environment } from "../environment.ts";
import { STATUS_NOTHING_READ } from "../exit-status.ts";
import { formatOption } from "../format-option.ts";
import { Interruption } from "../interruption.ts";
import { openResultOutput, type ResultOutput } from "../output-file.ts";
import { readingNotes, writeNotes } from "../reading-notes.ts";
import {
  addCaptureOptions,
  type CaptureCommandOptions,
  captureOptions,
  capturesArgument,
} from "../reading-options.ts";
import { explainTarget } from "./explain-target.ts";

const EXAMPLES = `
Examples:
  appleflow flows office.pcap | jq 'select(.servicePort == 5223) | .originator'
  appleflow flows office.pcap --format csv --output flows.csv
  appleflow flows office.pcap --explain 10.0.0.7
  appleflow flows office.pcap --explain "Software Update"`;

interface FlowsCommandOptions extends CaptureCommandOptions {
  readonly format: FlowFormat;
  /** A flow or a product: tells why, in words, instead of a line for each flow. */
  readonly explain?: string;
}

/** Defines the command. */
export function defineFlows(command: Command, { environment, finish }: CommandContext): void {
  addCaptureOptions(command.addArgument(capturesArgument()))
    .description("One record for each flow, in the order in which they end.")
    .addOption(formatOption(FLOW_FORMATS))
    .option("--explain <what>", "why, in words: a flow (Community ID, address, address:port) or a product")
    // Flows show no progress; a script may give both commands the same options.
    .addOption(new Option("--no-progress").hideHelp())
    .addHelpText("after", EXAMPLES)
    .action(async (captures: string[], options: FlowsCommandOptions) => {
      finish(await runFlows(captures, options, environment));
    });
}

/** Runs the command; the exit status. */
async function runFlows(
  captures: readonly string[],
  options: FlowsCommandOptions,
  environment: Environment,
): Promise<number> {
  const reading = captureOptions(captures, options, environment);
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
    if (status !== STATUS_NOTHING_READ) lines.flush();
    output.finish();
    writeNotes(readingNotes(summary, options), environment);
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
