/**
 * How far the payload of live TCP connections got: what each side sent and the other acknowledged, whether TLS reached
 * application data, and how HTTP answered. A few words per flow entry, beside `AttemptColumns`.
 */

import { readHttpStatus } from "../../evidence/payload/http-response.ts";
import { beginsClientHello } from "../../evidence/payload/tls-beginnings.ts";
import { Transport } from "../../flows/flow-view.ts";
import type { PacketRow } from "../../flows/packet-row.ts";
import { readUint16 } from "../../net/byte-reads.ts";
import { NO_TIME } from "../../net/moment.ts";
import { TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN } from "../../net/tcp-flags.ts";
import { ProgressBit } from "./progress-bits.ts";

/** One cache line per entry: its words are read together. */
const WORDS = 16;
/** Words of an entry; those of side B follow those of A. */
const Word = {
  BITS: 0,
  /** Sequence number of the first byte of a side's stream. */
  START: 1,
  /** Sequence number after the last byte that a side sent. */
  SENT: 3,
  /** What a side has acknowledged of the other side's stream. */
  ACKED: 5,
  /**
   * Segments that a side retransmitted since the last progress (8 bits); length of the shortest of all (the 16 bits above).
   */
  REPEATS: 7,
  /** Second at which a side began to wait for an acknowledgement or last made progress; 0: it does not wait. */
  WAITS: 9,
  /** Sequence number of the next TLS record of the side that sent the ClientHello. */
  RECORD: 11,
  /** The first HTTP status that is not a success. */
  HTTP: 12,
} as const;

const MAX_REPEATS = 0xff;
const SHORTEST_SHIFT = 16;
const TCP_MIN_LENGTH = 20;
const WINDOW_OFFSET = 14;
const DATA_OFFSET = 12;

/** TCP options (RFC 9293, 3.2; RFC 2018, 3). */
const OPTION_END = 0;
const OPTION_NOTHING = 1;
const OPTION_SACK = 5;

/** Content types of TLS records (RFC 8446, 5.1). */
const CHANGE_CIPHER = 20;
const HANDSHAKE = 22;
const APPLICATION_DATA = 23;
const MAJOR_VERSION = 3;
const RECORD_HEADER_LENGTH = 5;
const CLIENT_HELLO = 1;
/** An encrypted alert: level, description, type, tag (RFC 8446, 5.2 and 6). */
const ALERT_LENGTH = 19;

/** This packet begins the server's answer to a ClientHello; smaller than any HTTP status. */
export const SERVER_FLIGHT = 1;

export class AttemptProgress {
  readonly #words: Int32Array;

  /** For entries 1 to `capacity`; only entries in use cost memory. */
  constructor(capacity: number) {
    this.#words = new Int32Array((capacity + 1) * WORDS);
  }

  /**
   * Tracks a packet of the flow in an entry (borrowed for the call). Returns the status if the packet begins an HTTP
   * response, `SERVER_FLIGHT` if it begins the answer of a TLS server, and 0 otherwise.
   */
  update(record: number, packet: PacketRow): number {
    if (packet.transport === Transport.UDP) return 0;
    const { side, tcpFlags: flags } = packet;
    // Whoever spoofs a RST invents its sequence numbers.
    if ((flags & TCP_RST) !== 0 || packet.payloadEnd - packet.transportOffset < TCP_MIN_LENGTH) return 0;
    const base = record * WORDS;
    if ((flags & TCP_SYN) !== 0) this.#seeSyn(base, side, packet);
    else if ((flags & TCP_ACK) !== 0) this.#seeAcknowledgment(base, side, packet);
    const isBehindGap = this.has(record, ProgressBit.HELLO, side) && this.#isBehindGap(base, side, packet);
    if (isBehindGap) this.#words[base] |= ProgressBit.RECORDS_LOST << side;
    return packet.hasPayload ? this.#seePayload(base, side, packet) : 0;
  }

