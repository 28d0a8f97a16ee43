/** `appleflow summarize`: the totals of captures. */

import { type SummarizeOptions, summarize, summaryStatus } from "../../engine/summarize.ts";
import type { Grouping } from "../../render/render-groups.ts";
import { renderSummary, type SummaryFormat } from "../../render/render-summary.ts";
import type { Environment } from "../environment.ts";
import { Interruption } from "../interruption.ts";
import { isOutputFile, openResultOutput } from "../output-file.ts";
import { readingNotes } from "../reading-notes.ts";
import { type ReadingOptions, readingOptions } from "../reading-options.ts";
import { styleOf } from "../terminal-style.ts";

export interface SummarizeCommandOptions extends ReadingOptions {
  readonly format: SummaryFormat;
  readonly by: Grouping;
  readonly top?: number;
  /** `--no-progress` makes it false. */
  readonly progress: boolean;
}

/** Runs the command; the exit status. */
export async function runSummarize(
  captures: readonly string[],
  options: SummarizeCommandOptions,
  environment: Environment,
): Promise<number> {
  const reading = await readingOptions(captures, options, environment);
  const interruption = new Interruption();
  const output = openResultOutput(options.output, captures, environment, interruption);
  try {
    const { signal } = interruption;
    const summary = await summarizeWithProgress(captures, { ...reading, signal }, options, environment);
    interruption.release();
    const status = summaryStatus(summary);
    // With nothing read there are no results, not results that are zero.
    if (status !== 3) {
      const { format, by, top } = options;
      const style = styleOf(environment, isOutputFile(options.output));
      output.write(await renderSummary(summary, { format, by, style, ...(top !== undefined && { top }) }));
    }
    output.finish();
    for (const line of readingNotes(summary, options)) environment.stderr.write(`${line}\n`);
    return interruption.statusOf(status);
  } finally {
    output.close();
    interruption.release();
  }
}

async function summarizeWithProgress(
  captures: readonly string[],
  reading: SummarizeOptions,
  options: SummarizeCommandOptions,
  environment: Environment,
) {
  const withHosts = options.by === "host";
  if (!showsProgress(options, environment)) return summarize(captures, { ...reading, withHosts });
  const { ProgressBar } = await import("../progress-bar.ts");
  const bar = new ProgressBar(environment);
  try {
    return await summarize(captures, {
      ...reading,
      withHosts,
      onProgress: (progress) => bar.update(progress),
    });
  } finally {
    bar.stop();
  }
}

/** A pager or another program at the end of a pipe has the terminal for itself. */
function showsProgress(options: SummarizeCommandOptions, { stdout, stderr }: Environment): boolean {
  if (options.format !== "table" || !options.progress || !stderr.isTTY) return false;
  return stdout.isTTY || isOutputFile(options.output);
}
