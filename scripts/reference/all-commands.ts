/** The commands of the program, as input for its written references. */
import { type CommandReference, commandReferences } from "../../src/cli/command-reference.ts";
import type { Environment } from "../../src/cli/environment.ts";
import { programWithCommands } from "../../src/cli/program.ts";

const COLUMNS = 80;

/** No command runs, so nothing is written. */
const output = { write: () => true, isTTY: false, columns: COLUMNS };
const nowhere: Environment = {
  argv: [],
  stdin: { isTTY: false },
  stdout: output,
  stderr: output,
  env: {},
  now: () => 0,
  endAtOnce: () => undefined,
  endBySignal: () => undefined,
};

/** The program first, then its commands in the order of the help. */
export async function allCommands(): Promise<CommandReference[]> {
  return commandReferences(await programWithCommands(nowhere));
}
