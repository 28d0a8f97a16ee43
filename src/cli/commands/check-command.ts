/** `appleflow check`: whether a capture holds what a file expects of it; for scripts. */

import { escapeText, safeJson } from "../../render/render-escape.ts";
import { checkExpectations } from "../../reports/compare/expectation-check.ts";
import { expectationsOf } from "../../reports/compare/expectations.ts";
import { loadExpectations } from "../../reports/compare/load-expectations.ts";
import type { Environment } from "../environment.ts";
import { openResultOutput } from "../output-file.ts";
import { type ReadingOptions, readingOptions } from "../reading-options.ts";
import { readCompared } from "./compared-input.ts";

export interface CheckCommandOptions extends ReadingOptions {
  /** A part of 1. */
  readonly tolerance: number;
  readonly update?: boolean;
}

/** Something is not as expected. */
const STATUS_DIFFERENT = 5;

/** Runs the command; the exit status. */
export async function runCheck(
  [capture, expectedFile]: readonly [string, string],
  options: CheckCommandOptions,
  environment: Environment,
): Promise<number> {
  const reading = await readingOptions([capture], options, environment);
  if (options.update) return writeExpectations(capture, expectedFile, reading, environment);
  const expected = loadExpectations(expectedFile, (name) => reading.services.product(name)?.name ?? null);
  const output = openResultOutput(options.output, [capture, expectedFile], environment);
  try {
    const { name, summary, status, notes } = await readCompared(capture, reading);
    for (const line of notes) environment.stderr.write(`${line}\n`);
    if (summary === null) return status;
    const { deviations, checked } = checkExpectations(expected, summary, options.tolerance);
    const lines = deviations.map(({ path, problem }) => `${path} ${problem}`);
    if (lines.length === 0) lines.push(`${name}: as expected, ${checked} checked`);
    output.write(lines.map((line) => `${escapeText(line)}\n`).join(""));
    output.finish();
    if (deviations.length > 0) return STATUS_DIFFERENT;
    // What the file says itself of how much could be read has been met.
    return expected.capture?.complete === false ? 0 : status;
  } finally {
    output.close();
  }
}

/** Writes what the capture holds as what is expected of it. Nothing is written where nothing could be read. */
async function writeExpectations(
  capture: string,
  expectedFile: string,
  reading: Awaited<ReturnType<typeof readingOptions>>,
  environment: Environment,
): Promise<number> {
  const output = openResultOutput(expectedFile, [capture], environment);
  try {
    const { summary, status, notes } = await readCompared(capture, reading);
    for (const line of notes) environment.stderr.write(`${line}\n`);
    if (summary !== null) output.write(`${safeJson(expectationsOf(summary), 2)}\n`);
    output.finish();
    return status;
  } finally {
    output.close();
  }
}
