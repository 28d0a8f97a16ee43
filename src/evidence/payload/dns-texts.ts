/** The data of TXT records. */
import { decodeText } from "./name-text.ts";

/** Maximum number of texts per TXT record, and of characters of each; real ones have up to forty texts. */
const MAX_TEXTS = 64;
const MAX_TEXT_LENGTH = 128;

/**
 * Returns the strings of a TXT record, each preceded by its length (RFC 1035, 3.3.14): owned, hostile. `bytes` is borrowed
 * for the call.
 */
export function readTexts(bytes: Uint8Array, data: number, dataEnd: number): string[] {
  const texts: string[] = [];
  for (let at = data; at < dataEnd && texts.length < MAX_TEXTS; at += 1 + bytes[at]) {
    const end = Math.min(at + 1 + bytes[at], dataEnd);
    if (end > at + 1) texts.push(decodeText(bytes, at + 1, Math.min(end, at + 1 + MAX_TEXT_LENGTH)));
  }
  return texts;
}
