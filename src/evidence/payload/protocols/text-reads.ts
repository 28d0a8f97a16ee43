/** Reads of messages that are lines of text. Offsets are relative to the beginning of the message; messages are borrowed. */

import type { Message } from "./flow-start.ts";
import { available } from "./message-reads.ts";

/** Whether a text matches. */
export const Match = { NO: 0, /** The message ends within the text. */ PART: 1, YES: 2 } as const;

/** One of `Match`. */
export type Match = (typeof Match)[keyof typeof Match];

const LINE_FEED = 0x0a;
const SPACE = 0x20;
const DELETE = 0x7f;

/** Whether `text` (ASCII) is at `at`. */
export function matchText(message: Message, at: number, text: string): Match {
  const { bytes, end } = message;
  const start = message.offset + at;
  const count = Math.min(text.length, end - start);
  for (let i = 0; i < count; i++) if (bytes[start + i] !== text.charCodeAt(i)) return Match.NO;
  return count < text.length ? Match.PART : Match.YES;
}

/** Like `matchText`, ignoring case; `text` is in upper case. */
export function matchWord(message: Message, at: number, text: string): Match {
  const { bytes, end } = message;
  const start = message.offset + at;
  const count = Math.min(text.length, end - start);
  for (let i = 0; i < count; i++) if (upperCase(bytes[start + i]) !== text.charCodeAt(i)) return Match.NO;
  return count < text.length ? Match.PART : Match.YES;
}

/** The best result of `matchText` over several texts. */
export function matchTexts(message: Message, at: number, texts: readonly string[]): Match {
  let best: Match = Match.NO;
  for (const text of texts) {
    const match = matchText(message, at, text);
    if (match === Match.YES) return match;
    if (match > best) best = match;
  }
  return best;
}

/** The best result of `matchWord` over several texts. */
export function matchWords(message: Message, at: number, texts: readonly string[]): Match {
  let best: Match = Match.NO;
  for (const text of texts) {
    const match = matchWord(message, at, text);
    if (match === Match.YES) return match;
    if (match > best) best = match;
  }
  return best;
}

/** Texts by their first byte: for long lists. */
export type TextTable = readonly (readonly string[])[];

/** A table of texts, matched case-sensitively. */
export function textTable(texts: readonly string[]): TextTable {
  const table = emptyTable();
  for (const text of texts) add(table, text.charCodeAt(0), text);
  return table;
}

/** A table of upper-case words, matched in either case. */
export function wordTable(words: readonly string[]): TextTable {
  const table = emptyTable();
  for (const word of words) {
    const first = word.charCodeAt(0);
    add(table, first, word);
    const other = lowerCase(first);
    if (other !== first) add(table, other, word);
  }
  return table;
}

/** Shared by all bytes that no text begins with, as tables are built at every start. */
const NONE: readonly string[] = [];

function emptyTable(): (readonly string[])[] {
  return new Array<readonly string[]>(256).fill(NONE);
}

function add(table: (readonly string[])[], byte: number, text: string): void {
  table[byte] = [...table[byte], text];
}

/** `matchTexts` with a table. */
export function matchTextTable(message: Message, at: number, table: TextTable): Match {
  const index = message.offset + at;
  return index < message.end ? matchTexts(message, at, table[message.bytes[index]]) : Match.PART;
}

/** `matchWords` with a table. */
export function matchWordTable(message: Message, at: number, table: TextTable): Match {
  const index = message.offset + at;
  return index < message.end ? matchWords(message, at, table[message.bytes[index]]) : Match.PART;
}

/** Offset of the first line feed from `at` on and before `limit`; -1 if there is none. */
export function lineEnd(message: Message, at: number, limit: number): number {
  const stop = Math.min(available(message), limit);
  for (let i = at; i < stop; i++) if (message.bytes[message.offset + i] === LINE_FEED) return i;
  return -1;
}

/** Offset of `text` (in upper case) if it occurs and ends before `limit`, ignoring case; -1 if it does not occur. */
export function findWord(message: Message, text: string, limit: number): number {
  const last = Math.min(available(message), limit) - text.length;
  for (let i = 0; i <= last; i++) if (matchWord(message, i, text) === Match.YES) return i;
  return -1;
}

/** Whether all bytes in [from, to) are printable ASCII. */
export function isPrintable(message: Message, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const byte = message.bytes[message.offset + i];
    if (byte < SPACE || byte >= DELETE) return false;
  }
  return true;
}

export function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function lowerCase(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
}

function upperCase(byte: number): number {
  return byte >= 0x61 && byte <= 0x7a ? byte - 0x20 : byte;
}
