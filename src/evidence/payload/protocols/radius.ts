/**
 * RADIUS (RFC 2865, 3 and 5; RFC 5176, 2.3): attributes that fill the datagram. With fewer than two of them, the response
 * must have the same number.
 *
 *    0      1        2        4               20
 *   | code | number | length | authenticator | attributes: type, length, value |
 */

import type { Message } from "./flow-start.ts";
import { byteAt, isCut, uint16At } from "./message-reads.ts";
import { Kind, type Signature } from "./signature.ts";

const HEADER = 20;
const MAX_LENGTH = 4096;
const REQUESTS = [1, 4, 12, 40, 43];
const ANSWERS = [2, 3, 5, 11, 13, 41, 42, 44, 45];
const MIN_ATTRIBUTES = 2;

function classify(message: Message): Kind {
  const code = byteAt(message, 0);
  if (uint16At(message, 2) !== message.length || message.length < HEADER || message.length > MAX_LENGTH)
    return Kind.NO;
  const isRequest = REQUESTS.includes(code);
  let at = HEADER;
  let count = 0;
  while (at < message.length) {
    const length = byteAt(message, at + 1);
    if (length < 0 && isCut(message)) break;
    if (length < 2 || byteAt(message, at) === 0) return Kind.NO;
    at += length;
    count++;
  }
  if (at > message.length) return Kind.NO;
  if (count < MIN_ATTRIBUTES) return isRequest ? Kind.MAY_ASK : Kind.MAY_ANSWER;
  return isRequest ? Kind.ASKS : Kind.ANSWERS;
}

function agree(asking: Message, answering: Message): boolean {
  return byteAt(asking, 1) === byteAt(answering, 1);
}

export const radius: Signature = {
  protocols: ["radius"],
  transports: ["udp"],
  firstBytes: [...REQUESTS, ...ANSWERS],
  classify,
  agree,
};
