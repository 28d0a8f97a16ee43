/**
 * PCP (RFC 6887, 7, 11 and 12) on ports 5351 and 5350: lengths, and fields that must be zero. SLP begins with the same
 * version.
 */

import type { Message } from "./flow-start.ts";
import { byteAt, hasPort, isZero, uint16At } from "./message-reads.ts";
import { Kind, type Signature } from "./signature.ts";

const PORT = 5351;
const CLIENT_PORT = 5350;
const VERSION = 2;
const RESPONSE = 0x80;
const MAX_OPCODE = 3;
const HEADER = 24;
const MAX_LENGTH = 1100;
/** For announcements, mappings, peers and authentication, including the header. */
const MIN_LENGTHS = [HEADER, 60, 80, HEADER];
const MAX_RESULT = 13;

function classify(message: Message): Kind {
  if (!hasPort(message, PORT) && !hasPort(message, CLIENT_PORT)) return Kind.NO;
  const code = byteAt(message, 1);
  const opcode = code & ~RESPONSE;
  if (code < 0 || opcode > MAX_OPCODE || message.length % 4 !== 0 || message.length > MAX_LENGTH)
    return Kind.NO;
  if (code >= RESPONSE) {
    const isAnswer =
      message.length >= HEADER && byteAt(message, 3) <= MAX_RESULT && isZero(message, 12, HEADER);
    return isAnswer ? Kind.ANSWERS : Kind.NO;
  }
  return message.length >= MIN_LENGTHS[opcode] && uint16At(message, 2) === 0 ? Kind.ASKS : Kind.NO;
}

export const pcp: Signature = { protocols: ["pcp"], transports: ["udp"], firstBytes: [VERSION], classify };
