/** Header fields in HTTP syntax (RFC 9110, 5): one `Name: value` per line, and an empty line after the last one. */

import type { Message } from "./flow-start.ts";
import { available, byteAt } from "./message-reads.ts";
import { lineEnd, Match, matchWord } from "./text-reads.ts";

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
/** For a field whose name is sufficient. */
export const ANY_VALUE = [""];

/** Offset after the empty line that ends the head; -1 if that is not before `limit`. */
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

/** A significant field: its name with the colon, and possible beginnings of its value, all in upper case. */
export interface FieldRule<T> {
  readonly name: string;
  readonly values: readonly string[];
  readonly result: T;
}

/** Returns the result of the first rule that a field before `limit` matches, ignoring case; null if none matches. */
export function findField<T>(message: Message, limit: number, rules: readonly FieldRule<T>[]): T | null {
  const stop = Math.min(available(message), limit);
  let best = rules.length;
  for (let feed = lineEnd(message, 0, stop); feed >= 0; feed = lineEnd(message, feed + 1, stop)) {
    for (let i = 0; i < best; i++) if (fitsRule(message, feed + 1, stop, rules[i])) best = i;
  }
  return best < rules.length ? rules[best].result : null;
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
