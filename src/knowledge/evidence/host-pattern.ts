/**
 * Patterns of host names, in a custom syntax: easy to read, and fast to match for any name.
 *
 *   =mesu.apple.com             exactly that name
 *   .push.apple.com             the name and all names below it
 *   p#-caldav.icloud.com        "#" matches one or more digits, "*" one or more characters except dots
 *   *-ntp-#.aaplimg.com         at most one of each per label; the character next to "#" on the side of "*" is
 *                               not a digit, so that the digits end at one place only
 */

/** A parsed pattern, in lower case. `name` is without the leading sign. */
export interface HostPattern {
  readonly kind: "exact" | "suffix" | "wildcard";
  /** Text in the file. */
  readonly text: string;
  readonly name: string;
}

/** Longest name in DNS, in presentation form (RFC 1035, section 2.3.4: 255 bytes including length bytes). */
const MAX_NAME_LENGTH = 253;
const LABEL = /^[a-z0-9_-]{1,63}$/;
const WILDCARD_LABEL = /^[a-z0-9_-]*(?:[*#]|\*(?:[a-z0-9_-]*[a-z_-])#|#(?:[a-z_-][a-z0-9_-]*)\*)[a-z0-9_-]*$/;
const ZERO = 0x30;
const NINE = 0x39;

/** Parses a pattern; returns the problem, as text for an error, if it is invalid. */
export function parseHostPattern(text: string): HostPattern | string {
  const sign = text[0];
  const name = sign === "=" || sign === "." ? text.slice(1) : text;
  if (name.length > MAX_NAME_LENGTH)
    return `the name has ${name.length} characters, at most ${MAX_NAME_LENGTH} are allowed`;
  const labels = name.split(".");
  const wild = labels.filter((label) => WILDCARD_LABEL.test(label)).length;
  const odd = labels.find((label) => !LABEL.test(label) && !WILDCARD_LABEL.test(label));
  if (odd !== undefined)
    return `"${odd}" of "${text}" is not a label of a lower-case host name, nor one with a single * or #, or with both apart`;
  if (sign === "=" || sign === ".") {
    if (wild > 0) return `"${text}" begins with ${sign} and has a wildcard; leave the ${sign} out`;
    return { kind: sign === "=" ? "exact" : "suffix", text, name };
  }
  if (wild === 0)
    return `"${text}" is ambiguous: write =${text} for that name only, .${text} to include all names below it`;
  if (/[*#]/.test(labels[labels.length - 1])) return `"${text}" ends in a wildcard`;
  return { kind: "wildcard", text, name };
}

/**
 * Normalizes a name for comparison: ASCII, in lower case, without a trailing dot.
 *
 * @param name as it was in a packet; any content
 * @returns null for what cannot be a host name: longer than DNS allows, an empty label, spaces, or characters beyond ASCII
 *   (names in other scripts are encoded in packets as "xn--...")
 */
export function normalizeHostName(name: string): string | null {
  const end = name.endsWith(".") ? name.length - 1 : name.length;
  if (end < 1 || end > MAX_NAME_LENGTH) return null;
  let isLower = true;
  let before = DOT;
  for (let index = 0; index < end; index++) {
    const code = name.charCodeAt(index);
    // toLowerCase also maps some non-ASCII characters to ASCII: U+212A, the kelvin sign, would become a k.
    if (code <= SPACE || code > TILDE || (code === DOT && before === DOT)) return null;
    if (code >= UPPER_A && code <= UPPER_Z) isLower = false;
    before = code;
  }
  if (before === DOT) return null;
  const whole = end === name.length ? name : name.slice(0, end);
  return isLower ? whole : whole.toLowerCase();
}

const SPACE = 0x20;
const DOT = 0x2e;
const UPPER_A = 0x41;
const UPPER_Z = 0x5a;
const TILDE = 0x7e;

/** Whether the labels of a name match those of a wildcard pattern, one by one; linear in their lengths. */
export function matchesLabels(pattern: readonly string[], labels: readonly string[]): boolean {
  return (
    pattern.length === labels.length && pattern.every((part, index) => matchesLabel(part, labels[index]))
  );
}

function matchesLabel(pattern: string, label: string): boolean {
  const star = pattern.indexOf("*");
  const digits = pattern.indexOf("#");
  if (star < 0 && digits < 0) return pattern === label;
  const first = star < 0 || digits < 0 ? Math.max(star, digits) : Math.min(star, digits);
  const last = Math.max(star, digits);
  const tail = pattern.slice(last + 1);
  const end = label.length - tail.length;
  if (end <= first || !label.startsWith(pattern.slice(0, first)) || !label.endsWith(tail)) return false;
  if (digits < 0) return true;
  if (star < 0) return countDigits(label, first, end) === end - first;
  const middle = pattern.slice(first + 1, last);
  if (first === digits) {
    const behind = first + countDigits(label, first, end);
    return behind > first && label.startsWith(middle, behind) && behind + middle.length < end;
  }
  const before = end - countDigitsBack(label, first, end);
  return before < end && label.endsWith(middle, before) && before - middle.length > first;
}

/** Number of digits in `label` from `start` on, before `end`. */
function countDigits(label: string, start: number, end: number): number {
  let index = start;
  while (index < end && isDigit(label.charCodeAt(index))) index++;
  return index - start;
}

/** Number of digits in `label` before `end`, back to `start`. */
function countDigitsBack(label: string, start: number, end: number): number {
  let index = end;
  while (index > start && isDigit(label.charCodeAt(index - 1))) index--;
  return end - index;
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE;
}