  /** Whether a bit (`ProgressBit`) is set for a side. */
  has(record: number, bit: number, side: number): boolean {
    return (this.#words[record * WORDS] & (bit << side)) !== 0;
  }

  /** Whether a side sent payload and, as far as is known, the other one has acknowledged no byte of it. */
  isNothingAcknowledged(record: number, side: number): boolean {
    const base = record * WORDS;
    const other = 1 - side;
    if (!this.has(record, ProgressBit.SENT, side) || !this.has(record, ProgressBit.ACKED, other))
      return false;
    if (!this.has(record, ProgressBit.START_KNOWN, side)) return false;
    return ((this.#words[base + Word.ACKED + other] - this.#words[base + Word.START + side]) | 0) <= 0;
  }

  /** Whether the last payload that a side sent is unacknowledged. */
  isEndUnacknowledged(record: number, side: number): boolean {
    const base = record * WORDS;
    const other = 1 - side;
    if (!this.has(record, ProgressBit.SENT, side) || !this.has(record, ProgressBit.ACKED, other))
      return false;
    return ((this.#words[base + Word.SENT + side] - this.#words[base + Word.ACKED + other]) | 0) > 0;
  }

  /** Segments that a side retransmitted since the other one last acknowledged something. */
  repeats(record: number, side: number): number {
    return this.#words[record * WORDS + Word.REPEATS + side] & MAX_REPEATS;
  }

  /** Payload bytes of the shortest segment that a side retransmitted; 0 if there was none. */
  shortestRepeat(record: number, side: number): number {
    return this.#words[record * WORDS + Word.REPEATS + side] >>> SHORTEST_SHIFT;
  }

  /** The second since which a side has been waiting for an acknowledgement, or null. */
  waitsSince(record: number, side: number): number | null {
    const seconds = this.#words[record * WORDS + Word.WAITS + side] >>> 0;
    return seconds === 0 ? null : seconds;
  }

  /** The first HTTP status that is not a success, or 0. */
  httpStatus(record: number): number {
    return this.#words[record * WORDS + Word.HTTP];
  }

  /** The flow in an entry has ended. */
  forget(record: number): void {
    this.#words.fill(0, record * WORDS, (record + 1) * WORDS);
  }

  /** Whether earlier payload of the side is missing in the capture, or was truncated by the snaplen. */
  #isBehindGap(base: number, side: number, packet: PacketRow): boolean {
    if ((packet.tcpFlags & TCP_SYN) !== 0) return false;
    return ((packet.sequence - this.#words[base + Word.SENT + side]) | 0) > 0;
  }

  #seeSyn(base: number, side: number, packet: PacketRow): void {
    const words = this.#words;
    const start = (packet.sequence + 1) | 0;
    words[base + Word.START + side] = start;
    words[base] |= ProgressBit.START_KNOWN << side;
    if ((packet.tcpFlags & TCP_ACK) === 0) return;
    const window = readUint16(packet.bytes, packet.transportOffset + WINDOW_OFFSET);
    if (window === 0) words[base] |= ProgressBit.ZERO_WINDOW << side;
  }

  #seeAcknowledgment(base: number, side: number, packet: PacketRow): void {
    const words = this.#words;
    const acknowledged = packet.acknowledgment | 0;
    const other = 1 - side;
    const known = ProgressBit.ACKED << side;
    const isFirst = (words[base] & known) === 0;
    if (isFirst || ((acknowledged - words[base + Word.ACKED + side]) | 0) > 0) {
      words[base] |= known;
      words[base + Word.ACKED + side] = acknowledged;
      const isAll = ((acknowledged - words[base + Word.SENT + other]) | 0) >= 0;
      words[base + Word.WAITS + other] = isAll ? 0 : secondOf(packet);
      words[base + Word.REPEATS + other] &= ~MAX_REPEATS;
    } else if (hasSack(packet)) words[base] |= ProgressBit.SACKED << side;
  }

  #seePayload(base: number, side: number, packet: PacketRow): number {
    const words = this.#words;
    const { bytes, payloadOffset: payload } = packet;
    const length = packet.payloadEnd - payload;
    const sequence = (packet.sequence + ((packet.tcpFlags & TCP_SYN) === 0 ? 0 : 1)) | 0;
    const end = (sequence + length) | 0;
    const isFirst = (words[base] & (ProgressBit.SENT << side)) === 0;
    if (!isFirst && ((end - words[base + Word.SENT + side]) | 0) <= 0) {
      this.#noteRepeat(base, side, end, length, packet);
      return 0;
    }
    words[base] |= ProgressBit.SENT << side;
    words[base + Word.SENT + side] = end;
    if (words[base + Word.WAITS + side] === 0) words[base + Word.WAITS + side] = secondOf(packet);
    if ((words[base] & (ProgressBit.DATA << (1 - side))) !== 0) words[base] |= ProgressBit.REPLIED << side;
    if (isFirst && beginsClientHello(bytes, payload, length)) {
      words[base] |= ProgressBit.HELLO << side;
      words[base + Word.RECORD] = sequence;
    }
    if (isFirst && (words[base] & (ProgressBit.HELLO << (1 - side))) !== 0) return SERVER_FLIGHT;
    const isRead = ProgressBit.RECORDS_LOST | ProgressBit.DATA;
    if ((words[base] & (ProgressBit.HELLO << side)) !== 0) {
      if ((words[base] & (isRead << side)) === 0) this.#walkRecords(base, side, sequence, packet);
      return 0;
    }
    const status = readHttpStatus(bytes, payload, packet.payloadEnd);
    if (status >= 300 && words[base + Word.HTTP] === 0) words[base + Word.HTTP] = status;
    else if (status >= 200 && status < 300) words[base] |= ProgressBit.HTTP_SUCCESS << side;
    return status;
  }

  /** A repeated single byte is a keep-alive (RFC 9293, 3.8.4). */
  #noteRepeat(base: number, side: number, end: number, length: number, { tcpFlags }: PacketRow): void {
    const words = this.#words;
    if (length < 2 || (tcpFlags & TCP_FIN) !== 0) return;
    const acked = (words[base] & (ProgressBit.ACKED << (1 - side))) !== 0;
    // Acknowledged data is retransmitted if the acknowledgement got lost.
    if (acked && ((end - words[base + Word.ACKED + 1 - side]) | 0) <= 0) return;
    const before = words[base + Word.REPEATS + side];
    const shortest = before >>> SHORTEST_SHIFT;
    const count = Math.min((before & MAX_REPEATS) + 1, MAX_REPEATS);
    const least = shortest === 0 ? length : Math.min(shortest, length);
    words[base + Word.REPEATS + side] = count | (Math.min(least, 0xffff) << SHORTEST_SHIFT);
  }

  /** Follows the TLS records of the side that sent the hello; stops at a header that is split between segments. */
  #walkRecords(base: number, side: number, sequence: number, packet: PacketRow): void {
    const words = this.#words;
    const { bytes, payloadOffset: payload } = packet;
    const length = packet.payloadEnd - payload;
    let at = (words[base + Word.RECORD] - sequence) | 0;
    const isHello = (words[base] & ((ProgressBit.LEGACY | ProgressBit.FINISHED) << side)) === 0;
    while (at < length) {
      const start = payload + at;
      const isWhole = at >= 0 && at + RECORD_HEADER_LENGTH <= length;
      const type = isWhole ? bytes[start] : 0;
      if (type < CHANGE_CIPHER || type > APPLICATION_DATA || bytes[start + 1] !== MAJOR_VERSION) {
        words[base] |= ProgressBit.RECORDS_LOST << side;
        return;
      }
      const size = readUint16(bytes, start + 3);
      if (type === HANDSHAKE) {
        const isAgain = isHello && bytes[start + RECORD_HEADER_LENGTH] === CLIENT_HELLO;
        if (!isAgain) words[base] |= ProgressBit.LEGACY << side;
      } else if (type === APPLICATION_DATA) this.#noteEncrypted(base, side, size);
      at += RECORD_HEADER_LENGTH + size;
    }
    words[base + Word.RECORD] = (sequence + at) | 0;
  }

  /** In TLS 1.3, the client's first encrypted record is its Finished; an alert closes and is no data. */
  #noteEncrypted(base: number, side: number, size: number): void {
    const words = this.#words;
    const isPast = (words[base] & ((ProgressBit.LEGACY | ProgressBit.FINISHED) << side)) !== 0;
    if (isPast && size !== ALERT_LENGTH) words[base] |= ProgressBit.DATA << side;
    else if (size !== ALERT_LENGTH) words[base] |= ProgressBit.FINISHED << side;
  }
}

/** 0 stands for "no time": nobody waits since a packet without a time. */
function secondOf({ seconds }: PacketRow): number {
  return seconds === NO_TIME ? 0 : seconds;
}

/** Whether a segment has a SACK option. */
function hasSack({ bytes, transportOffset, payloadOffset }: PacketRow): boolean {
  const end = Math.min(payloadOffset, transportOffset + (bytes[transportOffset + DATA_OFFSET] >> 4) * 4);
  for (let at = transportOffset + TCP_MIN_LENGTH; at < end; ) {
    const kind = bytes[at];
    if (kind === OPTION_SACK) return true;
    if (kind === OPTION_END) return false;
    if (kind === OPTION_NOTHING) at++;
    else if (at + 1 < end && bytes[at + 1] >= 2) at += bytes[at + 1];
    else return false;
  }
  return false;
}
