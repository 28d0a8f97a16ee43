/**
 * What the packets of live flows show of whether a service can be reached, as a few words per flow entry: SYNs, answers,
 * progress of a TLS handshake, ICMP messages. Kept beside the flow table, and only if reach is requested. Sides are the
 * flow's A and B: who asked whom is known when the flow has ended (`attempt-outcome.ts`).
 */

import { beginsClientHello, beginsTls, fatalAlert } from "../../evidence/payload/tls-beginnings.ts";
import { Transport } from "../../flows/flow-view.ts";
import type { PacketRow } from "../../flows/packet-row.ts";
import { readUint16 } from "../../net/byte-reads.ts";
import { TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN } from "../../net/tcp-flags.ts";
import { AttemptBit } from "./attempt-bits.ts";

const WORDS = 8;
/** Words of an entry. */
const Word = {
  BITS: 0,
  /** SYNs without ACK. */
  SYNS: 1,
  /** Bytes: number of changes of the speaking side, number of retransmissions, description of an alert. */
  COUNTERS: 2,
  /** Bytes: number of the ICMP code, number of its sender, count of messages. */
  UNREACHABLE: 3,
  /** Sequence number of the first SYN. */
  FIRST_SEQUENCE: 4,
  /** Next sequence number of A and of B; for UDP, the sequence number of the last RTP packet. */
  NEXT: 5,
  /**
   * Next sequence number of the originator when the other side first answered with payload: the end of its hello. For UDP,
   * the length of all payloads plus 1; -1 if they differ.
   */
  HELLO_END: 7,
} as const;

const BYTE = 0xff;
const REPEATS_SHIFT = 8;
const ALERT_SHIFT = 16;
const REPORTER_SHIFT = 8;
const REPORTS_SHIFT = 16;

/** A FIN missing in the capture takes a sequence number, but is no payload. */
const LOST_FIN = 1;

const TCP_MIN_LENGTH = 20;

/**
 * RTP (RFC 3550, 5.1): version 2 in the two highest bits of the first byte, a value that no protocol multiplexed with it uses
 * (RFC 7983).
 */
const RTP_VERSION_MASK = 0xc0;
const RTP_VERSION = 0x80;
const RTP_HEADER_LENGTH = 12;
const RTP_SEQUENCE_OFFSET = 2;

export class AttemptColumns {
  readonly #words: Int32Array;

  /** For entries 1 to `capacity`; only entries in use cost memory. */
  constructor(capacity: number) {
    this.#words = new Int32Array((capacity + 1) * WORDS);
  }

  /** A packet of the flow in an entry; borrowed for the call. */
  update(record: number, packet: PacketRow): void {
    if (packet.transport === Transport.UDP) this.#updateUdp(record * WORDS, packet);
    else this.#updateTcp(record * WORDS, packet);
  }

  /**
   * Notes an ICMP message from the host with number `reporter`: a packet from a side (0 or 1) did not arrive. A quoted TCP
   * packet must be one that the side has sent, by its sequence number (RFC 5927, 4.1); otherwise this returns false and
   * changes nothing.
   */
  report(
    record: number,
    side: number,
    isTcp: boolean,
    sequence: number,
    code: number,
    reporter: number,
  ): boolean {
    const base = record * WORDS;
    const words = this.#words;
    const bits = words[base];
    if (isTcp) {
      if ((bits & (AttemptBit.SYN << side)) === 0 || (bits & (AttemptBit.NEXT_KNOWN << side)) === 0)
        return false;
      const isSent =
        ((sequence - words[base + Word.FIRST_SEQUENCE]) | 0) >= 0 &&
        ((words[base + Word.NEXT + side] - sequence) | 0) >= 0;
      if (!isSent) return false;
    }
    if ((bits & (AttemptBit.UNREACHABLE << (1 - side))) !== 0) return false;
    words[base] |= AttemptBit.UNREACHABLE << side;
    const before = words[base + Word.UNREACHABLE];
    const count = Math.min((before >>> REPORTS_SHIFT) + 1, BYTE);
    const first = before === 0 ? code | (reporter << REPORTER_SHIFT) : before & 0xffff;
    words[base + Word.UNREACHABLE] = first | (count << REPORTS_SHIFT);
    return true;
  }

