/**
 * RTP (RFC 3550, 5.1): one packet proves nothing, as it may begin with any byte from 80 to bf; three of one source with
 * increasing numbers do. Types 64 to 95 are RTCP on the same port (RFC 5761, 4).
 *
 *    0                                  1               2        4      8
 *   | version 2, padding, X, sources | marker, type | number | time | source |
 */

import type { Message } from "./flow-start.ts";
import { byteAt, uint16At, uint32At } from "./message-reads.ts";
import { byteRange, Kind, type Signature } from "./signature.ts";

const HEADER = 12;
const EXTENSION = 0x10;
const COUNT_BITS = 0x0f;
const TYPE_BITS = 0x7f;
const LAST_STATIC = 34;
const FIRST_DYNAMIC = 96;
const TIME = 4;
const SOURCE = 8;
const MIN_PACKETS = 3;
const MAX_STEP = 8;
/** Maximum difference of media times of consecutive packets: within minutes, at any clock rate. */
const MAX_TIME_STEP = 0x100_0000;

function classify(message: Message): Kind {
  return isRtp(message) ? Kind.MAY_BE : Kind.NO;
}

function isRtp(message: Message): boolean {
  const first = byteAt(message, 0);
  const type = byteAt(message, 1) & TYPE_BITS;
  if (message.length <= HEADER || uint32At(message, SOURCE) <= 0) return false;
  if (first >> 6 !== 2 || (type > LAST_STATIC && type < FIRST_DYNAMIC)) return false;
  let header = HEADER + 4 * (first & COUNT_BITS);
  if ((first & EXTENSION) !== 0) {
    const words = uint16At(message, header + 2);
    if (words < 0) return false;
    header += 4 + 4 * words;
  }
  return header <= message.length;
}

/** Each packet must continue the previous one: the same source, a slightly higher number, a time that is not earlier. */
function series(messages: readonly Message[]): Kind {
  let count = 0;
  let before: Message | null = null;
  for (const message of messages) {
    if (!isRtp(message)) continue;
    if (before !== null) {
      const step = (uint16At(message, 2) - uint16At(before, 2)) & 0xffff;
      const timeStep = (uint32At(message, TIME) - uint32At(before, TIME)) >>> 0;
      const isNext = uint32At(message, SOURCE) === uint32At(before, SOURCE) && step >= 1 && step <= MAX_STEP;
      if (!isNext || timeStep > MAX_TIME_STEP) return Kind.NO;
    }
    before = message;
    count++;
  }
  return count >= MIN_PACKETS ? Kind.EITHER : Kind.MORE;
}

export const rtp: Signature = {
  protocols: ["rtp"],
  transports: ["udp"],
  firstBytes: byteRange(0x80, 0xbf),
  classify,
  series,
};
