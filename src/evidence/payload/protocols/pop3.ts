/**
 * POP3 (RFC 1939, 3 and 4; RFC 2449; RFC 2595). Redis also answers `+OK`, so the client's command decides; Apple's password
 * server greets in the same way, with its name.
 */

import type { Message } from "./flow-start.ts";
import { available, lacking } from "./message-reads.ts";
import { classifyCommand, commandTable } from "./reply-codes.ts";
import { Kind, type Signature } from "./signature.ts";
import { Match, matchText } from "./text-reads.ts";

const GREETING = "+OK";
const PLUS = 0x2b;
const PASSWORD_SERVER = " ApplePasswordServer";
const COMMANDS = commandTable("USER APOP CAPA AUTH STLS QUIT");

function classify(message: Message): Kind {
  if (message.bytes[message.offset] !== PLUS) return classifyCommand(message, COMMANDS.table);
  const greeting = matchText(message, 0, GREETING);
  if (greeting === Match.NO) return Kind.NO;
  if (greeting === Match.PART || available(message) === GREETING.length) return lacking(message);
  const other = matchText(message, GREETING.length, PASSWORD_SERVER);
  if (other === Match.NO) return Kind.MAY_ANSWER;
  return other === Match.PART ? lacking(message) : Kind.NO;
}

export const pop3: Signature = {
  protocols: ["pop3"],
  transports: ["tcp"],
  firstBytes: [PLUS, ...COMMANDS.firstBytes],
  classify,
};
