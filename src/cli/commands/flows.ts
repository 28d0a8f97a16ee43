/** `appleflow flows`: one line for each flow, written as they end. */
import { type Command, Option } from "commander";
import { type FlowOptions, summarize, summaryStatus } from "../../engine/summarize.ts";
import { widthOf } from "../../render/render-columns.ts";
import { escapeText } from "../../render/render-escape.ts";
import {
  renderExplanation,
  renderExplanationHead,
  renderExplanationRest,
} from "../../render/render-explanation.ts";
import { FLOW_FORMATS, type FlowFormat, renderFlow, renderFlowHeader } from "../../render/render-flows.ts";
import { Pieces } from "../../render/render-pieces.ts";
import type { Summary } from "../../reports/traffic/summary.ts";
import { FLOW_TABLE } from "../../tables/flow-table.ts";
import { ParquetTable, type WriteBytes } from "../../tables/parquet-writer.ts";
import type { CommandContext } from "../command-context.ts";
import { type Environment, UsageError } from "../environment.ts";
import { STATUS_NOTHING_READ } from "../exit-status.ts";
import { formatOption } from "../format-option.ts";
import { Interruption } from "../interruption.ts";
import { parseDuration, wholeNumber } from "../option-parsers.ts";
import { isOutputFile, openResultOutput } from "../output-file.ts";
import { checkParquet, PARQUET } from "../parquet-output.ts";
import { readingNotes, writeNotes } from "../reading-notes.ts";
import {
  addCaptureOptions,
  type CaptureCommandOptions,
  captureOptions,
  capturesArgument,
  deviceOption,
  productOption,
} from "../reading-options.ts";
import { styleOf } from "../terminal-style.ts";
import { writeInPieces } from "../write-in-pieces.ts";
import { chosenFlows } from "./chosen-flows.ts";
import { explainTarget } from "./explain-target.ts";
import { ExplainedFlows } from "./explained-flows.ts";

const EXAMPLES = `
Examples:
  appleflow flows office.pcap | jq 'select(.servicePort == 5223) | .originator'
  appleflow flows office.pcap --format csv --output flows.csv
  appleflow flows office.pcap --format parquet --output flows.parquet
  appleflow flows office.pcap --explain 10.0.0.7
  appleflow flows office.pcap --explain "Software Update" --top 3

--explain says in words what the list has for the port, what else was seen, and
what follows from that; it cannot be combined with --format. If nothing matches,
a note says what the capture has instead, and the exit status is 0.`;

/** Default number of explanations. */
const DEFAULT_EXPLAINED = 20;
const MOST_EXPLAINED = 1_000_000_000;

interface FlowsCommandOptions extends CaptureCommandOptions {
  readonly format: FlowFormat | typeof PARQUET;
  /** A flow or a product: explain in words instead of a line for each flow. */
  readonly explain?: string;
  /** Seconds. */
  readonly activeTimeout?: number;
  readonly top?: number;
  readonly all?: boolean;
}

/** Defines the command. */
export function defineFlows(command: Command, { environment, finish }: CommandContext): void {
  addCaptureOptions(command.addArgument(capturesArgument()))
    .addOption(formatOption([...FLOW_FORMATS, PARQUET]))
    .addOption(deviceOption())
    .addOption(productOption())
    .option(
      "--active-timeout <time>",
      "also write a record every 10s, 1m, 1h, 1d while a flow lives",
      parseDuration,
    )
    .option("--explain <what>", "explain a flow (Community ID, address, address:port) or a product in words")
    .option(
      "--top <count>",
      `explain at most this many flows, largest first (default: ${DEFAULT_EXPLAINED})`,
      wholeNumber(1, MOST_EXPLAINED),
    )
    .option("--all", "explain every matching flow")
    // Flows show no progress; a script may give both commands the same options.
    .addOption(new Option("--no-progress").hideHelp())
    .addHelpText("after", EXAMPLES)
    .action(async (captures: string[], options: FlowsCommandOptions) => {
      checkParquet(options, environment);
      checkOptions(options, command.getOptionValueSource("format") !== "default");
      finish(await runFlows(captures, options, environment));
    });
}

