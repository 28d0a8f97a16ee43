/**
 * `--config FILE`: options of a command from a file, for services. The file is a JSON object with the names of options as in
 * the help, without dashes, and the names of arguments. Its arguments are inserted before those of the command line,
 * which therefore wins where both set an option; both are validated alike, because both are arguments.
 *
 * ```json
 * { "interface": ["en0"], "interval": 60, "history": "/var/lib/appleflow", "no-evidence": true }
 * ```
 */
import { type Argument, type Command, InvalidArgumentError, Option } from "commander";
import { readTextFile } from "../text-file.ts";
import { UsageError } from "./environment.ts";

const LONG = "--config";
const MOST_BYTES = 1 << 20;

/** `--config`, for commands that run as a service. */
export function configOption(): Option {
  return new Option(`${LONG} <file>`, "options from a JSON file; the command line has precedence");
}

/**
 * Returns the arguments with those of the file in front.
 *
 * @param argv the command's name, then its arguments
 * @throws UsageError if the contents of the file are invalid
 * @throws InputError `cannot_open`
 */
export function withConfigFile(argv: readonly string[], program: Command): readonly string[] {
  const [name, ...given] = argv;
  const command = program.commands.find((one) => one.name() === name);
  if (command?.options.every(({ long }) => long !== LONG)) return argv;
  // Words after "--" are not options (POSIX, Utility Syntax Guideline 10).
  const end = given.includes("--") ? given.indexOf("--") : given.length;
  const isConfig = (word: string, i: number) => i < end && (word === LONG || word.startsWith(`${LONG}=`));
  const place = given.findIndex(isConfig);
  if (command === undefined || place < 0) return argv;
  const isApart = given[place] === LONG;
  const file = isApart ? given[place + 1] : given[place].slice(LONG.length + 1);
  if (file === undefined || (isApart && place + 1 === end)) throw new UsageError(`${LONG} needs a file`);
  const rest = given.toSpliced(place, isApart ? 2 : 1);
  if (given.some((word, i) => i > place && isConfig(word, i))) {
    throw new UsageError(`${LONG} can be given once`);
  }
  return [name, ...wordsOf(file, command), ...rest];
}

function wordsOf(file: string, command: Command): string[] {
  const config = parse(readTextFile(file, file, MOST_BYTES), file);
  return Object.entries(config).flatMap(([key, value]) => {
    const argument = command.registeredArguments.find((one) => one.name() === key);
    if (argument !== undefined) return textsOf(value, argument.variadic, `${file}: "${key}"`);
    const option = command.options.find(({ long }) => long === `--${key}`);
    if (option === undefined || option.long === LONG) {
      throw new UsageError(`${file}: "${key}" is not an option of appleflow ${command.name()}`);
    }
    return optionWords(option, value, `${file}: "${key}"`);
  });
}

function parse(text: string, file: string): Record<string, unknown> {
  let config: unknown;
  try {
    config = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${file}: not JSON: ${(error as Error).message}`);
  }
  if (typeof config !== "object" || config === null || Array.isArray(config)) {
    throw new UsageError(`${file}: needs an object, { "interval": 60 }`);
  }
  return { ...config };
}

/** @param where prefix of error messages */
function optionWords(option: Option, value: unknown, where: string): string[] {
  const { long, required, optional } = option;
  if (typeof value === "boolean" && !required) return value ? [`${long}`] : [];
  if (!required && !optional) throw new UsageError(`${where} needs true or false`);
  return textsOf(value, true, where).map((text) => {
    check(option, text, where);
    return `${long}=${text}`;
  });
}

/** Reports where a value is wrong; commander does so for the command line. */
function check({ parseArg }: Option | Argument, text: string, where: string): void {
  try {
    parseArg?.(text, undefined);
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    throw new UsageError(`${where}: '${text}' is invalid. ${error.message}`);
  }
}

function textsOf(value: unknown, isList: boolean, where: string): string[] {
  if (isList && Array.isArray(value)) return value.flatMap((one) => textsOf(one, false, where));
  if (typeof value === "string" || typeof value === "number") return [String(value)];
  throw new UsageError(`${where} needs a string or a number${isList ? ", or a list of them" : ""}`);
}
