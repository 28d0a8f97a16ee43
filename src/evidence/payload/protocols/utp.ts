/**
 * uTP of BitTorrent (BEP 29): the connection ids of both directions differ by at most one, or the packets of one direction
 * have consecutive numbers.
 *
 *    0                 1           2             4      8          12       16         18
 *   | type, version 1 | extension | connection | time | difference | window | sequence | acknowledged |
 */

import type { Message } from "./flow-start.ts";
import { byteAt, uint16At, uint32At } from "./message-reads.ts";
import { Kind, type Signature } from "./signature.ts";

const DATA = 0x01;
const FIN = 0x11;
const STATE = 0x21;
const RESET = 0x31;
const SYN = 0x41;
const HEADER = 20;
const MAX_EXTENSION = 2;
const CONNECTION = 2;
const SEQUENCE = 16;
const MIN_PACKETS = 4;

function classify(message: Message): Kind {
  const type = byteAt(message, 0);
  const extension = byteAt(message, 1);
  if (message.length < HEADER || extension < 0 || extension > MAX_EXTENSION) return Kind.NO;
  if (uint32At(message, 4) <= 0) return Kind.NO;
  if (type !== SYN) return Kind.MAY_BE;
  // Nothing is acknowledged, and no time was received yet.
  return uint16At(message, 18) === 0 && uint32At(message, 8) === 0 ? Kind.MAY_ASK : Kind.NO;
}

function agree(asking: Message, answering: Message): boolean {
  const difference = uint16At(answering, CONNECTION) - uint16At(asking, CONNECTION);
  if (byteAt(asking, 0) === SYN) {
    return (
      byteAt(answering, 0) === STATE &&
      difference === 0 &&
      uint16At(answering, 18) === uint16At(asking, SEQUENCE)
    );
  }
  return byteAt(asking, 0) === DATA && Math.abs(difference) === 1 && byteAt(answering, 0) !== SYN;
}

/** Data with consecutive numbers. */
function series(messages: readonly Message[]): Kind {
  let count = 0;
  let last = -1;
  let connection = -1;
  for (const message of messages) {
    if (byteAt(message, 0) !== DATA || message.length <= HEADER) continue;
    const sequence = uint16At(message, SEQUENCE);
    if (count > 0 && (uint16At(message, CONNECTION) !== connection || sequence !== ((last + 1) & 0xffff)))
      return Kind.NO;
    connection = uint16At(message, CONNECTION);
    last = sequence;
    count++;
  }
  return count >= MIN_PACKETS ? Kind.EITHER : Kind.MORE;
}

export const utp: Signature = {
  protocols: ["utp"],
  transports: ["udp"],
  firstBytes: [DATA, FIN, STATE, RESET, SYN],
  classify,
  agree,
  series,
};
