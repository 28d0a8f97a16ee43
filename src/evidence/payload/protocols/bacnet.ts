/**
 * BACnet/IP (ASHRAE 135, annex J): the length and, if it carries a message, version 1 of that, on port 47808. RTP begins
 * similarly.
 */

import type { Message } from "./flow-start.ts";
import { byteAt, hasPort, uint16At } from "./message-reads.ts";
import { Kind, type Signature } from "./signature.ts";

const PORT = 47_808;
const TYPE = 0x81;
const MAX_FUNCTION = 0x0c;
const FORWARDED = 4;
/** Functions that carry a message: distribute-broadcast, unicast, broadcast. */
const CARRIERS = [9, 10, 11];
const HEADER = 4;
const FORWARDED_ADDRESS = 6;
const VERSION = 1;

function classify(message: Message): Kind {
  const code = byteAt(message, 1);
  if (!hasPort(message, PORT) || code > MAX_FUNCTION || uint16At(message, 2) !== message.length)
    return Kind.NO;
  if (code === FORWARDED)
    return byteAt(message, HEADER + FORWARDED_ADDRESS) === VERSION ? Kind.EITHER : Kind.NO;
  return !CARRIERS.includes(code) || byteAt(message, HEADER) === VERSION ? Kind.EITHER : Kind.NO;
}

export const bacnet: Signature = { protocols: ["bacnet"], transports: ["udp"], firstBytes: [TYPE], classify };
