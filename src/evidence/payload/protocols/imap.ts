/**
 * IMAP (RFC 9051, 2.2.1 and 7.1): `* OK`, `* PREAUTH` or `* BYE` with the protocol's name in the line, or followed by a
 * client's command, which is a tag, a space, and a word.
 */

import type { Message } from "./flow-start.ts";
import { byteAt, lacking } from "./message-reads.ts";
import { byteRange, Kind, type Signature } from "./signature.ts";
import { findWord, lineEnd, Match, matchTexts, matchWordTable, wordTable } from "./text-reads.ts";

const STAR = 0x2a;
const SPACE = 0x20;
const GREETINGS = ["* OK", "* PREAUTH", "* BYE"];
const NAME = "IMAP";
const COMMANDS = wordTable([
  "CAPABILITY",
  "LOGIN ",
  "AUTHENTICATE ",
  "STARTTLS",
  "NOOP",
  "LOGOUT",
  "ID (",
  "ID NIL",
  "SELECT ",
  "EXAMINE ",
  "LIST ",
  "NAMESPACE",
  "ENABLE ",
]);
const MAX_TAG = 32;
const GREETING_LIMIT = 256;

function classify(message: Message): Kind {
  return message.bytes[message.offset] === STAR ? classifyGreeting(message) : classifyCommand(message);
}

function classifyGreeting(message: Message): Kind {
  const match = matchTexts(message, 0, GREETINGS);
  if (match === Match.NO) return Kind.NO;
  const end = lineEnd(message, 0, GREETING_LIMIT);
  if (match === Match.YES && findWord(message, NAME, end < 0 ? GREETING_LIMIT : end) >= 0)
    return Kind.ANSWERS;
  if (end < 0 && !message.isFull && byteAt(message, GREETING_LIMIT - 1) < 0) return Kind.MORE;
  return match === Match.YES ? Kind.MAY_ANSWER : Kind.NO;
}

function classifyCommand(message: Message): Kind {
  for (let at = 0; at <= MAX_TAG; at++) {
    const byte = byteAt(message, at);
    if (byte < 0) return lacking(message);
    if (byte < SPACE) return Kind.NO;
    if (byte !== SPACE) continue;
    const match = matchWordTable(message, at + 1, COMMANDS);
    if (match === Match.YES) return Kind.MAY_ASK;
    return match === Match.PART ? lacking(message) : Kind.NO;
  }
  return Kind.NO;
}

export const imap: Signature = {
  protocols: ["imap"],
  transports: ["tcp"],
  firstBytes: [STAR, ...byteRange(0x30, 0x39), ...byteRange(0x41, 0x5a), ...byteRange(0x61, 0x7a)],
  classify,
};
