/**
 * GTP-U (3GPP TS 29.281, 5.1) on port 2152: version 1, a known type, the length of the datagram, and IP inside if it carries
 * a packet.
 */

import type { Message } from "./flow-start.ts";
import { byteAt, hasPort, uint16At } from "./message-reads.ts";
import { byteRange, Kind, type Signature } from "./signature.ts";

const PORT = 2152;
const HEADER = 8;
const ECHO_REQUEST = 1;
const ECHO_RESPONSE = 2;
const OTHER_TYPES = [0x1a, 0x1f, 0xfe];
const DATA = 0xff;
/** If any of these is set, four more bytes and possibly extension headers follow. */
const OPTIONAL_BITS = 0x07;

function classify(message: Message): Kind {
  if (!hasPort(message, PORT) || uint16At(message, 2) + HEADER !== message.length) return Kind.NO;
  const type = byteAt(message, 1);
  if (type === ECHO_REQUEST) return Kind.ASKS;
  if (type === ECHO_RESPONSE) return Kind.ANSWERS;
  if (type !== DATA) return OTHER_TYPES.includes(type) ? Kind.EITHER : Kind.NO;
  if ((byteAt(message, 0) & OPTIONAL_BITS) !== 0) return Kind.EITHER;
  const version = byteAt(message, HEADER) >> 4;
  return version === 4 || version === 6 ? Kind.EITHER : Kind.NO;
}

export const gtpU: Signature = {
  protocols: ["gtp-u"],
  transports: ["udp"],
  firstBytes: byteRange(0x30, 0x37),
  classify,
};
