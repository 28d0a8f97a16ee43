/**
 * Quotes words of commands that users may paste into a shell. Safe text is left as it is; everything else is quoted for
 * any POSIX shell (POSIX.1-2017, Shell Command Language, 2.2).
 */

/** Letters and digits of all scripts and characters that no shell expands, except invisible letters. */
const PLAINLY_SAFE = /^(?:(?![\u115f\u1160\u3164\uffa0])[\p{L}\p{M}\p{N}_@%+=:,./-])+$/u;

/**
 * Control and invisible characters, as in `render-escape.ts`: printed as they are, the command would not be what it
 * seems.
 */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]/u;

/** Characters that `printf` expands, that end a quote, or that are not printable ASCII. */
const NOT_FOR_PRINTF = /[^ -~]|[\\%']|^-/gu;

/**
 * Returns `text` as one word of a shell command, on one line and without control characters: a `printf` in the word
 * produces those. The shell strips trailing newlines from the output of `printf`, so a text that ends with a newline
 * does not survive.
 */
export function shellWord(text: string): string {
  if (PLAINLY_SAFE.test(text)) return text;
  if (UNSEEN.test(text)) return `"$(printf '${text.replace(NOT_FOR_PRINTF, octal)}')"`;
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** Returns a file name as a shell word that no program takes for an option. */
export function shellFileName(name: string): string {
  return shellWord(name.startsWith("-") ? `./${name}` : name);
}

function octal(character: string): string {
  return Array.from(Buffer.from(character), (byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
}
