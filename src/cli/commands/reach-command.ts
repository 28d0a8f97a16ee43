/** `appleflow reach`: which of Apple's services could be reached in a capture, and what is in the way of the others. */

import { reach, summaryStatus } from "../../engine/summarize.ts";
import { loadAdvice } from "../../knowledge/advice/load-advice.ts";
import { type ReachFormat, type ReachGrouping, renderReach } from "../../render/render-reach.ts";
import { renderReachExplanation } from "../../render/render-reach-explanation.ts";
import { hasFailure } from "../../reports/reach/reach-report.ts";
import type { Environment } from "../environment.ts";
import { Interruption } from "../interruption.ts";
import { isOutputFile, openResultOutput } from "../output-file.ts";
import { readingNotes } from "../reading-notes.ts";
import { type ReadingOptions, readingOptions } from "../reading-options.ts";
import { styleOf } from "../terminal-style.ts";
import { reachQuestion } from "./reach-question.ts";

export interface ReachCommandOptions extends ReadingOptions {
  readonly format: ReachFormat;
  readonly by: ReachGrouping;
  /** A product, port, address or name: tells why, in words, instead of the report. */
  readonly explain?: string;
}

/** All was read, and a service that was tried does not work. */
const STATUS_NOT_REACHED = 4;

/** Runs the command; the exit status. */
export async function runReach(
  captures: readonly string[],
  options: ReachCommandOptions,
  environment: Environment,
): Promise<number> {
  const reading = await readingOptions(captures, options, environment);
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
    if (status !== 3) {
      output.write(
        question === null
          ? await renderReach(report, { format: options.format, by: options.by, style })
          : await renderReachExplanation(report, question, loadAdvice(), style),
      );
    }
    output.finish();
    for (const line of readingNotes(summary, options)) environment.stderr.write(`${line}\n`);
    return interruption.statusOf(status === 0 && hasFailure(report) ? STATUS_NOT_REACHED : status);
  } finally {
    output.close();
    interruption.release();
  }
}
