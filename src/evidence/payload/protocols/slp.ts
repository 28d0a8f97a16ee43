/**
 * SLP version 2 (RFC 2608, 8): its length and a language. Version 1 (RFC 2165, 4) has only a length, and counts only on port
 * 427.
 */

import type { Message } from "./flow-start.ts";
import { available, byteAt, hasPort, lacking, uint16At, uint24At } from "./message-reads.ts";
import { Kind, type Signature } from "./signature.ts";

const PORT = 427;
const VERSION_1 = 1;
const HEADER = 16;
const MAX_LENGTH = 0x1_0000;
const LAST_FUNCTION = 11;
/** Requests for services, attributes and types, and registrations. */
const REQUESTS = [1, 3, 4, 6, 9];
const ADVERTISEMENTS = [8, 11];
const RESERVED = 0x1f;
const LANGUAGE = 14;
const MAX_LANGUAGE = 8;

function classify(message: Message): Kind {
  const code = byteAt(message, 1);
  if (code === 0 || code > LAST_FUNCTION) return Kind.NO;
  if (available(message) < HEADER) return lacking(message);
  const isFirst = byteAt(message, 0) === VERSION_1;
  const length = isFirst ? uint16At(message, 2) : uint24At(message, 2);
  if (message.isStream ? length < HEADER || length > MAX_LENGTH : length !== message.length) return Kind.NO;
  if (isFirst ? !hasPort(message, PORT) : !hasLanguage(message)) return Kind.NO;
  if (REQUESTS.includes(code)) return Kind.ASKS;
  return ADVERTISEMENTS.includes(code) ? Kind.EITHER : Kind.ANSWERS;
}

function hasLanguage(message: Message): boolean {
  const length = uint16At(message, LANGUAGE - 2);
  if ((byteAt(message, 5) & RESERVED) !== 0 || length < 1 || length > MAX_LANGUAGE) return false;
  const first = byteAt(message, LANGUAGE) | 0x20;
  return first >= 0x61 && first <= 0x7a;
}

export const slp: Signature = {
  protocols: ["slp"],
  transports: ["tcp", "udp"],
  firstBytes: [1, 2],
  classify,
};
