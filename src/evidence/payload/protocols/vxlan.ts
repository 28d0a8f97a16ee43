/** VXLAN (RFC 7348, 5) on port 4789, or Linux's 8472: reserved bits are zero, with a frame of a known EtherType inside. */

import type { Message } from "./flow-start.ts";
import { byteAt, hasPort, isZero, uint16At } from "./message-reads.ts";
import { Kind, type Signature } from "./signature.ts";

const PORT = 4789;
const LINUX_PORT = 8472;
const FLAGS = 0x08;
const ETHER_TYPE = 20;
const ETHER_TYPES = [0x0800, 0x0806, 0x86dd, 0x8100, 0x88a8, 0x88cc, 0x8847];

function classify(message: Message): Kind {
  if (!hasPort(message, PORT) && !hasPort(message, LINUX_PORT)) return Kind.NO;
  if (!isZero(message, 1, 4) || byteAt(message, 7) !== 0) return Kind.NO;
  return ETHER_TYPES.includes(uint16At(message, ETHER_TYPE)) ? Kind.EITHER : Kind.NO;
}

export const vxlan: Signature = { protocols: ["vxlan"], transports: ["udp"], firstBytes: [FLAGS], classify };
