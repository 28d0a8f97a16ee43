/**
 * Values as parts of ClickHouse statements: versions before 19.14 have no parameters. Any text becomes exactly one literal:
 * everything but plain characters is escaped by code.
 */

/** The literal of a text. Lone surrogates become U+FFFD: they have no UTF-8 form. */
export function textLiteral(text: string): string {
  return `'${Buffer.from(text, "utf8")
    .toString("utf8")
    .replace(/[^ -&(-[\]-~\u{a0}-\u{10ffff}]/gu, escapeCharacter)}'`;
}

/** One-byte characters are escaped as `\xHH`; those between U+0080 and U+009F by both of their bytes. */
function escapeCharacter(character: string): string {
  return [...Buffer.from(character, "utf8")]
    .map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`)
    .join("");
}

/** The literal of a whole number. Throws for other numbers. */
export function wholeLiteral(value: number): string {
  if (!Number.isSafeInteger(value)) throw new RangeError(`a whole number is needed, not ${value}`);
  return String(value);
}
