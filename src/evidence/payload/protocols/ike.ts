/**
 * IKE (RFC 7296, 3.1; RFC 2408, 3.1) by version, exchange and length; on port 4500 after four zero bytes, along with ESP,
 * which is recognised only by increasing numbers, and one-byte keep-alives (RFC 3948, 2).
 *
 *    0              8              16     17        18         19      20    24
 *   | initiator id | responder id | next | version | exchange | flags | id  | length |
 */

import type { Protocol } from "../../../net/application-protocols.ts";
import type { Message } from "./flow-start.ts";
import { byteAt, hasPort, isZero, uint16At, uint32At } from "./message-reads.ts";
import { Kind, type Signature } from "./signature.ts";

const NAT_PORT = 4500;
const MARKER = 4;
const ID_LENGTH = 8;
const HEADER = 28;
const VERSION_1 = 0x10;
const VERSION_2 = 0x20;
const EXCHANGES_OF_1 = [1, 2, 4, 5, 6, 32, 33];
const FIRST_EXCHANGE_OF_2 = 34;
const LAST_EXCHANGE_OF_2 = 43;
const RESPONSE = 0x20;
const KEEP_ALIVE = 0xff;
const MIN_ESP = 18;
/** Smaller ones are reserved (RFC 4303, 2.1). */
const FIRST_INDEX = 256;
const MIN_ESP_PACKETS = 3;
const MAX_STEP = 16;

function classify(message: Message): Kind {
  const isNat = hasPort(message, NAT_PORT);
  if (isNat && message.length === 1 && byteAt(message, 0) === KEEP_ALIVE) return Kind.MORE;
  const isMarked = isNat && isZero(message, 0, MARKER);
  if (isNat && !isMarked) return isEsp(message) ? Kind.MAY_BE : Kind.NO;
  return classifyIke(message, isMarked ? MARKER : 0);
}

function classifyIke(message: Message, at: number): Kind {
  if (uint16At(message, at + 24) !== 0 || uint16At(message, at + 26) !== message.length - at) return Kind.NO;
  if (message.length < at + HEADER) return Kind.NO;
  if (isZero(message, at, at + ID_LENGTH)) return Kind.NO;
  const version = byteAt(message, at + 17);
  const exchange = byteAt(message, at + 18);
  if (version === VERSION_1) {
    if (!EXCHANGES_OF_1.includes(exchange)) return Kind.NO;
    return isZero(message, at + ID_LENGTH, at + 2 * ID_LENGTH) ? Kind.ASKS : Kind.EITHER;
  }
  if (version < VERSION_2 || version > VERSION_2 + 2) return Kind.NO;
  if (exchange < FIRST_EXCHANGE_OF_2 || exchange > LAST_EXCHANGE_OF_2) return Kind.NO;
  return (byteAt(message, at + 19) & RESPONSE) === 0 ? Kind.ASKS : Kind.ANSWERS;
}

function isEsp(message: Message): boolean {
  return message.length >= MIN_ESP && uint32At(message, 0) >= FIRST_INDEX && uint32At(message, 4) > 0;
}

/** Packets of one association, with slowly increasing numbers. */
function series(messages: readonly Message[]): Kind {
  let count = 0;
  let last = 0;
  let index = -1;
  for (const message of messages) {
    if (!isEsp(message)) continue;
    const number = uint32At(message, 4);
    const step = number - last;
    if (index >= 0 && (uint32At(message, 0) !== index || step < 1 || step > MAX_STEP)) return Kind.NO;
    index = uint32At(message, 0);
    last = number;
    count++;
  }
  return count >= MIN_ESP_PACKETS ? Kind.EITHER : Kind.MORE;
}

function protocolOf(message: Message): Protocol {
  return hasPort(message, NAT_PORT) && !isZero(message, 0, MARKER) ? "esp-udp" : "ike";
}

export const ike: Signature = {
  protocols: ["ike", "esp-udp"],
  transports: ["udp"],
  firstBytes: null,
  classify,
  series,
  protocolOf,
};
