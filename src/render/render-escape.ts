/**
 * Makes text from strangers safe to show. Names of files, interfaces, servers and processes are chosen by whoever made
 * the capture: unescaped, they could move the cursor, recolour the terminal, reverse the reading
 * direction, forge a line of a report, or be run as a formula by a spreadsheet.
 */

/**
 * Controls (C0, DEL, C1), format characters (bidirectional, zero-width, tags), line and paragraph separators, lone
 * surrogates, private and unassigned code points, and invisible letters.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}\u115f\u1160\u3164\uffa0]/gu;

/** The same for mostly plain text: one quick test. */
const PLAIN = /^[\x20-\x7e]*$/;

const SHORT_FORMS: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/**
 * Returns `text` with everything that a terminal would obey, or not draw, escaped as `\n`, `\x1b`, `\u202e` or
 * `\u{e0041}`. The result is one line.
 *
 * @example
 * ```ts
 * import { flows } from "appleflow";
 * import { escapeText } from "appleflow/render";
 *
 * for await (const { serverName } of flows(["office.pcapng"])) console.log(escapeText(serverName ?? "-"));
 * ```
 */
export function escapeText(text: string): string {
  return PLAIN.test(text) ? text : text.replace(UNSAFE, escapeCharacter);
}

function escapeCharacter(character: string): string {
  const short = SHORT_FORMS[character];
  if (short !== undefined) return short;
  const hex = (character.codePointAt(0) ?? 0).toString(16);
  if (hex.length <= 2) return `\\x${hex.padStart(2, "0")}`;
  return hex.length <= 4 ? `\\u${hex.padStart(4, "0")}` : `\\u{${hex}}`;
}

const HTML_REFERENCES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * Text for HTML, in an element or in a quoted attribute: it ends neither; what a terminal would obey, including changes of the
 * reading direction, is escaped as everywhere.
 */
export function escapeHtml(text: string): string {
  return escapeText(text).replace(/[&<>"']/g, (character) => HTML_REFERENCES[character] ?? "");
}

/** Characters that spreadsheets treat as the start of a formula, including full-width forms (OWASP, "CSV Injection"). */
const FORMULA_START = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

/**
 * A text cell of CSV (RFC 4180): quoted if necessary. One that a spreadsheet would run as a formula gets a
 * leading apostrophe, which marks text in spreadsheets; what a terminal would obey is escaped as everywhere.
 */
export function csvText(text: string): string {
  const safe = FORMULA_START.test(text) ? `'${escapeText(text)}` : escapeText(text);
  return /[",]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Characters that JSON allows in strings but a terminal obeys. JSON's own syntax has none of them. */
const UNSAFE_IN_JSON = /[\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}]/gu;

const BEYOND_ASCII = /[^\n\x20-\x7e]/;

/** JSON of `value` with every such character written as `\uXXXX`: the same value to every parser. */
export function safeJson(value: unknown, indent?: number): string {
  const json = JSON.stringify(value, null, indent);
  return BEYOND_ASCII.test(json) ? json.replace(UNSAFE_IN_JSON, escapeUnits) : json;
}

/** Each UTF-16 unit separately: JSON escapes have no code points above U+FFFF. */
function escapeUnits(character: string): string {
  return character
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");
}
