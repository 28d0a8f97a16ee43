/** Splits lines of iptables-save into words, and words into options with negation and arguments. */

/** One option of a rule: "-p tcp", "! --dport 80:90", "-j LOG". */
export interface IptablesOption {
  readonly name: string;
  readonly isNegated: boolean;
  readonly args: readonly string[];
}

/** Splits a line, unescaping backslashes and double quotes as iptables-save writes them (xtables_save_string). */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  let isQuoted = false;
  for (let index = 0; index < line.length; index++) {
    const character = line[index];
    if (character === "\\" && index + 1 < line.length) {
      word = (word ?? "") + line[++index];
    } else if (character === '"') {
      isQuoted = !isQuoted;
      word ??= "";
    } else if (!isQuoted && (character === " " || character === "\t")) {
      if (word !== null) words.push(word);
      word = null;
    } else {
      word = (word ?? "") + character;
    }
  }
  if (word !== null) words.push(word);
  return words;
}

/** Groups each option with the words after it, up to the next option. */
export function readOptions(words: readonly string[]): IptablesOption[] {
  const options: { name: string; isNegated: boolean; args: string[] }[] = [];
  let isNegated = false;
  for (const word of words) {
    if (word === "!") {
      isNegated = true;
    } else if (/^-(?:[a-zA-Z]|-[a-z].*)$/.test(word)) {
      options.push({ name: LONG_NAMES[word] ?? word, isNegated, args: [] });
      isNegated = false;
    } else {
      options.at(-1)?.args.push(word);
    }
  }
  return options;
}

const LONG_NAMES: Readonly<Record<string, string>> = {
  "--protocol": "-p",
  "--source": "-s",
  "--src": "-s",
  "--destination": "-d",
  "--dst": "-d",
  "--in-interface": "-i",
  "--out-interface": "-o",
  "--jump": "-j",
  "--goto": "-g",
  "--match": "-m",
  "--fragment": "-f",
  "--source-port": "--sport",
  "--destination-port": "--dport",
  "--source-ports": "--sports",
  "--destination-ports": "--dports",
};
