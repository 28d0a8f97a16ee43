/**
 * L2TP control messages (RFC 2661, 3.1): their bits and version, and a length equal to that of the datagram, on port 1701.
 */

import type { Message } from "./flow-start.ts";
import { byteAt, hasPort, uint16At } from "./message-reads.ts";
import { Kind, type Signature } from "./signature.ts";

const PORT = 1701;
const TYPE_LENGTH_SEQUENCE = 0xc8;
const VERSION = 2;
/** Header length; an acknowledgement consists of it alone. */
const HEADER = 12;
const MIN_WITH_ATTRIBUTE = 20;
const ATTRIBUTE = 12;
/** Mandatory, 8 bytes long, IETF vendor id, number 0: the message type. */
const MESSAGE_TYPE = [0x80, 0x08, 0x00, 0x00, 0x00, 0x00];

function classify(message: Message): Kind {
  if (!hasPort(message, PORT) || byteAt(message, 1) !== VERSION) return Kind.NO;
  if (uint16At(message, 2) !== message.length) return Kind.NO;
  if (message.length === HEADER) return Kind.EITHER;
  if (message.length < MIN_WITH_ATTRIBUTE) return Kind.NO;
  for (let i = 0; i < MESSAGE_TYPE.length; i++) {
    if (byteAt(message, ATTRIBUTE + i) !== MESSAGE_TYPE[i]) return Kind.NO;
  }
  return Kind.EITHER;
}

export const l2tp: Signature = {
  protocols: ["l2tp"],
  transports: ["udp"],
  firstBytes: [TYPE_LENGTH_SEQUENCE],
  classify,
};
