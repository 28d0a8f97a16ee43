/** Redis (redis.io, "Redis serialization protocol"): an array of strings, and a reply of one of its types. */

import type { Message } from "./flow-start.ts";
import { byteAt, lacking } from "./message-reads.ts";
import { Kind, type Signature } from "./signature.ts";
import { isDigit } from "./text-reads.ts";

const ARRAY = 0x2a;
const STRING = 0x24;
const MINUS = 0x2d;
const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;
const ANSWERS = [0x2b, MINUS, 0x3a, STRING];
const MAX_DIGITS = 7;

function classify(message: Message): Kind {
  const first = byteAt(message, 0);
  if (first !== ARRAY) return ANSWERS.includes(first) ? Kind.MAY_ANSWER : Kind.NO;
  const second = numberLineEnd(message, 1);
  if (second < 0) return second === LACKS ? lacking(message) : Kind.NO;
  const type = byteAt(message, second);
  if (type < 0) return lacking(message);
  if (type !== STRING) return Kind.NO;
  const third = numberLineEnd(message, second + 1);
  if (third < 0) return third === LACKS ? lacking(message) : Kind.NO;
  return Kind.MAY_ASK;
}

const NOT = -1;
const LACKS = -2;

/** Offset of the next line, after digits and a line end. */
function numberLineEnd(message: Message, at: number): number {
  for (let i = at; i <= at + MAX_DIGITS; i++) {
    const byte = byteAt(message, i);
    if (byte < 0) return LACKS;
    if (isDigit(byte)) continue;
    if (byte !== CARRIAGE_RETURN || i === at) return NOT;
    const feed = byteAt(message, i + 1);
    if (feed < 0) return LACKS;
    return feed === LINE_FEED ? i + 2 : NOT;
  }
  return NOT;
}

export const redis: Signature = {
  protocols: ["redis"],
  transports: ["tcp"],
  firstBytes: [ARRAY, ...ANSWERS],
  classify,
};
