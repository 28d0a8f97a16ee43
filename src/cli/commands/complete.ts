/** `appleflow complete`: prints scripts for shell completion. */
import { Argument, type Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { type CommandReference, commandReferences } from "../command-reference.ts";
import { bashCompletion } from "../completion/bash-completion.ts";
import { fishCompletion } from "../completion/fish-completion.ts";
import { zshCompletion } from "../completion/zsh-completion.ts";

const SHELLS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } satisfies Record<
  string,
  (references: readonly CommandReference[]) => string
>;

const EXAMPLES = `
Examples:
  eval "$(appleflow complete bash)"             in ~/.bashrc
  eval "$(appleflow complete zsh)"              in ~/.zshrc, after compinit
  appleflow complete fish | source              in ~/.config/fish/config.fish`;

/** Defines the command. */
export function defineComplete(command: Command, { environment, finish }: CommandContext): void {
  command
    .addArgument(new Argument("<shell>", "the shell to print the script for").choices(Object.keys(SHELLS)))
    .addHelpText("after", EXAMPLES)
    .action((shell: keyof typeof SHELLS) => {
      const program = command.parent;
      if (program === null) throw new Error("complete is a command of the program");
      environment.stdout.write(SHELLS[shell](commandReferences(program)));
      finish(0);
    });
}
