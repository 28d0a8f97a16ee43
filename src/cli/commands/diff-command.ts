/** `appleflow diff`: what is different between two captures or saved summaries. */

import { type DifferenceFormat, renderDifference } from "../../render/render-difference.ts";
import { compareSummaries, type DifferenceGrouping } from "../../reports/compare/summary-difference.ts";
import { type Environment, UsageError } from "../environment.ts";
import { isOutputFile, openResultOutput } from "../output-file.ts";
import { type ReadingOptions, readingOptions } from "../reading-options.ts";
import { styleOf } from "../terminal-style.ts";
import { readCompared } from "./compared-input.ts";

export interface DiffCommandOptions extends ReadingOptions {
  readonly format: DifferenceFormat;
  readonly by: DifferenceGrouping;
  /** A part of 1. */
  readonly minChange: number;
  readonly failOnChange?: boolean;
}

/** Something differs, and the user wants to be told by the status. */
const STATUS_DIFFERENT = 5;

/** Runs the command; the exit status. */
export async function runDiff(
  [before, after]: readonly [string, string],
  options: DiffCommandOptions,
  environment: Environment,
): Promise<number> {
  if (before === "-" && after === "-") throw new UsageError("standard input can be read only once");
  const reading = await readingOptions([before, after], options, environment);
  const output = openResultOutput(options.output, [before, after], environment);
  try {
    const one = await readCompared(before, reading);
    const other = await readCompared(after, reading);
    let status: number = Math.max(one.status, other.status);
    if (one.summary !== null && other.summary !== null) {
      const { by, minChange, format, failOnChange } = options;
      const difference = compareSummaries(
        { name: one.name, summary: one.summary },
        { name: other.name, summary: other.summary },
        { by, minChange },
      );
      const style = styleOf(environment, isOutputFile(options.output));
      output.write(await renderDifference(difference, format, style));
      if (failOnChange && difference.isDifferent) status = STATUS_DIFFERENT;
    }
    output.finish();
    for (const line of [...one.notes, ...other.notes]) environment.stderr.write(`${line}\n`);
    return status;
  } finally {
    output.close();
  }
}
