/** `appleflow reach`: which of Apple's services could be reached in a capture, and what blocks the others. */
import { type Command, Option } from "commander";
import { reach } from "../../engine/reach.ts";
import { summaryStatus } from "../../engine/summarize.ts";
import { loadAdvice } from "../../knowledge/advice/load-advice.ts";
import {
  REACH_FORMATS,
  REACH_GROUPINGS,
  type ReachFormat,
  type ReachGrouping,
  writeReach,
} from "../../render/render-reach.ts";
import { renderReachExplanation } from "../../render/render-reach-explanation.ts";
import { hasFailure } from "../../reports/reach/reach-failure.ts";
import type { CommandContext } from "../command-context.ts";
import type { Environment } from "../environment.ts";
import { STATUS_BLOCKED, STATUS_NOTHING_READ } from "../exit-status.ts";
import { formatOption } from "../format-option.ts";
import { Interruption } from "../interruption.ts";
import { isOutputFile, openResultOutput } from "../output-file.ts";
import { readingNotes, writeNotes } from "../reading-notes.ts";
import {
  addCaptureOptions,
  type CaptureCommandOptions,
  captureOptions,
  capturesArgument,
} from "../reading-options.ts";
import { styleOf } from "../terminal-style.ts";
import { reachQuestion } from "./reach-question.ts";

const EXAMPLES = `
Examples:
  appleflow reach office.pcapng                what works, and what does not
  appleflow reach office.pcapng --by row       by row of the list
  appleflow reach office.pcapng --by device    what fails for which client
  appleflow reach office.pcapng --format html --output reach.html
  appleflow reach office.pcapng --explain FaceTime
  appleflow reach office.pcapng --explain 5223/tcp

Exit status 4: a service that was tried does not work. What was never tried
shows nothing either way.`;

interface ReachCommandOptions extends CaptureCommandOptions {
  readonly format: ReachFormat;
  readonly by: ReachGrouping;
  /** A product, port, address or name: explain in words instead of the report. */
  readonly explain?: string;
}

/** Defines the command. */
export function defineReach(command: Command, { environment, finish }: CommandContext): void {
  addCaptureOptions(command.addArgument(capturesArgument()))
    .addOption(formatOption(REACH_FORMATS))
    .addOption(new Option("--by <what>", "group by").choices(REACH_GROUPINGS).default(REACH_GROUPINGS[0]))
    .option("--explain <what>", "explain a product, port, address or name in words")
    .addHelpText("after", EXAMPLES)
    .action(async (captures: string[], options: ReachCommandOptions) => {
      finish(await runReach(captures, options, environment));
    });
}

/** Runs the command; returns the exit status. */
async function runReach(
  captures: readonly string[],
  options: ReachCommandOptions,
  environment: Environment,
): Promise<number> {
  const reading = captureOptions(captures, options, environment);
  const isAnonymous = reading.pseudonyms !== undefined;
  const { explain } = options;
  const question = explain === undefined ? null : reachQuestion(explain, reading.services, isAnonymous);
  const interruption = new Interruption();
  const output = openResultOutput(options.output, captures, environment, interruption);
  try {
    const { report, summary } = await reach(captures, { ...reading, signal: interruption.signal });
    interruption.release();
    const status = summaryStatus(summary);
    const style = styleOf(environment, isOutputFile(options.output));
    if (status !== STATUS_NOTHING_READ) {
      const { format, by } = options;
      const advice = loadAdvice();
      if (question === null) await writeReach(report, { format, by, style, advice }, output.write);
      else output.write(await renderReachExplanation(report, question, advice, style));
    }
    output.finish();
    writeNotes(readingNotes(summary, options), environment);
    return interruption.statusOf(status === 0 && hasFailure(report) ? STATUS_BLOCKED : status);
  } finally {
    output.close();
    interruption.release();
  }
}
