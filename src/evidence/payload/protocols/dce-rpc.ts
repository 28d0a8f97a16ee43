/**
 * DCE/RPC over TCP (C706, 12.6; MS-RPCE, 2.2): the side that binds is the client. Other packets count only if both sides send
 * them. SOCKS 5 begins similarly.
 *
 *    0         2      3       4      8          10       12        16
 *   | 5 | 0-1 | type | flags | drep | fragment | auth   | call id | of a bind: largest fragments |
 */

import type { Message } from "./flow-start.ts";
import { byteAt, isZero, lacking, uint16At, uint16LittleEndianAt } from "./message-reads.ts";
import { Kind, type Signature } from "./signature.ts";

const VERSION = 5;
const MAX_TYPE = 0x13;
const REQUEST = 0;
const RESPONSE = 2;
const FAULT = 3;
const BIND = 11;
const BIND_ACK = 12;
const BIND_NAK = 13;
const ALTER = 14;
const LITTLE_ENDIAN = 0x10;
const HEADER = 16;
const MIN_BIND = 24;
const MIN_FRAGMENT_LIMIT = 512;
const ANSWERS: readonly number[] = [RESPONSE, FAULT, BIND_ACK, BIND_NAK, ALTER + 1];

function classify(message: Message): Kind {
  const minor = byteAt(message, 1);
  const type = byteAt(message, 2);
  const order = byteAt(message, 4);
  if (minor > 1 || type > MAX_TYPE) return Kind.NO;
  if (order > 0 && order !== LITTLE_ENDIAN) return Kind.NO;
  if (byteAt(message, MIN_BIND - 1) < 0) return lacking(message);
  // Floating-point representation, and two zero bytes (C706, 14.1).
  if (byteAt(message, 5) > 3 || !isZero(message, 6, 8)) return Kind.NO;
  const read = order === LITTLE_ENDIAN ? uint16LittleEndianAt : uint16At;
  const length = read(message, 8);
  const authentication = read(message, 10);
  if (length < HEADER || authentication > length - HEADER) return Kind.NO;
  if (type === BIND || type === BIND_ACK) {
    const isBind =
      read(message, HEADER) >= MIN_FRAGMENT_LIMIT && read(message, HEADER + 2) >= MIN_FRAGMENT_LIMIT;
    if (length < MIN_BIND || !isBind) return Kind.NO;
    return type === BIND ? Kind.ASKS : Kind.ANSWERS;
  }
  if (type === REQUEST || type === ALTER) return length >= MIN_BIND ? Kind.MAY_ASK : Kind.NO;
  return ANSWERS.includes(type) ? Kind.MAY_ANSWER : Kind.NO;
}

export const dceRpc: Signature = {
  protocols: ["dce-rpc"],
  transports: ["tcp"],
  firstBytes: [VERSION],
  classify,
};
