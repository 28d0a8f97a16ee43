/**
 * STUN and TURN (RFC 8489, 5 and 14) by the magic cookie and the length. Without the cookie (RFC 3489, 11.1), the attributes
 * must fill the message and the answer must repeat its id. TURN channel data cannot be recognised.
 *
 *    0      2        4        8    20
 *   | type | length | cookie | id | attributes |
 */

import type { Message } from "./flow-start.ts";
import { available, byteAt, isCut, lacking, sameBytes, uint16At, uint32At } from "./message-reads.ts";
import { byteRange, Kind, type Signature } from "./signature.ts";

const COOKIE = 0x2112_a442;
const HEADER = 20;
const ID = 4;
const ID_LENGTH = 16;
/** The two bits of a type that distinguish requests, indications, successes and errors. */
const CLASS_BITS = 0x0110;
const REQUEST = 0x0000;
const INDICATION = 0x0010;
const BINDING = [0x0001, 0x0101, 0x0111];
const LAST_CLASSIC_ATTRIBUTE = 0x000c;

function classify(message: Message): Kind {
  const type = uint16At(message, 0);
  const length = uint16At(message, 2);
  if (length > 0 && length % 4 !== 0) return Kind.NO;
  if (!message.isStream && length + HEADER !== message.length) return Kind.NO;
  if (available(message) < ID + 4) return lacking(message);
  const cookie = uint32At(message, ID);
  if (cookie !== COOKIE) return message.isStream ? Kind.NO : classifyClassic(message, type);
  if (available(message) < HEADER) return lacking(message);
  const group = type & CLASS_BITS;
  return group === REQUEST ? Kind.ASKS : group === INDICATION ? Kind.EITHER : Kind.ANSWERS;
}

function classifyClassic(message: Message, type: number): Kind {
  if (!BINDING.includes(type) || isCut(message)) return Kind.NO;
  let at = HEADER;
  while (at < message.length) {
    const attribute = uint16At(message, at);
    const length = uint16At(message, at + 2);
    if (attribute < 1 || attribute > LAST_CLASSIC_ATTRIBUTE || length < 0) return Kind.NO;
    at += 4 + length;
  }
  if (at !== message.length) return Kind.NO;
  return type === BINDING[0] ? Kind.MAY_ASK : Kind.MAY_ANSWER;
}

function agree(asking: Message, answering: Message): boolean {
  return byteAt(asking, 0) === 0 && sameBytes(asking, ID, answering, ID, ID_LENGTH);
}

export const stun: Signature = {
  protocols: ["stun"],
  transports: ["tcp", "udp"],
  firstBytes: byteRange(0x00, 0x3f),
  classify,
  agree,
};
