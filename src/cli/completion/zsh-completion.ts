/** Completion for zsh, by its own `_arguments`: as a file `_appleflow` in `fpath`, or evaluated. */
import { shellWord } from "../../shell-word.ts";
import type { ArgumentReference, CommandReference, OptionReference } from "../command-reference.ts";
import { commandsOf, isFile, optionWords, takesFile } from "./completed-words.ts";

/** @param references the program, then its commands */
export function zshCompletion(references: readonly CommandReference[]): string {
  const [program] = references;
  const commands = commandsOf(references);
  const described = commands.map(({ name, description }) =>
    shellWord(`${name}:${description.replaceAll(":", "\\:")}`),
  );
  return `#compdef appleflow
# zsh completion for appleflow: eval "$(appleflow complete zsh)"
_appleflow() {
  local context state line
  local -a commands=(
${described.map((word) => `    ${word}`).join("\n")}
  )
  typeset -A opt_args
  _arguments -C ${program.options.flatMap(optionSpecs).join(" ")} '1: :->command' '*:: :->arguments' && return
  case $state in
  command) _describe command commands ;;
  arguments)
    case $words[1] in
${commands.map(commandCase).join("\n")}
    esac ;;
  esac
}
if [ "$funcstack[1]" = _appleflow ]; then _appleflow "$@"; else compdef _appleflow appleflow; fi
`;
}

function commandCase({ name, options, arguments: given }: CommandReference): string {
  const specs = [...options.flatMap(optionSpecs), ...given.map(argumentSpec)];
  return `    ${name}) _arguments ${specs.join(" \\\n      ")} ;;`;
}

/** One spec for each spelling of the option, each excluding the other. */
function optionSpecs(option: OptionReference): string[] {
  const words = optionWords(option);
  const text = `[${option.description.replaceAll(/[[\]\\:]/g, "\\$&")}]`;
  const others = words.length > 1 ? `(${words.join(" ")})` : "";
  return words.map((word) =>
    shellWord(others + word + (word.startsWith("--") && option.value ? "=" : "") + text + valueSpec(option)),
  );
}

function valueSpec(option: OptionReference): string {
  const { value, choices } = option;
  if (value === null) return "";
  const name = value.replaceAll(/[^\w ]/g, "");
  if (choices.length > 0) return `:${name}:(${choices.join(" ")})`;
  return takesFile(option) ? `:${name}:_files` : `:${name}: `;
}

function argumentSpec(argument: ArgumentReference): string {
  const { name, choices, isVariadic, isOptional } = argument;
  const action = choices.length > 0 ? `(${choices.join(" ")})` : isFile(argument) ? "_files" : " ";
  return shellWord(`${isVariadic ? "*" : ""}:${isOptional ? ":" : ""}${name}:${action}`);
}
