/** The options of `appleflow diff` and `appleflow check`. */
import { type Command, Option } from "commander";
import { parsePercent } from "../option-values.ts";
import { addReadingSettings } from "../reading-options.ts";

const DIFF_EXAMPLES = `
Examples:
  appleflow diff monday.pcap tuesday.pcap
  appleflow diff before.json after.pcap --min-change 5%
  appleflow diff before.json after.json --by family --format csv

A summary is saved with "summarize --format json". Options of reading hold for
captures only; a saved summary stays as it was made. Whether a product could be
reached is told where both are captures.

Exit status: 0 both were read, whatever differs; 2 not all could be read;
3 one could not be read at all; 5 something differs, with --fail-on-change.`;

const CHECK_EXAMPLES = `
Examples:
  appleflow check office.pcap expected.json --update
  appleflow check office.pcap expected.json
  appleflow check office.pcap expected.json --tolerance 5%

The file says which products there are, which there are not, whether they could
be reached, and limits: a number, or an object with min and max. What it leaves
out may be anything.
--update writes it from the capture; take out what does not matter.

Exit status: 0 as expected; 1 wrong usage or a mistake in the file; 2 as
expected, but not all could be read; 3 nothing could be read; 5 something is
not as expected, one line each.`;

/** Adds arguments and options of `diff`. */
export function addDiffOptions(command: Command): Command {
  return addReadingSettings(
    command
      .argument("<before>", "a capture, or a summary saved as JSON")
      .argument("<after>", "the other one")
      .addOption(
        new Option("-f, --format <format>", "form of the results")
          .choices(["table", "json", "csv"])
          .default("table"),
      )
      .addOption(
        new Option("--by <what>", "what there is a row for")
          .choices(["product", "family"])
          .default("product"),
      )
      .option("--min-change <percent>", "numbers that differ by less count as unchanged", parsePercent, 0)
      .option("--fail-on-change", "exit status 5 when something differs"),
  ).addHelpText("after", DIFF_EXAMPLES);
}

/** Adds arguments and options of `check`. */
export function addCheckOptions(command: Command): Command {
  return addReadingSettings(
    command
      .argument("<capture>", "a capture, or a summary saved as JSON")
      .argument("<expected>", "the file that says what is expected")
      .option("--tolerance <percent>", "numbers without min and max may differ by so much", parsePercent, 0)
      .option("--update", "write the file from the capture"),
  ).addHelpText("after", CHECK_EXAMPLES);
}
