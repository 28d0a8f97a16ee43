/** `appleflow diff`: what is different between two captures or saved summaries. */
import { type Command, Option } from "commander";
import {
  DIFFERENCE_FORMATS,
  type DifferenceFormat,
  renderDifference,
} from "../../render/render-difference.ts";
import {
  compareSummaries,
  DIFFERENCE_GROUPINGS,
  type DifferenceGrouping,
  FAILING_CHANGES,
  type FailingChange,
  hasChange,
} from "../../reports/compare/summary-difference.ts";
import type { CommandContext } from "../command-context.ts";
import { type Environment, UsageError } from "../environment.ts";
import { STATUS_DIFFERENT } from "../exit-status.ts";
import { formatOption } from "../format-option.ts";
import { MOST_ROWS, parsePercent, wholeNumber } from "../option-parsers.ts";
import { isOutputFile, openResultOutput } from "../output-file.ts";
import { writeNotes } from "../reading-notes.ts";
import { addCaptureOptions, type CaptureCommandOptions, captureOptions } from "../reading-options.ts";
import { styleOf } from "../terminal-style.ts";
import { readCompared } from "./compared-input.ts";

const EXAMPLES = `
Examples:
  appleflow diff monday.pcap tuesday.pcap
  appleflow diff before.json after.pcap --min-change 5%
  appleflow diff before.json after.json --by family --format csv
  appleflow diff before.pcap after.pcap --format html --output diff.html
  appleflow diff before.pcap after.pcap --fail-on verdict

"summarize --format json" saves a summary. Options for reading apply to captures
only; a saved summary stays as it is. Whether products could be reached is
compared if both are captures.

Only evidence makes a product new or gone, never a port number alone. The table
lists what stopped working, what is new or gone, and what halved or doubled;
--all adds the rest.

Exit status: 0 both were read, whatever differs; 2 not everything could be read;
3 one could not be read at all; 5 with --fail-on, if there is such a change.`;

interface DiffCommandOptions extends CaptureCommandOptions {
  readonly format: DifferenceFormat;
  readonly by: DifferenceGrouping;
  /** A fraction of 1. */
  readonly minChange: number;
  readonly failOn?: FailingChange;
  readonly top?: number;
  readonly all?: boolean;
}

/** Defines the command. */
export function defineDiff(command: Command, { environment, finish }: CommandContext): void {
  command
    .argument("<before>", "a capture, or a summary saved as JSON")
    .argument("<after>", "the second capture or summary")
    .addOption(formatOption(DIFFERENCE_FORMATS))
    .addOption(
      new Option("--by <what>", "group by").choices(DIFFERENCE_GROUPINGS).default(DIFFERENCE_GROUPINGS[0]),
    )
    .option("--min-change <percent>", "numbers that differ by less count as unchanged", parsePercent, 0)
    .option("--top <count>", "show at most this many rows", wholeNumber(1, MOST_ROWS))
    .option("--all", "also show small changes, unchanged and merely possible products, and ports")
    .addOption(
      new Option(
        "--fail-on <what>",
        "exit with status 5 if this changed, or anything listed before it",
      ).choices(FAILING_CHANGES),
    );
  addCaptureOptions(command)
    .addHelpText("after", EXAMPLES)
    .action(async (before: string, after: string, options: DiffCommandOptions) => {
      finish(await runDiff([before, after], options, environment));
    });
}

/** Runs the command; returns the exit status. */
async function runDiff(
  [before, after]: readonly [string, string],
  options: DiffCommandOptions,
  environment: Environment,
): Promise<number> {
  if (options.top !== undefined && options.format !== "table") {
    throw new UsageError(`--top applies to the table only: ${options.format} has all rows`);
  }
  if (before === "-" && after === "-") throw new UsageError("standard input can be read only once");
  const reading = captureOptions([before, after], options, environment);
  const output = openResultOutput(options.output, [before, after], environment);
  try {
    const one = await readCompared(before, reading);
    const other = await readCompared(after, reading);
    let status: number = Math.max(one.status, other.status);
    if (one.summary !== null && other.summary !== null) {
      const { by, minChange, format, failOn, all = false, top } = options;
      const difference = compareSummaries(
        { name: one.name, summary: one.summary },
        { name: other.name, summary: other.summary },
        { by, minChange },
      );
      const style = styleOf(environment, isOutputFile(options.output));
      output.write(
        await renderDifference(difference, format, style, { all, ...(top === undefined ? {} : { top }) }),
      );
      if (failOn !== undefined && hasChange(difference, failOn)) status = STATUS_DIFFERENT;
    }
    output.finish();
    writeNotes([...one.notes, ...other.notes], environment);
    return status;
  } finally {
    output.close();
  }
}
