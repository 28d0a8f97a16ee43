/** What the file of a command receives to define it. */
import type { Command } from "commander";
import type { Environment } from "./environment.ts";

export interface CommandContext {
  readonly environment: Environment;
  /** Takes the exit status of the command once it has run. */
  readonly finish: (status: number) => void;
}

/** Completes a command, which has only its name so far: description, arguments, options, examples and action. */
export type DefineCommand = (command: Command, context: CommandContext) => void;
