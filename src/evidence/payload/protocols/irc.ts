/**
 * IRC (RFC 2812, 2.3 and 3.1): a server's lines begin with a colon, the server's name and a three-digit number, or with
 * NOTICE before the client is registered. FTP clients also begin with USER and PASS, so both sides are needed.
 */

import type { Message } from "./flow-start.ts";
import { byteAt, lacking } from "./message-reads.ts";
import { classifyCommand, classifyGreeting, commandTable, eitherKind } from "./reply-codes.ts";
import { initials, Kind, type Signature } from "./signature.ts";
import { isDigit, Match, matchText } from "./text-reads.ts";

const GREETINGS = ["NOTICE AUTH ", "NOTICE * ", "PING :"];
const COMMANDS = commandTable("NICK USER PASS CAP");
const COLON = 0x3a;
const SPACE = 0x20;
const MAX_SERVER_NAME = 63;
const WORDS = ["NOTICE ", "CAP ", "MODE "];

function classifyPrefix(message: Message): Kind {
  if (message.bytes[message.offset] !== COLON) return Kind.NO;
  for (let at = 1; at <= MAX_SERVER_NAME + 1; at++) {
    const byte = byteAt(message, at);
    if (byte < 0) return lacking(message);
    if (byte < SPACE) return Kind.NO;
    if (byte === SPACE) return at > 1 ? classifyReply(message, at + 1) : Kind.NO;
  }
  return Kind.NO;
}

function classifyReply(message: Message, at: number): Kind {
  let isPart = false;
  for (const word of WORDS) {
    const match = matchText(message, at, word);
    if (match === Match.YES) return Kind.MAY_ANSWER;
    if (match === Match.PART) isPart = true;
  }
  for (let i = 0; i < 4; i++) {
    const byte = byteAt(message, at + i);
    if (byte < 0) return lacking(message);
    if (i === 3 ? byte !== SPACE : !isDigit(byte)) return isPart ? lacking(message) : Kind.NO;
  }
  return Kind.MAY_ANSWER;
}

export const irc: Signature = {
  protocols: ["irc"],
  transports: ["tcp"],
  firstBytes: [COLON, ...initials(GREETINGS), ...COMMANDS.firstBytes],
  classify: (message) =>
    eitherKind(
      classifyPrefix(message),
      eitherKind(classifyGreeting(message, GREETINGS), classifyCommand(message, COMMANDS.table)),
    ),
};
