/** What a shell needs to know of the commands to complete their words. */
import type { ArgumentReference, CommandReference, OptionReference } from "../command-reference.ts";

/** Names of values and arguments that are files or folders. */
const FILE_NAMES = new Set([
  "file",
  "folder",
  "folder or url",
  "capture",
  "ruleset",
  "before",
  "after",
  "expected",
]);

/** The spellings of an option: "-f", "--format". */
export function optionWords({ short, long }: OptionReference): string[] {
  return short === null ? [long] : [short, long];
}

/** Whether files are offered as the value of an option. */
export function takesFile({ value, choices }: OptionReference): boolean {
  return choices.length === 0 && value !== null && FILE_NAMES.has(value.replaceAll(/[^\w ]/g, ""));
}

/** Whether files are offered as an argument. */
export function isFile({ name, choices }: ArgumentReference): boolean {
  return choices.length === 0 && FILE_NAMES.has(name);
}

/** The commands without the program. */
export function commandsOf(references: readonly CommandReference[]): readonly CommandReference[] {
  return references.slice(1);
}
