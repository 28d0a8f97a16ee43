/** Completion for bash 3.2 and later, which macOS has; needs no other package. */
import { shellWord } from "../../shell-word.ts";
import type { CommandReference, OptionReference } from "../command-reference.ts";
import { commandsOf, isFile, optionWords, takesFile } from "./completed-words.ts";

/** @param references the program, then its commands */
export function bashCompletion(references: readonly CommandReference[]): string {
  const [program] = references;
  const commands = commandsOf(references);
  const first = [...commands.map(({ name }) => name), ...program.options.flatMap(optionWords)];
  return `# bash completion for appleflow: eval "$(appleflow complete bash)"
_appleflow() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" words=""
  # bash cuts --format=json into three words.
  if [ "$word" = "=" ]; then word=""
  elif [ "$before" = "=" ]; then before="\${COMP_WORDS[COMP_CWORD-2]}"
  fi
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    words=${shellWord(first.join(" "))}
  else
    case "\${COMP_WORDS[1]} $before" in
${commands.flatMap(valueCases).join("\n")}
    *)
      case "\${COMP_WORDS[1]} $word" in
${commands.map(optionCase).join("\n")}
${commands.flatMap(argumentCases).join("\n")}
      esac ;;
    esac
  fi
  # No word that is offered has a blank in it.
  # shellcheck disable=SC2207
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o bashdefault -o default -F _appleflow appleflow
`;
}

/** Cases for the values of options that take one. */
function valueCases({ name, options }: CommandReference): string[] {
  return options
    .filter(({ value }) => value !== null)
    .map((option) => `    ${patterns(name, option)}) ${offer(option)} ;;`);
}

function patterns(name: string, option: OptionReference): string {
  return optionWords(option)
    .map((word) => `"${name} ${word}"`)
    .join("|");
}

/** Choices; where nothing is offered bash completes files, and \`return\` without choices would not stop it. */
function offer(option: OptionReference): string {
  if (takesFile(option)) return ":";
  if (option.choices.length > 0) return `words=${shellWord(option.choices.join(" "))}`;
  return "compopt +o default +o bashdefault 2>/dev/null";
}

function optionCase({ name, options }: CommandReference): string {
  return `      "${name} -"*) words=${shellWord(options.flatMap(optionWords).join(" "))} ;;`;
}

/** Arguments that have choices, or are not files. */
function argumentCases({ name, arguments: [argument] }: CommandReference): string[] {
  if (argument === undefined || isFile(argument)) return [];
  if (argument.choices.length === 0)
    return [`      "${name} "*) compopt +o default +o bashdefault 2>/dev/null ;;`];
  return [`      "${name} "*) words=${shellWord(argument.choices.join(" "))} ;;`];
}
