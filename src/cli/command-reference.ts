/** What the commands, arguments and options are, as plain data: for completion in a shell and for written references. */
import type { Argument, Command, Option } from "commander";

export interface CommandReference {
  /** "summarize"; the program itself has its own name. */
  readonly name: string;
  readonly description: string;
  /** Behind the name: "[options] <capture...>". */
  readonly usage: string;
  readonly arguments: readonly ArgumentReference[];
  readonly options: readonly OptionReference[];
  /** What the help says below the options: explanations, examples. */
  readonly notes: string;
}

export interface ArgumentReference {
  /** "capture". */
  readonly name: string;
  readonly description: string;
  readonly isOptional: boolean;
  /** Whether any number may follow. */
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
  /** What the help says of the value that counts where none is given; null: nothing. */
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

/** What the help has behind the part that commander makes: it hands the whole to nobody, but writes it. */
function notesOf(command: Command): string {
  const before = command.configureOutput();
  let help = "";
  command.configureOutput({ writeOut: (text) => (help += text) });
  command.outputHelp();
  command.configureOutput(before);
  return help.slice(command.helpInformation().length).trim();
}
