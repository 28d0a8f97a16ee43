/** SOCKS 5 (RFC 1928, 3): the offered methods, and one of them, or none, in the answer. */

import type { Message } from "./flow-start.ts";
import { available, byteAt, lacking } from "./message-reads.ts";
import { Kind, type Signature } from "./signature.ts";

const VERSION = 5;
const HEADER = 2;
const NONE = 0xff;
const MAX_METHODS = 16;
/** The last assigned method (IANA, SOCKS Methods). */
const LAST_METHOD = 9;

function classify(message: Message): Kind {
  const count = byteAt(message, 1);
  if (count < 0) return lacking(message);
  // Two bytes may be the whole answer of a server, or the beginning of a client's message.
  const mayAnswer = count <= LAST_METHOD || count === NONE;
  const mayAsk = count >= 1 && count <= MAX_METHODS && isOffer(message, count);
  if (mayAsk) return mayAnswer ? Kind.MAY_BE : Kind.MAY_ASK;
  return mayAnswer ? Kind.MAY_ANSWER : Kind.NO;
}

function isOffer(message: Message, count: number): boolean {
  for (let i = 0; i < count; i++) {
    const method = byteAt(message, HEADER + i);
    if (method < 0 || (method > LAST_METHOD && method < 0x80)) return false;
  }
  return true;
}

function agree(asking: Message, answering: Message): boolean {
  const count = byteAt(asking, 1);
  const method = byteAt(answering, 1);
  if (count < 1 || available(asking) < HEADER + count || !isOffer(asking, count)) return false;
  if (method === NONE) return true;
  for (let i = 0; i < count; i++) if (byteAt(asking, HEADER + i) === method) return true;
  return false;
}

export const socks5: Signature = {
  protocols: ["socks5"],
  transports: ["tcp"],
  firstBytes: [VERSION],
  classify,
  agree,
};
