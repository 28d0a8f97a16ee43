/** Header fields as HTTP writes them (RFC 9110, 5): `Name: value` on a line each, an empty line behind the last one. */

import type { Message } from "./flow-start.ts";
import { available, byteAt } from "./message-reads.ts";
import { lineEnd, Match, matchWord } from "./text-reads.ts";

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
/** Of a field whose name is enough. */
export const ANY_VALUE = [""];

/** Where the head ends, behind its empty line; -1 where that does not stand before `limit`. */
export function findHeaderEnd(message: Message, limit: number): number {
  for (let feed = lineEnd(message, 0, limit); feed >= 0; ) {
    const next = byteAt(message, feed + 1);
    if (feed + 1 < limit && next === LINE_FEED) return feed + 2;
    if (feed + 2 < limit && next === CARRIAGE_RETURN && byteAt(message, feed + 2) === LINE_FEED)
      return feed + 3;
    feed = lineEnd(message, feed + 1, limit);
  }
  return -1;
}

/** A field that tells something: its name with the colon, and what its value may begin with, all in upper case. */
export interface FieldRule<T> {
  readonly name: string;
  readonly values: readonly string[];
  readonly tells: T;
}

/** What the first rule tells that a field before `limit` fits, in letters of either case; null where none does. */
export function findField<T>(message: Message, limit: number, rules: readonly FieldRule<T>[]): T | null {
  const stop = Math.min(available(message), limit);
  let best = rules.length;
  for (let feed = lineEnd(message, 0, stop); feed >= 0; feed = lineEnd(message, feed + 1, stop)) {
    for (let i = 0; i < best; i++) if (fitsRule(message, feed + 1, stop, rules[i])) best = i;
  }
  return best < rules.length ? rules[best].tells : null;
}

function fitsRule<T>(message: Message, at: number, stop: number, { name, values }: FieldRule<T>): boolean {
  if (at + name.length > stop || matchWord(message, at, name) !== Match.YES) return false;
  let value = at + name.length;
  while (byteAt(message, value) === SPACE) value++;
  for (const text of values) {
    if (value + text.length <= stop && matchWord(message, value, text) === Match.YES) return true;
  }
  return false;
}