  /** Whether a bit (`AttemptBit`) is set for a side. */
  has(record: number, bit: number, side: number): boolean {
    return (this.#words[record * WORDS] & (bit << side)) !== 0;
  }

  /** SYNs without ACK. */
  syns(record: number): number {
    return this.#words[record * WORDS + Word.SYNS];
  }

  /** Number of changes of the side that sends payload; 255 means 255 or more. */
  turns(record: number): number {
    return this.#words[record * WORDS + Word.COUNTERS] & BYTE;
  }

  /** Number of retransmitted segments with payload. */
  repeats(record: number): number {
    return (this.#words[record * WORDS + Word.COUNTERS] >>> REPEATS_SHIFT) & BYTE;
  }

  /** The description of the first fatal alert (RFC 8446, 6). */
  alert(record: number): number {
    return (this.#words[record * WORDS + Word.COUNTERS] >>> ALERT_SHIFT) & BYTE;
  }

  /** The ICMP code as numbered by `decodeUnreachable`, or 0. */
  unreachableCode(record: number): number {
    return this.#words[record * WORDS + Word.UNREACHABLE] & BYTE;
  }

  /** Number of the host that sent the ICMP message. */
  reporter(record: number): number {
    return (this.#words[record * WORDS + Word.UNREACHABLE] >>> REPORTER_SHIFT) & BYTE;
  }

  /** Bytes that a side sent after the other side had first answered with payload. */
  bytesAfterAnswer(record: number, side: number): number {
    const base = record * WORDS;
    const fin = (this.#words[base] & (AttemptBit.FIN << side)) === 0 ? 0 : 1;
    return Math.max(
      0,
      ((this.#words[base + Word.NEXT + side] - this.#words[base + Word.HELLO_END]) | 0) - fin,
    );
  }

  /** Whether the payloads of all datagrams of a flow have the same length. */
  isOfOneLength(record: number): boolean {
    return this.#words[record * WORDS + Word.HELLO_END] > 0;
  }

  /** The flow in an entry has ended. */
  forget(record: number): void {
    this.#words.fill(0, record * WORDS, (record + 1) * WORDS);
  }

  #updateUdp(base: number, packet: PacketRow): void {
    const { bytes, side, payloadOffset } = packet;
    const words = this.#words;
    const length = packet.payloadEnd - payloadOffset;
    const lengthBefore = words[base + Word.HELLO_END];
    if (lengthBefore === 0) words[base + Word.HELLO_END] = length + 1;
    else if (lengthBefore !== length + 1) words[base + Word.HELLO_END] = -1;
    if (length < RTP_HEADER_LENGTH) return;
    if ((bytes[payloadOffset] & RTP_VERSION_MASK) !== RTP_VERSION) return;
    const sequence = readUint16(bytes, payloadOffset + RTP_SEQUENCE_OFFSET);
    const known = AttemptBit.NEXT_KNOWN << side;
    const isNext =
      (words[base] & known) !== 0 && sequence === ((words[base + Word.NEXT + side] + 1) & 0xffff);
    words[base] |= isNext ? known | (AttemptBit.MEDIA << side) : known;
    words[base + Word.NEXT + side] = sequence;
  }

  #updateTcp(base: number, packet: PacketRow): void {
    const words = this.#words;
    const { side, tcpFlags: flags } = packet;
    if ((flags & (TCP_RST | TCP_FIN)) !== 0) {
      const ended = AttemptBit.ENDED_FIRST | (AttemptBit.ENDED_FIRST << 1);
      if ((words[base] & ended) === 0) words[base] |= AttemptBit.ENDED_FIRST << side;
    }
    if ((flags & TCP_RST) !== 0) {
      // Whoever spoofs a RST invents its sequence numbers.
      words[base] |= AttemptBit.RESET << side;
      return;
    }
    if (packet.payloadEnd - packet.transportOffset < TCP_MIN_LENGTH) {
      this.#noteFlags(base, side, flags);
      return;
    }
    const sequence = packet.sequence | 0;
    if ((flags & TCP_SYN) !== 0) {
      this.#noteFlags(base, side, flags);
      if ((flags & TCP_ACK) === 0 && words[base + Word.SYNS] === 1)
        words[base + Word.FIRST_SEQUENCE] = sequence;
      if ((words[base] & (AttemptBit.NEXT_KNOWN << side)) === 0) {
        words[base] |= AttemptBit.NEXT_KNOWN << side;
        words[base + Word.NEXT + side] = (sequence + 1) | 0;
      }
      return;
    }
    this.#noteFlags(base, side, flags);
    const acknowledgment = packet.acknowledgment | 0;
    const openedByOther = (words[base] & (AttemptBit.SYN << (1 - side))) !== 0;
    const isAck = (flags & TCP_ACK) !== 0;
    if (isAck && openedByOther && ((acknowledgment - words[base + Word.FIRST_SEQUENCE]) | 0) > 1) {
      words[base] |= AttemptBit.ACKNOWLEDGED << side;
    }
    this.#updateStream(base, sequence, isAck ? acknowledgment : null, packet);
  }

  #noteFlags(base: number, side: number, flags: number): void {
    const words = this.#words;
    if ((flags & TCP_SYN) === 0) words[base] |= AttemptBit.BEYOND_SYN << side;
    else if ((flags & TCP_ACK) !== 0) words[base] |= AttemptBit.SYN_ACK << side;
    else {
      words[base] |= AttemptBit.SYN << side;
      words[base + Word.SYNS]++;
    }
    if ((flags & TCP_FIN) !== 0) words[base] |= AttemptBit.FIN << side;
  }

  /** Tracks a segment's payload in the stream of its side, and the TLS records that begin or end with it. */
  #updateStream(base: number, sequence: number, acknowledgment: number | null, packet: PacketRow): void {
    const words = this.#words;
    const { bytes, side, payloadOffset: payload } = packet;
    const length = packet.payloadEnd - payload;
    const end = (sequence + length) | 0;
    const fin = (packet.tcpFlags & TCP_FIN) === 0 ? 0 : 1;
    const other = 1 - side;
    const isKnown = (words[base] & (AttemptBit.NEXT_KNOWN << side)) !== 0;
    // If the payload was truncated by the snaplen, the next segment's sequence number still shows its length.
    const fresh = isKnown ? (end - words[base + Word.NEXT + side]) | 0 : length;
    if (fresh > (length === 0 ? LOST_FIN : 0)) {
      const isFirst = (words[base] & (AttemptBit.DATA << side)) === 0;
      if (isFirst && (words[base] & (AttemptBit.DATA << other)) !== 0) {
        const sent = words[base + Word.NEXT + other];
        const isAhead = acknowledgment !== null && ((acknowledgment - sent) | 0) > 0;
        words[base + Word.HELLO_END] = isAhead ? acknowledgment : sent;
      }
      this.#countTurn(base, side);
      if (isFirst && beginsTls(bytes, payload, length)) words[base] |= AttemptBit.TLS << side;
      words[base] |= (AttemptBit.DATA | AttemptBit.NEXT_KNOWN) << side;
      const followsHello = !isFirst && words[base + Word.NEXT + side] === words[base + Word.HELLO_END];
      if (followsHello && beginsClientHello(bytes, payload, length)) {
        // A second hello (RFC 8446, 4.1.4) restarts the count of turns.
        words[base + Word.HELLO_END] = end;
        words[base + Word.COUNTERS] = (words[base + Word.COUNTERS] & ~BYTE) | 1;
      }
      this.#noteAlert(base, side, bytes, payload, length);
    } else if (length > 1) {
      // A repeated single byte is a keep-alive (RFC 9293, 3.8.4).
      const counters = words[base + Word.COUNTERS];
      if (((counters >>> REPEATS_SHIFT) & BYTE) < BYTE)
        words[base + Word.COUNTERS] = counters + (1 << REPEATS_SHIFT);
    }
    if (fresh + fin > 0) words[base + Word.NEXT + side] = (end + fin) | 0;
    if (!isKnown) words[base] |= AttemptBit.NEXT_KNOWN << side;
  }

  #countTurn(base: number, side: number): void {
    const words = this.#words;
    if ((words[base] & (AttemptBit.SENT_LAST << side)) !== 0) return;
    words[base] = (words[base] & ~(AttemptBit.SENT_LAST << (1 - side))) | (AttemptBit.SENT_LAST << side);
    if ((words[base + Word.COUNTERS] & BYTE) < BYTE) words[base + Word.COUNTERS]++;
  }

  #noteAlert(base: number, side: number, bytes: Uint8Array, offset: number, length: number): void {
    const description = fatalAlert(bytes, offset, length);
    if (description < 0) return;
    const words = this.#words;
    if ((words[base] & (AttemptBit.ALERT | (AttemptBit.ALERT << 1))) !== 0) return;
    words[base] |= AttemptBit.ALERT << side;
    words[base + Word.COUNTERS] |= description << ALERT_SHIFT;
  }
}
