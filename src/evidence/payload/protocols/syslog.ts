/** syslog in datagrams (RFC 5424, 6.2; RFC 3164, 4.1): a priority of at most 191 in angle brackets, then text. */

import type { Message } from "./flow-start.ts";
import { available, byteAt } from "./message-reads.ts";
import { Kind, type Signature } from "./signature.ts";
import { isDigit, isPrintable } from "./text-reads.ts";

const LESS_THAN = 0x3c;
const GREATER_THAN = 0x3e;
const ZERO = 0x30;
const MAX_DIGITS = 3;
const MAX_PRIORITY = 191;
/** Bytes checked after the priority, which begin with a version, the name of a month, or a program. */
const SAMPLE = 16;
const MIN_SAMPLE = 4;

function classify(message: Message): Kind {
  let priority = 0;
  let at = 1;
  for (; at <= MAX_DIGITS && isDigit(byteAt(message, at)); at++) {
    priority = priority * 10 + byteAt(message, at) - ZERO;
  }
  if (at === 1 || byteAt(message, at) !== GREATER_THAN || priority > MAX_PRIORITY) return Kind.NO;
  if (byteAt(message, 1) === ZERO && at > 2) return Kind.NO;
  const text = at + 1;
  const end = Math.min(available(message), text + SAMPLE);
  if (end - text < MIN_SAMPLE || !isPrintable(message, text, end)) return Kind.NO;
  const first = byteAt(message, text);
  return isDigit(first) || isLetter(first) ? Kind.ASKS : Kind.NO;
}

function isLetter(byte: number): boolean {
  return (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
}

export const syslog: Signature = {
  protocols: ["syslog"],
  transports: ["udp"],
  firstBytes: [LESS_THAN],
  classify,
};
