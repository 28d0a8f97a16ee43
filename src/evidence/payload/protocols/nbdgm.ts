/**
 * The NetBIOS datagram service (RFC 1002, 4.4), from and to port 138.
 *
 *    0      1       2    4         8      10       12       14
 *   | type | flags | id | address | port | length | offset | names |
 */

import type { Message } from "./flow-start.ts";
import { byteAt, hasPort, uint16At } from "./message-reads.ts";
import { classifyNetbiosName } from "./netbios-names.ts";
import { byteRange, Kind, type Signature } from "./signature.ts";

const PORT = 138;
const MAX_FLAGS = 0x0f;
const HEADER = 14;

function classify(message: Message): Kind {
  if (!hasPort(message, PORT) || byteAt(message, 1) > MAX_FLAGS || uint16At(message, 8) !== PORT)
    return Kind.NO;
  const length = uint16At(message, 10);
  if (length < 0 || length + HEADER > message.length) return Kind.NO;
  return classifyNetbiosName(message, HEADER) === Kind.EITHER ? Kind.EITHER : Kind.NO;
}

export const nbdgm: Signature = {
  protocols: ["nbdgm"],
  transports: ["udp"],
  firstBytes: byteRange(0x10, 0x16),
  classify,
};
