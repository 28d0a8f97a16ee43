/**
 * Values as parts of statements for ClickHouse: versions before 19.14 know no parameters. Whatever a text holds, it is one literal:
 * all that is not a plain character is written by its code.
 */

/** The literal of a text. Halves of surrogate pairs become U+FFFD: they have no UTF-8. */
export function textLiteral(text: string): string {
  return `'${Buffer.from(text, "utf8")
    .toString("utf8")
    .replace(/[^ -&(-[\]-~\u{a0}-\u{10ffff}]/gu, escapeCharacter)}'`;
}

/** Characters of one byte are written as `\xHH`; the others between U+0080 and U+009F by both of their bytes. */
function escapeCharacter(character: string): string {
  return [...Buffer.from(character, "utf8")]
    .map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`)
    .join("");
}

/** The literal of a whole number. Throws for what is none. */
export function wholeLiteral(value: number): string {
  if (!Number.isSafeInteger(value)) throw new RangeError(`a whole number is needed, not ${value}`);
  return String(value);
}
