/** Shared parts of FTP, SMTP, POP3 and NNTP: client commands and server greetings. Messages are borrowed. */

import type { Message } from "./flow-start.ts";
import { byteAt, lacking } from "./message-reads.ts";
import { byteRange, Kind } from "./signature.ts";
import { Match, matchTexts, matchWord, type TextTable, wordTable } from "./text-reads.ts";

const SPACE = 0x20;
const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;

/** Client commands in upper case: a table of them, and their first bytes in either case. */
export function commandTable(commands: string): {
  readonly table: TextTable;
  readonly firstBytes: readonly number[];
} {
  const table = wordTable(commands.split(" "));
  return { table, firstBytes: byteRange(0, 0xff).filter((byte) => table[byte].length > 0) };
}

/** MAY_ASK if the message begins with one of these commands, followed by a space or the line end. */
export function classifyCommand(message: Message, commands: TextTable): Kind {
  let isPart = false;
  for (const command of commands[message.bytes[message.offset]]) {
    const match = matchWord(message, 0, command);
    if (match === Match.PART) isPart = true;
    if (match !== Match.YES) continue;
    const next = byteAt(message, command.length);
    if (next < 0) isPart = true;
    if (next === SPACE || next === CARRIAGE_RETURN || next === LINE_FEED) return Kind.MAY_ASK;
  }
  return isPart ? lacking(message) : Kind.NO;
}

/** MAY_ANSWER if the message begins with one of these greetings. */
export function classifyGreeting(message: Message, greetings: readonly string[]): Kind {
  const match = matchTexts(message, 0, greetings);
  if (match === Match.YES) return Kind.MAY_ANSWER;
  return match === Match.PART ? lacking(message) : Kind.NO;
}

/** The first of two kinds, unless it is NO. */
export function eitherKind(first: Kind, second: Kind): Kind {
  return first === Kind.NO ? second : first;
}
