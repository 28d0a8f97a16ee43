/** Reads of messages that are lines of text. Offsets count from the message's beginning; messages are borrowed. */

import type { Message } from "./flow-start.ts";
import { available } from "./message-reads.ts";

/** How far a text is there. */
export const Match = { NO: 0, /** Its beginning is all there is. */ PART: 1, YES: 2 } as const;

/** One of `Match`. */
export type Match = (typeof Match)[keyof typeof Match];

const LINE_FEED = 0x0a;
const SPACE = 0x20;
const DELETE = 0x7f;

/** Whether `text` (ASCII) stands at `at`. */
export function matchText(message: Message, at: number, text: string): Match {
  const { bytes, end } = message;
  const start = message.offset + at;
  const count = Math.min(text.length, end - start);
  for (let i = 0; i < count; i++) if (bytes[start + i] !== text.charCodeAt(i)) return Match.NO;
  return count < text.length ? Match.PART : Match.YES;
}

/** `matchText` in letters of either case; `text` is in upper case. */
export function matchWord(message: Message, at: number, text: string): Match {
  const { bytes, end } = message;
  const start = message.offset + at;
  const count = Math.min(text.length, end - start);
  for (let i = 0; i < count; i++) if (upperCase(bytes[start + i]) !== text.charCodeAt(i)) return Match.NO;
  return count < text.length ? Match.PART : Match.YES;
}

/** The best of `matchText` over several texts. */
export function matchTexts(message: Message, at: number, texts: readonly string[]): Match {
  let best: Match = Match.NO;
  for (const text of texts) {
    const match = matchText(message, at, text);
    if (match === Match.YES) return match;
    if (match > best) best = match;
  }
  return best;
}

/** The best of `matchWord` over several texts. */
export function matchWords(message: Message, at: number, texts: readonly string[]): Match {
  let best: Match = Match.NO;
  for (const text of texts) {
    const match = matchWord(message, at, text);
    if (match === Match.YES) return match;
    if (match > best) best = match;
  }
  return best;
}

/** Texts by the byte that they begin with: for long lists. */
export type TextTable = readonly (readonly string[])[];

/** A table of texts, found as they are. */
export function textTable(texts: readonly string[]): TextTable {
  const table = emptyTable();
  for (const text of texts) add(table, text.charCodeAt(0), text);
  return table;
}

/** A table of words in upper case, found in either. */
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

/** Shared by all bytes that nothing begins with: tables are made at every start. */
const NONE: readonly string[] = [];

function emptyTable(): (readonly string[])[] {
  return new Array<readonly string[]>(256).fill(NONE);
}

function add(table: (readonly string[])[], byte: number, text: string): void {
  table[byte] = [...table[byte], text];
}

/** `matchTexts` by a table. */
export function matchTextTable(message: Message, at: number, table: TextTable): Match {
  const index = message.offset + at;
  return index < message.end ? matchTexts(message, at, table[message.bytes[index]]) : Match.PART;
}

/** `matchWords` by a table. */
export function matchWordTable(message: Message, at: number, table: TextTable): Match {
  const index = message.offset + at;
  return index < message.end ? matchWords(message, at, table[message.bytes[index]]) : Match.PART;
}

/** Where the first line feed from `at` on stands, before `limit`; -1 where there is none. */
export function lineEnd(message: Message, at: number, limit: number): number {
  const stop = Math.min(available(message), limit);
  for (let i = at; i < stop; i++) if (message.bytes[message.offset + i] === LINE_FEED) return i;
  return -1;
}

/** Where `text` begins that ends before `limit`, in letters of either case (`text` in upper case); -1 where it does not. */
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
