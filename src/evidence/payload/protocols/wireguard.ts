/**
 * WireGuard (whitepaper, 5.4): four types, each with three zero bytes and a specific length. A handshake counts if the answer
 * has its number, data if counters increase.
 *
 *    0          4        8
 *   | 1, 0 0 0 | sender | ... 148           | 4, 0 0 0 | receiver | counter 8, little-endian | ...
 *   | 2, 0 0 0 | sender | receiver | ... 92
 */

import type { Message } from "./flow-start.ts";
import { byteAt, isZero, sameBytes, uint16LittleEndianAt } from "./message-reads.ts";
import { byteRange, Kind, type Signature } from "./signature.ts";

const INITIATION = 1;
const RESPONSE = 2;
const COOKIE = 3;
const DATA = 4;
const LENGTHS = [0, 148, 92, 64];
const MIN_DATA = 32;
const SENDER = 4;
const RECEIVER = 8;
const NUMBER_LENGTH = 4;
const COUNTER = 8;
/** Offset of the high 32 bits, which are zero in the first packets of a flow. */
const COUNTER_HIGH = 12;
const COUNTER_END = 16;
const MIN_PACKETS = 3;
const MAX_STEP = 64;

function classify(message: Message): Kind {
  const type = byteAt(message, 0);
  if (!isZero(message, 1, 4)) return Kind.NO;
  if (type === DATA) return isData(message) ? Kind.MAY_BE : Kind.NO;
  if (message.length !== LENGTHS[type]) return Kind.NO;
  return type === INITIATION ? Kind.MAY_ASK : Kind.MAY_ANSWER;
}

function isData(message: Message): boolean {
  return (
    message.length >= MIN_DATA && message.length % 16 === 0 && isZero(message, COUNTER_HIGH, COUNTER_END)
  );
}

function series(messages: readonly Message[]): Kind {
  let count = 0;
  let last = -1;
  let first: Message | null = null;
  for (const message of messages) {
    if (byteAt(message, 0) !== DATA || !isZero(message, 1, 4) || !isData(message)) continue;
    const counter =
      uint16LittleEndianAt(message, COUNTER + 2) * 0x1_0000 + uint16LittleEndianAt(message, COUNTER);
    if (first !== null) {
      const step = counter - last;
      if (!sameBytes(first, SENDER, message, SENDER, NUMBER_LENGTH) || step < 1 || step > MAX_STEP)
        return Kind.NO;
    }
    first ??= message;
    last = counter;
    count++;
  }
  return count >= MIN_PACKETS ? Kind.EITHER : Kind.MORE;
}

function agree(asking: Message, answering: Message): boolean {
  const type = byteAt(asking, 0);
  const answer = byteAt(answering, 0);
  if (type !== INITIATION || (answer !== RESPONSE && answer !== COOKIE)) return false;
  return sameBytes(asking, SENDER, answering, answer === RESPONSE ? RECEIVER : SENDER, NUMBER_LENGTH);
}

export const wireguard: Signature = {
  protocols: ["wireguard"],
  transports: ["udp"],
  firstBytes: byteRange(INITIATION, DATA),
  classify,
  agree,
  series,
};
