/** Maps errors to messages for the user and exit statuses (docs/contract.md, "Exit status"). No stack trace is shown. */
import { existsSync } from "node:fs";
import { CommanderError } from "commander";
import { InputError } from "../errors.ts";
import { escapeText } from "../render/render-escape.ts";
import { shellFileName } from "../shell-word.ts";
import { type Environment, NotSavedError, OutputError, UsageError } from "./environment.ts";
import { STATUS_BUG, STATUS_NOT_SAVED, STATUS_USAGE } from "./exit-status.ts";

/** Reports on standard error what went wrong, and returns the exit status. `usageText`: commander's message. */
export async function reportFailure(
  error: unknown,
  usageText: string,
  environment: Environment,
): Promise<number> {
  const tell = (lines: readonly string[]) => {
    environment.stderr.write(lines.map((line) => `${escapeText(line)}\n`).join(""));
  };
  if (error instanceof CommanderError) {
    tell([
      ...usageText
        .trimEnd()
        .replace(/^error: /, "appleflow: ")
        .split("\n"),
      ...hints(error, environment),
    ]);
    return STATUS_USAGE;
  }
  if (error instanceof InputError || error instanceof UsageError || error instanceof OutputError) {
    // The expression goes below, with a mark at the error, but only if it is printable.
    const isFilter = error instanceof InputError && error.code === "bad_filter";
    tell(isFilter ? `appleflow: ${error.message}`.split("\n") : [`appleflow: ${error.message}`]);
    return error instanceof NotSavedError ? STATUS_NOT_SAVED : STATUS_USAGE;
  }
  if (error instanceof RangeError && /allocation failed|invalid array.* length/i.test(error.message)) {
    tell(["appleflow: not enough memory; a lower --max-flows needs less"]);
    return STATUS_USAGE;
  }
  const message = error instanceof Error ? error.message : String(error);
  tell([`appleflow: an error in appleflow itself: ${message}`]);
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  if (environment.env.APPLEFLOW_DEBUG === "1") tell(stack.split("\n"));
  else tell(["Please report it, with the details that APPLEFLOW_DEBUG=1 adds."]);
  return STATUS_BUG;
}

/** `appleflow office.pcap`: a file in place of a command. */
function hints(error: CommanderError, { argv }: Environment): string[] {
  const [first] = argv;
  if (error.code !== "commander.unknownCommand" || first === undefined || !existsSync(first)) return [];
  return [`Did you mean "appleflow summarize ${shellFileName(first)}"?`];
}
