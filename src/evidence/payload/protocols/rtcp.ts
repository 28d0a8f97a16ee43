/**
 * RTCP (RFC 3550, 6): packets whose lengths fill the datagram. A report followed by a source description (6.1) counts at
 * once, anything else only if both sides send such packets.
 *
 *    0                        1      2        4
 *   | version 2, P, count | type | words | source | ...
 */

import type { Message } from "./flow-start.ts";
import { byteAt, uint16At } from "./message-reads.ts";
import { byteRange, Kind, type Signature } from "./signature.ts";

const SENDER_REPORT = 200;
const RECEIVER_REPORT = 201;
const DESCRIPTION = 202;
const LAST_TYPE = 207;
const COUNT_BITS = 0x1f;
const BLOCK = 24;
const SENDER_HEADER = 28;
const RECEIVER_HEADER = 8;

function classify(message: Message): Kind {
  const type = byteAt(message, 1);
  const isReport = type === SENDER_REPORT || type === RECEIVER_REPORT;
  const header = type === SENDER_REPORT ? SENDER_HEADER : RECEIVER_HEADER;
  const blocks = isReport ? BLOCK * (byteAt(message, 0) & COUNT_BITS) : 0;
  if (lengthAt(message, 0) < header + blocks) return Kind.NO;
  let at = 0;
  let hasDescription = false;
  while (at < message.length) {
    const next = byteAt(message, at + 1);
    const length = lengthAt(message, at);
    if (byteAt(message, at) >> 6 !== 2 || next < SENDER_REPORT || next > LAST_TYPE || length < 0)
      return Kind.NO;
    if (next === DESCRIPTION) hasDescription = true;
    at += length;
  }
  if (at !== message.length) return Kind.NO;
  return isReport && hasDescription ? Kind.EITHER : Kind.MAY_BE;
}

function lengthAt(message: Message, at: number): number {
  const words = uint16At(message, at + 2);
  return words < 0 ? -1 : 4 * (words + 1);
}

export const rtcp: Signature = {
  protocols: ["rtcp"],
  transports: ["udp"],
  firstBytes: byteRange(0x80, 0xbf),
  classify,
};
