/**
 * CoAP (RFC 7252, 3 and 5.10): options with known numbers, then optionally ff and a payload. Upper-case text matches its
 * header, so it counts only on ports 5683 and 5684, or if an answer repeats number and token.
 *
 *    0                             1      2        4       4 + n
 *   | version 2, type 2, n 4 bits | code | number | token | options | ff, payload |
 */

import type { Message } from "./flow-start.ts";
import { byteAt, hasPort, isCut, sameBytes, uint16At } from "./message-reads.ts";
import { byteRange, Kind, type Signature } from "./signature.ts";

const PORT = 5683;
const HEADER = 4;
const MAX_TOKEN = 8;
const PAYLOAD_MARKER = 0xff;
/** Option numbers, and the maximum length of each value (5.10; RFC 7641, 2; RFC 7959, 2.1 and 4; RFC 7967, 2). */
const MAX_LENGTHS: Readonly<Record<number, number>> = {
  1: 8,
  3: 255,
  4: 8,
  5: 0,
  6: 3,
  7: 2,
  8: 255,
  9: 255,
  11: 255,
  12: 2,
  14: 4,
  15: 255,
  16: 1,
  17: 2,
  20: 255,
  23: 3,
  27: 3,
  28: 4,
  35: 1034,
  39: 255,
  60: 4,
  252: 40,
  258: 1,
  292: 8,
};
/** Text options: parts of a URI. */
const TEXTS = [3, 8, 11, 15, 20, 35, 39];
const MAX_METHOD = 7;
/** Bits of response codes by class (12.1.2; RFC 7959, 2.9; RFC 8132, 6; RFC 8516, 3; RFC 8768, 5). */
const ANSWERS: Readonly<Record<number, number>> = {
  2: bits(1, 2, 3, 4, 5, 31),
  4: bits(0, 1, 2, 3, 4, 5, 6, 8, 9, 12, 13, 15, 22, 29),
  5: bits(0, 1, 2, 3, 4, 5, 8),
};
/** Bits of the type: acknowledgements and resets are not requests, and resets have no code (4.2, 4.3). */
const ACKNOWLEDGES = 0x20;
const RESET = 0x30;

function classify(message: Message): Kind {
  const token = byteAt(message, 0) & 0xf;
  const code = byteAt(message, 1);
  const group = code >> 5;
  if (message.length < HEADER || token > MAX_TOKEN) return Kind.NO;
  const isRequest = group === 0 && code >= 1 && code <= MAX_METHOD;
  const isAnswer = (((ANSWERS[group] ?? 0) >> (code & 0x1f)) & 1) === 1;
  const type = byteAt(message, 0) & RESET;
  if (type === RESET || (isRequest ? type === ACKNOWLEDGES : !isAnswer)) return Kind.NO;
  if (!walkOptions(message, HEADER + token)) return Kind.NO;
  // Even there, a header alone is not sufficient.
  const isLong = message.length > HEADER + token + 1;
  if (isLong && (hasPort(message, PORT) || hasPort(message, PORT + 1)))
    return isRequest ? Kind.ASKS : Kind.ANSWERS;
  return isRequest ? Kind.MAY_ASK : Kind.MAY_ANSWER;
}

function bits(...numbers: readonly number[]): number {
  return numbers.reduce((all, number) => all | (1 << number), 0);
}

/** Whether options with known numbers extend to the payload or the end. */
function walkOptions(message: Message, start: number): boolean {
  let at = start;
  let option = 0;
  while (at < message.length) {
    const first = byteAt(message, at);
    if (first < 0) return isCut(message);
    if (first === PAYLOAD_MARKER) return at + 1 < message.length;
    at++;
    const step = first >> 4;
    const size = first & 0xf;
    if (step > 14 || size > 14) return false;
    option += step < 13 ? step : step === 13 ? byteAt(message, at) + 13 : uint16At(message, at) + 269;
    at += step < 13 ? 0 : step - 12;
    const length = size < 13 ? size : size === 13 ? byteAt(message, at) + 13 : uint16At(message, at) + 269;
    at += size < 13 ? 0 : size - 12;
    if (!((MAX_LENGTHS[option] ?? -1) >= length)) return false;
    if (TEXTS.includes(option) && !isText(message, at, at + length)) return false;
    at += length;
  }
  return at === message.length;
}

/** Whether the available part of a value is text; bytes beyond ASCII are assumed to be UTF-8. */
function isText(message: Message, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const byte = byteAt(message, at);
    if (byte >= 0 && (byte < 0x20 || byte === 0x7f)) return false;
  }
  return true;
}

function agree(asking: Message, answering: Message): boolean {
  const token = byteAt(asking, 0) & 0xf;
  return token > 0 && token === (byteAt(answering, 0) & 0xf) && sameBytes(asking, 2, answering, 2, 2 + token);
}

export const coap: Signature = {
  protocols: ["coap"],
  transports: ["udp"],
  firstBytes: byteRange(0x40, 0x7f),
  classify,
  agree,
};
