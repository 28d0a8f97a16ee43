/**
 * Words of commands that are shown to be pasted into a shell. What is plainly safe stands as it is; everything else is
 * quoted for any POSIX shell (POSIX.1-2017, Shell Command Language, 2.2).
 */

/** Letters and digits of all scripts, and what no shell expands, but for letters that draw nothing. */
const PLAINLY_SAFE = /^(?:(?![\u115f\u1160\u3164\uffa0])[\p{L}\p{M}\p{N}_@%+=:,./-])+$/u;

/** What a terminal obeys or draws nothing for, as in `render-escape.ts`: shown as it is, the command would not be what it seems. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]/u;

/** What `printf` expands, ends a quote, or is no character of ASCII that one can see. */
const NOT_FOR_PRINTF = /[^ -~]|[\\%']|^-/gu;

/**
 * `text` as one word of a shell's command, on one line and without control characters: those are made by a `printf` in
 * the word. The shell takes line ends off the end of what `printf` makes, so that a text with a line end at its end names
 * something else.
 */
export function shellWord(text: string): string {
  if (PLAINLY_SAFE.test(text)) return text;
  if (UNSEEN.test(text)) return `"$(printf '${text.replace(NOT_FOR_PRINTF, octal)}')"`;
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** The name of a file as such a word: no program takes it for an option. */
export function shellFileName(name: string): string {
  return shellWord(name.startsWith("-") ? `./${name}` : name);
}

function octal(character: string): string {
  return Array.from(Buffer.from(character), (byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
}
