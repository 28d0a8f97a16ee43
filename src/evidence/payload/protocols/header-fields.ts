/** Header fields as HTTP writes them (RFC 9110, 5): `Name: value` on a line each, an empty line behind the last one. */

import type { Message } from "./flow-start.ts";
import { available, byteAt } from "./message-reads.ts";
import { lineEnd, Match, matchWord } from "./text-reads.ts";

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const NO_VALUES = [""];

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

/**
 * Whether one of the fields before `limit` has this name, and a value that begins with one of `values`. Names and values in
 * upper case, found in either; names with their colon.
 */
export function hasField(message: Message, limit: number, name: string, values = NO_VALUES): boolean {
  const stop = Math.min(available(message), limit);
  for (let feed = lineEnd(message, 0, stop); feed >= 0; feed = lineEnd(message, feed + 1, stop)) {
    const field = feed + 1;
    if (field + name.length > stop || matchWord(message, field, name) !== Match.YES) continue;
    let value = field + name.length;
    while (byteAt(message, value) === SPACE) value++;
    for (const text of values) {
      if (value + text.length <= stop && matchWord(message, value, text) === Match.YES) return true;
    }
  }
  return false;
}
