/** The commands, arguments and options as plain data: for shell completion and reference documents. */
import type { Argument, Command, Option } from "commander";

export interface CommandReference {
  /** "summarize"; the program itself has its own name. */
  readonly name: string;
  readonly description: string;
  /** The text after the name: "[options] <capture...>". */
  readonly usage: string;
  readonly arguments: readonly ArgumentReference[];
  readonly options: readonly OptionReference[];
  /** The text of the help below the options: explanations, examples. */
  readonly notes: string;
}

export interface ArgumentReference {
  /** "capture". */
  readonly name: string;
  readonly description: string;
  readonly isOptional: boolean;
  /** Whether it may be repeated. */
  readonly isVariadic: boolean;
  /** Empty: anything. */
  readonly choices: readonly string[];
}

export interface OptionReference {
  /** "-f"; null: none. */
  readonly short: string | null;
  /** "--format". */
  readonly long: string;
  readonly description: string;
  /** The value that follows, as the help writes it, "<format>"; null: none. */
  readonly value: string | null;
  /** Empty: anything. */
  readonly choices: readonly string[];
  /** The default value as the help writes it; null: none. */
  readonly defaultText: string | null;
}

/** The program first, then its commands in the order of the help. */
export function commandReferences(program: Command): CommandReference[] {
  return [program, ...program.commands].map(referenceOf);
}

function referenceOf(command: Command): CommandReference {
  const help = command.createHelp();
  return {
    name: command.name(),
    description: command.description(),
    usage: command.usage(),
    arguments: command.registeredArguments.map(argumentReference),
    options: help.visibleOptions(command).map(optionReference),
    notes: notesOf(command),
  };
}

function argumentReference(argument: Argument): ArgumentReference {
  return {
    name: argument.name(),
    description: argument.description,
    isOptional: !argument.required,
    isVariadic: argument.variadic,
    choices: argument.argChoices ?? [],
  };
}

function optionReference(option: Option): OptionReference {
  const [, value = null] = / ([<[].+)$/.exec(option.flags) ?? [];
  const hasDefault = option.defaultValue !== undefined && typeof option.defaultValue !== "boolean";
  return {
    short: option.short ?? null,
    long: option.long ?? option.flags,
    description: option.description,
    value,
    choices: option.argChoices ?? [],
    defaultText: option.defaultValueDescription ?? (hasDefault ? String(option.defaultValue) : null),
  };
}

/** The text of the help below the part that commander generates: commander has no accessor for it, but writes it. */
function notesOf(command: Command): string {
  const before = command.configureOutput();
  let help = "";
  command.configureOutput({ writeOut: (text) => (help += text) });
  command.outputHelp();
  command.configureOutput(before);
  return help.slice(command.helpInformation().length).trim();
}
