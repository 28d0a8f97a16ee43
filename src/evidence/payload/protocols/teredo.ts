/**
 * Teredo (RFC 4380, 5.1): IPv6 in datagrams, with an address of Teredo's own prefix (2.6), optionally preceded by
 * indications; without such an address it counts only on port 3544.
 */

import type { Message } from "./flow-start.ts";
import { byteAt, hasPort, uint16At, uint32At } from "./message-reads.ts";
import { byteRange, Kind, type Signature } from "./signature.ts";

const PORT = 3544;
const AUTHENTICATION = 1;
const AUTHENTICATION_LENGTH = 13;
const ORIGIN_LENGTH = 8;
const IPV6_HEADER = 40;
const PREFIX = 0x2001_0000;
const SOURCE = 8;
const DESTINATION = 24;

function classify(message: Message): Kind {
  let at = 0;
  if (uint16At(message, at) === AUTHENTICATION)
    at += AUTHENTICATION_LENGTH + byteAt(message, 2) + byteAt(message, 3);
  if (uint16At(message, at) === 0) at += ORIGIN_LENGTH;
  if (byteAt(message, at) >> 4 !== 6) return Kind.NO;
  if (uint16At(message, at + 4) + IPV6_HEADER !== message.length - at) return Kind.NO;
  const isPrefix =
    uint32At(message, at + SOURCE) === PREFIX || uint32At(message, at + DESTINATION) === PREFIX;
  if (!isPrefix && !hasPort(message, PORT)) return Kind.NO;
  return uint32At(message, at + DESTINATION) < 0 ? Kind.NO : Kind.EITHER;
}

export const teredo: Signature = {
  protocols: ["teredo"],
  transports: ["udp"],
  firstBytes: [0x00, ...byteRange(0x60, 0x6f)],
  classify,
};
