/**
 * Text that strangers sent in place of a name: decoded without ever failing, and brought to one spelling. What comes
 * out is still hostile; whoever prints it escapes it.
 */

import { asciiText } from "./known-texts.ts";

/** The most characters of a host name (RFC 1035, 3.1: 255 bytes with the lengths of its labels). */
export const MAX_NAME_LENGTH = 255;

/** What is no UTF-8 becomes U+FFFD; a byte order mark is text like any other. */
const UTF8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** The text of `bytes[offset..end)`, which is borrowed for the call. What is no UTF-8 becomes U+FFFD. */
export function decodeText(bytes: Uint8Array, offset: number, end: number): string {
  return asciiText(bytes, offset, end) ?? UTF8.decode(bytes.subarray(offset, end));
}

/**
 * A host name in lower case and without the dot at its end; null when nothing is left, or more than
 * `MAX_NAME_LENGTH` characters. Other characters than those of host names stay as they are.
 */
export function normalizeHostName(text: string): string | null {
  const name = text.endsWith(".") ? text.slice(0, -1) : text;
  // A name that is too long is not cut: what is left might end in another's domain.
  if (name.length === 0 || name.length > MAX_NAME_LENGTH) return null;
  // Only ASCII: Unicode's lower case of U+212A is a plain k, which would make one name into another.
  return name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
