/**
 * DNS (RFC 1035, 4.1 and 4.2.2), and protocols with the same message format: multicast DNS (RFC 6762, 5353) and LLMNR (RFC
 * 4795, 5355), distinguished by port, and the NetBIOS name service (RFC 1002, 4.2; types 32 and 33, names of 32 letters). A
 * header alone matches too much, so all names and records are parsed, and must end exactly at the end of the message.
 */

import type { Protocol } from "../../../net/application-protocols.ts";
import type { Message } from "./flow-start.ts";
import { available, byteAt, hasPort, isCut, lacking, uint16At } from "./message-reads.ts";
import { classifyNetbiosName } from "./netbios-names.ts";
import { Kind, type Signature } from "./signature.ts";

const HEADER = 12;
const LENGTH_OF_TCP = 2;
const RESPONSE = 0x8000;
const OPCODE_SHIFT = 11;
const OPCODES = 0b111_0111;
/** Always zero (RFC 1035, 4.1.1). */
const RESERVED = 0x0040;
const TRUNCATED = 0x0200;
const UPDATE = 5;
/** IN, CH, HS, NONE, ANY. */
const CLASSES = [1, 3, 4, 254, 255];
const UNICAST_WISH = 0x8000;
const OPTIONS = 41;
const POINTER = 0xc0;
const MAX_LABEL = 63;
const MAX_NAME = 255;
/** Maximum number of entries per section; real messages have dozens. */
const MAX_COUNT = 300;
/** Minimum length of a truncated message: the question and a little more. */
const MIN_CUT = 48;
const NETBIOS_PORT = 137;
const NETBIOS_TYPES = [0x20, 0x21];
const NETBIOS_OPCODES = [0, 5, 6, 7, 8];
const MULTICAST_PORT = 5353;
const LINK_LOCAL_PORT = 5355;

/** In place of an offset: the message is malformed, or ends too early. */
const FAILED = -1;
const ENDED = -2;

function classify(message: Message): Kind {
  const at = message.isStream ? LENGTH_OF_TCP : 0;
  if (message.isStream && uint16At(message, 0) >= 0 && uint16At(message, 0) < HEADER + 5) return Kind.NO;
  if (available(message) < at + HEADER) return lacking(message);
  const end = message.isStream ? at + uint16At(message, 0) : message.length;
  if (isNetbios(message, at)) return kindOf(message, at);
  const flags = uint16At(message, at + 2);
  const opcode = (flags >> OPCODE_SHIFT) & 0xf;
  const isMulticast = hasPort(message, MULTICAST_PORT);
  const isLinkLocal = hasPort(message, LINK_LOCAL_PORT);
  if (((OPCODES >> opcode) & 1) === 0 || opcode > 6) return Kind.NO;
  if ((flags & RESERVED) !== 0 && !isMulticast && !isLinkLocal) return Kind.NO;
  const questions = uint16At(message, at + 4);
  const answers = uint16At(message, at + 6);
  const authority = uint16At(message, at + 8);
  const additional = uint16At(message, at + 10);
  const records = answers + authority + additional;
  if (questions > MAX_COUNT || records > MAX_COUNT || questions + records === 0) return Kind.NO;
  const isResponse = (flags & RESPONSE) !== 0;
  if (questions === 0 && !isMulticast && !isResponse) return Kind.NO;
  if (questions > 1 && !isMulticast) return Kind.NO;
  // A query has no answers, except known ones in multicast DNS, and updates.
  if (!isResponse && answers > 0 && !isMulticast && opcode !== UPDATE) return Kind.NO;
  return walk(message, at, end, questions, records, (flags & TRUNCATED) !== 0);
}

function walk(
  message: Message,
  at: number,
  end: number,
  questions: number,
  records: number,
  mayEnd: boolean,
): Kind {
  let cursor = at + HEADER;
  let isName = false;
  for (let i = 0; i < questions + records; i++) {
    cursor = i < questions ? questionEnd(message, cursor, end) : recordEnd(message, cursor, end);
    if (cursor === FAILED) return Kind.NO;
    if (cursor === ENDED) {
      if (mayEnd && !isCut(message) && i > 0) return kindOf(message, at);
      return isName && isEnoughOf(message) ? kindOf(message, at) : lacking(message);
    }
    isName = true;
  }
  return cursor === end ? kindOf(message, at) : Kind.NO;
}

/** Whether the available part of a longer message is sufficient: a question, and as much as is kept. */
function isEnoughOf(message: Message): boolean {
  return (message.isStream ? message.isFull : isCut(message)) && available(message) >= MIN_CUT;
}

function kindOf(message: Message, at: number): Kind {
  return (uint16At(message, at + 2) & RESPONSE) === 0 ? Kind.ASKS : Kind.ANSWERS;
}

function questionEnd(message: Message, at: number, end: number): number {
  const fixed = nameEnd(message, at, end);
  if (fixed < 0) return fixed;
  const type = uint16At(message, fixed);
  const group = uint16At(message, fixed + 2);
  if (group < 0) return fixed + 4 > end ? FAILED : ENDED;
  return type > 0 && CLASSES.includes(group & ~UNICAST_WISH) ? fixed + 4 : FAILED;
}

function recordEnd(message: Message, at: number, end: number): number {
  const fixed = nameEnd(message, at, end);
  if (fixed < 0) return fixed;
  const type = uint16At(message, fixed);
  const group = uint16At(message, fixed + 2);
  const length = uint16At(message, fixed + 8);
  if (length < 0) return fixed + 10 > end ? FAILED : ENDED;
  // In the OPT record, the class is the size of a datagram (RFC 6891, 6.1.2).
  if (type === 0 || (type !== OPTIONS && !CLASSES.includes(group & ~UNICAST_WISH))) return FAILED;
  const next = fixed + 10 + length;
  if (next > end) return FAILED;
  return next > available(message) ? ENDED : next;
}

function nameEnd(message: Message, at: number, end: number): number {
  let cursor = at;
  for (;;) {
    if (cursor >= end || cursor - at > MAX_NAME) return FAILED;
    const length = byteAt(message, cursor);
    if (length < 0) return ENDED;
    if (length === 0) return cursor + 1;
    if (length >= POINTER) return cursor > at || cursor >= HEADER ? cursor + 2 : FAILED;
    if (length > MAX_LABEL) return FAILED;
    cursor += 1 + length;
  }
}

/** Port 137 and a name of 32 letters: the header is that of DNS except for opcodes. */
function isNetbios(message: Message, at: number): boolean {
  if (message.isStream || !hasPort(message, NETBIOS_PORT)) return false;
  const opcode = (uint16At(message, at + 2) >> OPCODE_SHIFT) & 0xf;
  const isNamed = classifyNetbiosName(message, at + HEADER) === Kind.EITHER;
  return (
    isNamed && NETBIOS_OPCODES.includes(opcode) && NETBIOS_TYPES.includes(uint16At(message, at + HEADER + 34))
  );
}

function protocolOf(message: Message): Protocol {
  if (isNetbios(message, 0)) return "nbns";
  if (!message.isStream && hasPort(message, MULTICAST_PORT)) return "mdns";
  return hasPort(message, LINK_LOCAL_PORT) ? "llmnr" : "dns";
}

export const dns: Signature = {
  protocols: ["dns", "mdns", "llmnr", "nbns"],
  transports: ["tcp", "udp"],
  firstBytes: null,
  classify,
  protocolOf,
};