function checkOptions(
  { explain, top, all, activeTimeout, device, product }: FlowsCommandOptions,
  hasFormat: boolean,
): void {
  if (activeTimeout !== undefined && explain !== undefined) {
    throw new UsageError("--active-timeout cannot be combined with --explain");
  }
  if (activeTimeout !== undefined && (device !== undefined || product !== undefined)) {
    throw new UsageError(
      "--active-timeout cannot be combined with --device or --product: they are known only when a flow has ended",
    );
  }
  if (explain !== undefined && hasFormat) {
    throw new UsageError("--format cannot be combined with --explain");
  }
  if (explain === undefined && (top !== undefined || all === true)) {
    throw new UsageError("--top and --all need --explain");
  }
  if (top !== undefined && all === true) throw new UsageError("--top and --all cannot be combined");
}

/** Runs the command; returns the exit status. */
async function runFlows(
  captures: readonly string[],
  options: FlowsCommandOptions,
  environment: Environment,
): Promise<number> {
  const reading = captureOptions(captures, options, environment);
  const interruption = new Interruption();
  const output = openResultOutput(options.output, captures, environment, interruption);
  return await writeInPieces(output, interruption, async (write) => {
    const lines = new Pieces(write);
    const { explain, format } = options;
    const writer =
      explain !== undefined
        ? explanations(explain, options, reading, lines, environment)
        : format === PARQUET
          ? await flowRows(write)
          : flowLines(format, options, lines);
    const { signal } = interruption;
    const { activeTimeout } = options;
    const which = {
      ...chosenFlows(options, reading.services),
      ...(activeTimeout !== undefined && { activeTimeoutSeconds: activeTimeout }),
    };
    const summary = await summarize(captures, { ...reading, ...writer, ...which, signal });
    interruption.release();
    const status = summaryStatus(summary);
    if (status !== STATUS_NOTHING_READ) {
      writer.end(summary);
      if (format !== PARQUET) lines.flush();
    }
    output.finish();
    writeNotes(readingNotes(summary, options), environment);
    return interruption.statusOf(status);
  });
}

/** What is done with flows, and what is written after the last one. */
interface FlowWriter extends Required<Pick<FlowOptions, "onFlow">>, Pick<FlowOptions, "isFlowMeant"> {
  readonly end: (summary: Summary) => void;
}

/** A line for each flow, as they end. */
function flowLines(format: FlowFormat, { activeTimeout }: FlowsCommandOptions, lines: Pieces): FlowWriter {
  lines.add(renderFlowHeader(format, activeTimeout !== undefined));
  return { onFlow: (flow) => lines.add(renderFlow(flow, format)), end: () => undefined };
}

/** A row of Parquet for each flow, as they end. */
async function flowRows(write: WriteBytes): Promise<FlowWriter> {
  const table = await ParquetTable.begin(FLOW_TABLE, {}, write);
  return { onFlow: (flow) => table.add(flow), end: () => table.finish() };
}

/** Explains the attribution of the selected flows, those with the most bytes first. */
function explanations(
  what: string,
  { top = DEFAULT_EXPLAINED, all, output }: FlowsCommandOptions,
  { services, pseudonyms }: ReturnType<typeof captureOptions>,
  lines: Pieces,
  environment: Environment,
): FlowWriter {
  const { stderr } = environment;
  const width = widthOf(styleOf(environment, isOutputFile(output)));
  const target = explainTarget(what, services);
  const explained = new ExplainedFlows(target, all === true ? Number.POSITIVE_INFINITY : top);
  const isAnonymous = pseudonyms !== undefined;
  // The argument is a name of the user's network, which must not be shown.
  const name = isAnonymous && target.kind === "end" ? "the address" : target.name;
  return {
    isFlowMeant: (flow) => explained.isMeant(flow),
    onFlow: (flow, explain) => explained.add(flow, () => renderExplanation(flow, explain(), width)),
    end: ({ capture, flows }) => {
      const { totals } = explained;
      if (totals.flows === 0) {
        stderr.write(`appleflow: ${escapeText(explained.absenceText(isAnonymous))}\n`);
        return;
      }
      lines.add(renderExplanationHead(name, totals, { flows: flows.total, bytes: capture.bytes }, width));
      for (const text of explained.texts()) lines.add(text);
      lines.add(renderExplanationRest(totals));
    },
  };
}
