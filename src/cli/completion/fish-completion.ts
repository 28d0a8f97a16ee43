/** Completion for fish: a line for each command, option and argument. */
import type { CommandReference, OptionReference } from "../command-reference.ts";
import { commandsOf, isFile, takesFile } from "./completed-words.ts";

/** @param references the program, then its commands */
export function fishCompletion(references: readonly CommandReference[]): string {
  const [program] = references;
  const commands = commandsOf(references);
  return [
    "# fish completion for appleflow: appleflow complete fish | source",
    "complete -c appleflow -e",
    "complete -c appleflow -n __fish_use_subcommand -f",
    ...commands.map(
      ({ name, description }) => `${line("__fish_use_subcommand")} -f -a ${name} -d ${quoted(description)}`,
    ),
    ...program.options.map((option) => `${line("__fish_use_subcommand")} ${optionWords(option)}`),
    ...commands.flatMap(commandLines),
    "",
  ].join("\n");
}

function commandLines({ name, options, arguments: [argument] }: CommandReference): string[] {
  const begin = line(`__fish_seen_subcommand_from ${name}`);
  const lines = options.map((option) => `${begin} ${optionWords(option)}`);
  if (argument === undefined) return [`${begin} -f`, ...lines];
  if (isFile(argument)) return lines;
  const choices = argument.choices.length > 0 ? ` -a ${quoted(argument.choices.join(" "))}` : "";
  return [`${begin} -f${choices}`, ...lines];
}

function line(condition: string): string {
  return `complete -c appleflow -n ${quoted(condition)}`;
}

function optionWords(option: OptionReference): string {
  const { short, long, value, choices, description } = option;
  const names = `${short === null ? "" : `-s ${short.slice(1)} `}-l ${long.slice(2)}`;
  const offered = choices.length > 0 ? ` -a ${quoted(choices.join(" "))}` : "";
  // -x: a value, and no file; -r -F: a value, and files.
  const kind = value === null || value.startsWith("[") ? "" : takesFile(option) ? " -r -F" : " -x";
  return `${names}${kind}${offered} -d ${quoted(description)}`;
}

/** A word in single quotes, in which fish has two escapes. */
function quoted(text: string): string {
  return `'${text.replaceAll(/[\\']/g, "\\$&")}'`;
}
