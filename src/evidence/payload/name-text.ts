/**
 * Text that strangers sent as a name: decoding never fails, and normalizes the spelling. The result is still hostile; escape
 * it in output.
 */

import { asciiText } from "./known-texts.ts";

/** Maximum length of a host name in characters (RFC 1035, 3.1: 255 bytes including the length bytes of labels). */
export const MAX_NAME_LENGTH = 255;

/** Invalid UTF-8 becomes U+FFFD; a byte order mark is kept as text. */
const UTF8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** Decodes `bytes[offset..end)`, which is borrowed for the call. Invalid UTF-8 becomes U+FFFD. */
export function decodeText(bytes: Uint8Array, offset: number, end: number): string {
  return asciiText(bytes, offset, end) ?? UTF8.decode(bytes.subarray(offset, end));
}

/**
 * Converts a host name to lower case and removes a trailing dot; null if it is empty or has more than `MAX_NAME_LENGTH`
 * characters. Characters that are invalid in host names are kept.
 */
export function normalizeHostName(text: string): string | null {
  const name = text.endsWith(".") ? text.slice(0, -1) : text;
  // A name that is too long is not truncated: the remainder might end in another owner's domain.
  if (name.length === 0 || name.length > MAX_NAME_LENGTH) return null;
  // ASCII only: the Unicode lower case of U+212A is a plain k, which would turn one name into another.
  return name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
