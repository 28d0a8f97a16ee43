/**
 * XMPP (RFC 6120, 4.2): an optional XML declaration, then `<stream:stream` with an XMPP namespace. The answer has an `id`.
 * SOAP and property lists also begin with a declaration.
 */

import type { Message } from "./flow-start.ts";
import { available, byteAt, lacking } from "./message-reads.ts";
import { Kind, type Signature } from "./signature.ts";
import { findWord, Match, matchText } from "./text-reads.ts";

const LESS_THAN = 0x3c;
const GREATER_THAN = 0x3e;
const SPACE = 0x20;
const DECLARATION = "<?xml ";
const STREAM = "<stream:stream";
const NAMESPACES = ["JABBER:", "ETHERX.JABBER.ORG"];
const ID = " ID=";
const LIMIT = 512;

function classify(message: Message): Kind {
  let at = 0;
  if (matchText(message, 0, DECLARATION) === Match.YES) {
    at = tagEnd(message, 0) + 1;
    if (at === 0) return atEnd(message);
    while (byteAt(message, at) >= 0 && byteAt(message, at) <= SPACE) at++;
  }
  const stream = matchText(message, at, STREAM);
  if (stream === Match.PART) return lacking(message);
  if (stream === Match.NO)
    return at === 0 && matchText(message, 0, DECLARATION) === Match.PART ? lacking(message) : Kind.NO;
  const end = tagEnd(message, at);
  if (end < 0 && !message.isFull && available(message) < LIMIT) return Kind.MORE;
  const limit = end < 0 ? LIMIT : end;
  if (!NAMESPACES.some((name) => findWord(message, name, limit) >= 0)) return end < 0 ? Kind.MAY_BE : Kind.NO;
  if (findWord(message, ID, limit) >= 0) return Kind.ANSWERS;
  return end < 0 ? Kind.EITHER : Kind.ASKS;
}

function atEnd(message: Message): Kind {
  return available(message) < LIMIT ? lacking(message) : Kind.NO;
}

/** End of the tag at `at`; -1 if it is not available. */
function tagEnd(message: Message, at: number): number {
  const stop = Math.min(available(message), LIMIT);
  for (let i = at; i < stop; i++) if (message.bytes[message.offset + i] === GREATER_THAN) return i;
  return -1;
}

export const xmpp: Signature = {
  protocols: ["xmpp"],
  transports: ["tcp"],
  firstBytes: [LESS_THAN],
  classify,
};
