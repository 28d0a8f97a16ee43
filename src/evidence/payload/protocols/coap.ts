/**
 * CoAP (RFC 7252, 3 and 5.10): options with known numbers, then perhaps ff and a payload. Text in capitals passes for its header, so
 * it counts on ports 5683 and 5684, or where an answer repeats number and token.
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
const OPTIONS = [1, 3, 4, 5, 6, 7, 8, 9, 11, 12, 14, 15, 16, 17, 20, 23, 27, 28, 35, 39, 60, 252, 258, 292];
const MAX_METHOD = 7;
const ANSWER_CLASSES = [2, 4, 5];

function classify(message: Message): Kind {
  const token = byteAt(message, 0) & 0xf;
  const code = byteAt(message, 1);
  const group = code >> 5;
  if (message.length < HEADER || token > MAX_TOKEN) return Kind.NO;
  const isRequest = group === 0 && code >= 1 && code <= MAX_METHOD;
  if (!isRequest && !ANSWER_CLASSES.includes(group)) return Kind.NO;
  if (!walkOptions(message, HEADER + token)) return Kind.NO;
  if (hasPort(message, PORT) || hasPort(message, PORT + 1)) return isRequest ? Kind.ASKS : Kind.ANSWERS;
  return isRequest ? Kind.MAY_ASK : Kind.MAY_ANSWER;
}

/** Whether options with known numbers go on to the payload or the end. */
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
    at += (size < 13 ? 0 : size - 12) + length;
    if (!OPTIONS.includes(option)) return false;
  }
  return at === message.length;
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
