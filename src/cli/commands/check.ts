/** `appleflow check`: compares a capture with a file of expectations; for scripts. */
import type { Command } from "commander";
import { CHECK_FORMATS, type CheckFormat, renderCheck } from "../../render/render-check.ts";
import { jsonDocument } from "../../render/render-json-document.ts";
import { checkExpectations } from "../../reports/compare/expectation-check.ts";
import { type Expectations, hasNumbers } from "../../reports/compare/expectations.ts";
import { loadExpectations } from "../../reports/compare/load-expectations.ts";
import { expectationsOf } from "../../reports/compare/write-expectations.ts";
import { shellFileName } from "../../shell-word.ts";
import type { CommandContext } from "../command-context.ts";
import { type Environment, UsageError } from "../environment.ts";
import { STATUS_DIFFERENT } from "../exit-status.ts";
import { formatOption } from "../format-option.ts";
import { parsePercent, wholeNumber } from "../option-parsers.ts";
import { openResultOutput } from "../output-file.ts";
import { writeNotes } from "../reading-notes.ts";
import { addCaptureOptions, type CaptureCommandOptions, captureOptions } from "../reading-options.ts";
import { readCompared } from "./compared-input.ts";

const EXAMPLES = `
Examples:
  appleflow check office.pcap expected.json --update
  appleflow check office.pcap expected.json
  appleflow check office.pcap expected.json --format junit --output report.xml
  appleflow check office.pcap expected.json --update --numbers

The file lists products that evidence must or must not name, whether they can be
reached, and limits: a number, or an object with min and max. Anything it leaves
out is not checked.
--update writes it from the capture: the products that evidence names, how, and
whether they could be reached. Another capture of the same use should match.
--numbers adds the amounts; use --tolerance and --slack with them.

Exit status: 0 as expected; 1 wrong usage or a mistake in the file; 2 as
expected, but not everything could be read; 3 nothing could be read; 5 something
is not as expected.`;

interface CheckCommandOptions extends CaptureCommandOptions {
  /** A fraction of 1; 0 allows no difference. */
  readonly tolerance?: number;
  readonly slack?: number;
  readonly update?: boolean;
  readonly numbers?: boolean;
  readonly format?: CheckFormat;
}

/** Defines the command. */
export function defineCheck(command: Command, { environment, finish }: CommandContext): void {
  command
    .argument("<capture>", "a capture, or a summary saved as JSON")
    .argument("<expected>", "the file of expectations")
    .option(
      "--tolerance <percent>",
      "allowed difference of numbers without min and max (default: 0)",
      parsePercent,
    )
    .option(
      "--slack <number>",
      "the same as an absolute number, which also applies to an expected 0 (default: 0)",
      wholeNumber(0, MOST_SLACK),
    )
    .addOption(formatOption(CHECK_FORMATS).default(undefined, CHECK_FORMATS[0]))
    .option("--update", "write the file from the capture")
    .option("--numbers", "with --update: also write numbers of flows, packets and bytes");
  addCaptureOptions(command)
    .addHelpText("after", EXAMPLES)
    .action(async (capture: string, expected: string, options: CheckCommandOptions) => {
      finish(await runCheck([capture, expected], options, environment));
    });
}

/** Runs the command; returns the exit status. */
async function runCheck(
  [capture, expectedFile]: readonly [string, string],
  options: CheckCommandOptions,
  environment: Environment,
): Promise<number> {
  const { tolerance: part = 0, slack = 0, output: outputFile, update, numbers, format } = options;
  if (update) refuseWithUpdate(options, expectedFile);
  else if (numbers) throw new UsageError("--numbers needs --update");
  const reading = captureOptions([capture], options, environment);
  if (update) return writeExpectations(capture, expectedFile, numbers ?? false, reading, environment);
  const expected = loadExpectations(expectedFile, (name) => reading.services.product(name)?.name ?? null);
  const output = openResultOutput(outputFile, [capture, expectedFile], environment);
  try {
    const { name, summary, status, notes } = await readCompared(capture, reading);
    writeNotes(notes, environment);
    if (summary === null) return status;
    const result = checkExpectations(expected, summary, { part, slack });
    const files = {
      capture: name,
      expected: expectedFile,
      accept: acceptCommand(name, expectedFile, expected),
    };
    output.write(renderCheck(result, files, format ?? CHECK_FORMATS[0]));
    output.finish();
    if (result.deviations.length > 0) return STATUS_DIFFERENT;
    // The file itself says how much could be read, and that has been met.
    return expected.capture?.complete === false ? 0 : status;
  } finally {
    output.close();
  }
}

/** More than any capture can contain. */
const MOST_SLACK = Number.MAX_SAFE_INTEGER;

/** The command that rewrites the file, with numbers if it has some. */
function acceptCommand(capture: string, expectedFile: string, expected: Expectations): string {
  const numbers = hasNumbers(expected) ? " --numbers" : "";
  return `appleflow check ${shellFileName(capture)} ${shellFileName(expectedFile)} --update${numbers}`;
}

/** `--update` writes one file and compares nothing. */
function refuseWithUpdate(
  { output, tolerance, slack, format }: CheckCommandOptions,
  expectedFile: string,
): void {
  const refuse = (why: string) => {
    throw new UsageError(`--update ${why} cannot be combined with it`);
  };
  if (output !== undefined) refuse(`writes ${expectedFile} and prints nothing: --output`);
  if (format !== undefined) refuse(`writes ${expectedFile} and prints nothing: --format`);
  if (tolerance !== undefined) refuse("compares nothing: --tolerance");
  if (slack !== undefined) refuse("compares nothing: --slack");
}

/** Writes the contents of the capture as expectations. Writes nothing if nothing could be read. */
async function writeExpectations(
  capture: string,
  expectedFile: string,
  numbers: boolean,
  reading: ReturnType<typeof captureOptions>,
  environment: Environment,
): Promise<number> {
  const output = openResultOutput(expectedFile, [capture], environment);
  try {
    const { summary, status, notes } = await readCompared(capture, reading);
    writeNotes(notes, environment);
    if (summary !== null) output.write(jsonDocument(expectationsOf(summary, { numbers })));
    output.finish();
    return status;
  } finally {
    output.close();
  }
}
