/** `appleflow check`: whether a capture holds what a file expects of it; for scripts. */
import type { Command } from "commander";
import { escapeText, safeJson } from "../../render/render-escape.ts";
import { checkExpectations } from "../../reports/compare/expectation-check.ts";
import { expectationsOf } from "../../reports/compare/expectations.ts";
import { loadExpectations } from "../../reports/compare/load-expectations.ts";
import type { CommandContext } from "../command-context.ts";
import { type Environment, UsageError } from "../environment.ts";
import { STATUS_DIFFERENT } from "../exit-status.ts";
import { parsePercent } from "../option-parsers.ts";
import { openResultOutput } from "../output-file.ts";
import { writeNotes } from "../reading-notes.ts";
import { addCaptureOptions, type CaptureCommandOptions, captureOptions } from "../reading-options.ts";
import { readCompared } from "./compared-input.ts";

const EXAMPLES = `
Examples:
  appleflow check office.pcap expected.json --update
  appleflow check office.pcap expected.json
  appleflow check office.pcap expected.json --tolerance 5%

The file says which products evidence names, which it does not, whether they
could be reached, and limits: a number, or an object with min and max. What it
leaves out may be anything.
--update writes it from the capture, with the products that evidence names; take
out what does not matter.

Exit status: 0 as expected; 1 wrong usage or a mistake in the file; 2 as
expected, but not all could be read; 3 nothing could be read; 5 something is
not as expected, one line each.`;

interface CheckCommandOptions extends CaptureCommandOptions {
  /** A part of 1; none is none. */
  readonly tolerance?: number;
  readonly update?: boolean;
}

/** Defines the command. */
export function defineCheck(command: Command, { environment, finish }: CommandContext): void {
  command
    .description("Whether a capture holds what a file expects of it.")
    .argument("<capture>", "a capture, or a summary saved as JSON")
    .argument("<expected>", "the file that says what is expected")
    .option(
      "--tolerance <percent>",
      "numbers without min and max may differ by so much (default: 0)",
      parsePercent,
    )
    .option("--update", "write the file from the capture");
  addCaptureOptions(command)
    .addHelpText("after", EXAMPLES)
    .action(async (capture: string, expected: string, options: CheckCommandOptions) => {
      finish(await runCheck([capture, expected], options, environment));
    });
}

/** Runs the command; the exit status. */
async function runCheck(
  [capture, expectedFile]: readonly [string, string],
  options: CheckCommandOptions,
  environment: Environment,
): Promise<number> {
  const { tolerance = 0, output: outputFile, update } = options;
  if (update) refuseWithUpdate(options, expectedFile);
  const reading = captureOptions([capture], options, environment);
  if (update) return writeExpectations(capture, expectedFile, reading, environment);
  const expected = loadExpectations(expectedFile, (name) => reading.services.product(name)?.name ?? null);
  const output = openResultOutput(outputFile, [capture, expectedFile], environment);
  try {
    const { name, summary, status, notes } = await readCompared(capture, reading);
    writeNotes(notes, environment);
    if (summary === null) return status;
    const { deviations, checked } = checkExpectations(expected, summary, tolerance);
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

/** `--update` writes one file and compares nothing. */
function refuseWithUpdate({ output, tolerance }: CheckCommandOptions, expectedFile: string): void {
  if (output !== undefined) {
    throw new UsageError(
      `--update writes ${expectedFile} and prints nothing: --output has no meaning with it`,
    );
  }
  if (tolerance !== undefined) {
    throw new UsageError("--update writes exact numbers: --tolerance has no meaning with it");
  }
}

/** Writes what the capture holds as what is expected of it. Nothing is written where nothing could be read. */
async function writeExpectations(
  capture: string,
  expectedFile: string,
  reading: ReturnType<typeof captureOptions>,
  environment: Environment,
): Promise<number> {
  const output = openResultOutput(expectedFile, [capture], environment);
  try {
    const { summary, status, notes } = await readCompared(capture, reading);
    writeNotes(notes, environment);
    if (summary !== null) output.write(`${safeJson(expectationsOf(summary), 2)}\n`);
    output.finish();
    return status;
  } finally {
    output.close();
  }
}
