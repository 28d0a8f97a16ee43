/**
 * Cache of ASCII texts by a hash of their bytes: most names are requested repeatedly, and a response repeats the question. A
 * cached text needs no new string.
 */

const KNOWN_TEXTS = 1 << 11;
const HASH_MULTIPLIER = 31;
const MAX_ASCII = 0x7f;
/** Longer texts are not kept. */
const MAX_LENGTH = 255;

const known: string[] = new Array(KNOWN_TEXTS).fill("");
/** Decodes ASCII faster than a UTF-8 decoder. */
const copy = Buffer.alloc(MAX_LENGTH);

/** Extends the hash of a text by one byte; the hash of the empty text is 0. */
export function addToHash(hash: number, byte: number): number {
  return (Math.imul(hash, HASH_MULTIPLIER) + byte) | 0;
}

/**
 * Returns the text of the ASCII `bytes[offset..end)` (borrowed for the call), at most 255 bytes.
 *
 * @param hash of these bytes, by `addToHash`
 */
export function knownText(bytes: Uint8Array, offset: number, end: number, hash: number): string {
  const entry = (hash ^ (hash >>> 16)) & (KNOWN_TEXTS - 1);
  const text = known[entry];
  if (isTextOf(text, bytes, offset, end)) return text;
  for (let i = offset; i < end; i++) copy[i - offset] = bytes[i];
  known[entry] = copy.toString("latin1", 0, end - offset);
  return known[entry];
}

/**
 * Returns the text of `bytes[offset..end)` (borrowed for the call) if it is all ASCII and short enough to be cached; else
 * null.
 */
export function asciiText(bytes: Uint8Array, offset: number, end: number): string | null {
  if (end - offset > MAX_LENGTH) return null;
  let hash = 0;
  for (let i = offset; i < end; i++) {
    if (bytes[i] > MAX_ASCII) return null;
    hash = addToHash(hash, bytes[i]);
  }
  return knownText(bytes, offset, end, hash);
}

function isTextOf(text: string, bytes: Uint8Array, offset: number, end: number): boolean {
  if (text.length !== end - offset) return false;
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== bytes[offset + i]) return false;
  return true;
}
