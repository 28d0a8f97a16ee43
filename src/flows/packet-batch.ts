/**
 * Packets between the decoder and the flow table, as rows in the kernel's memory (`packets/kernel/layout.ts`). With
 * many flows the cost is cache misses of the table, which overlap only if several packets are looked up together.
 */

import { withHostSide } from "../net/host-mark.ts";
import { IpProtocol } from "../net/ip-protocols.ts";
import type { DecodedPacket } from "../packets/decode/decoded-packet.ts";
import { firstRowOf } from "../packets/kernel/ahead-blocks.ts";
import type { Kernel } from "../packets/kernel/kernel.ts";
import {
  BATCH_CAPACITY,
  KIND_IPV6,
  KIND_UDP,
  META_BROADCAST,
  META_BYTE_MASK,
  META_FROM_B,
  META_RECEIVER_SHIFT,
  META_SENDER_SHIFT,
  META_TCP_FLAGS_SHIFT,
  ROW_LENGTH,
  ROW_MARK,
  ROW_META,
  ROW_PAYLOAD,
  ROW_PAYLOAD_END,
  ROW_TRANSPORT,
  ROW_WORDS,
  ROWS,
} from "../packets/kernel/layout.ts";
import { PacketRow } from "./packet-row.ts";

/**
 * Rows of packets, filled from the block in the kernel's memory and emptied by the flow table. Their payload stays in
 * the block: if there is an observer, the batch must be emptied before the next block is read.
 */
export class PacketBatch {
  /** `ROW_WORDS` words per row. */
  readonly words: Int32Array;
  /** Time of each row, as in `PacketBlock`. */
  readonly seconds: Uint32Array;
  readonly nanoseconds: Uint32Array;
  /** The record number of each row, in order of counting; only if packets are observed. */
  readonly recordNumbers = new Float64Array(ROWS);
  count = 0;
  readonly #kernel: Kernel;
  readonly #row: PacketRow;

  /** The kernel's only batch: `kernel` must be the flow table's. */
  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.#row = new PacketRow(kernel, this.recordNumbers);
    this.words = kernel.rows;
    this.seconds = kernel.rowSeconds;
    this.nanoseconds = kernel.rowNanoseconds;
  }

  /** Returns row `index`; borrowed until the next call. */
  row(index: number): PacketRow {
    this.#row.index = index;
    return this.#row;
  }

  get isFull(): boolean {
    return this.count === BATCH_CAPACITY;
  }

  /**
   * Appends the fast-path packets among records `first` to `end - 1` of a buffer (`PacketBlock.place`), which came by
   * one Ethernet interface: up to the first that needs the full decoder, or until the batch is full. Returns their
   * number.
   */
  appendFastPath(blockNumber: number, first: number, end: number, fcsLength: number): number {
    const appended = this.#kernel.appendFastPath(blockNumber, first, end, fcsLength, this.count);
    this.count += appended;
    return appended;
  }

  /** Returns the index of the row, in the batch or beside it, made of a packet when it was read ahead. */
  rowAhead(blockNumber: number, record: number): number {
    return firstRowOf(blockNumber) + record;
  }

  /** Sets the capturing host's metadata of a row (`net/host-mark.ts`), with the host's own side in place of a direction. */
  setMark(index: number, mark: number): void {
    const row = index * ROW_WORDS;
    this.words[row + ROW_MARK] = withHostSide(mark, this.words[row + ROW_META] & META_FROM_B);
  }

  /**
   * Adds a packet of the buffer with known ports, and the capturing host's metadata of it, or 0. The batch must not be
   * full.
   */
  append(packet: DecodedPacket, length: number, seconds: number, nanoseconds: number, mark: number): void {
    const index = this.count;
    const row = index * ROW_WORDS;
    const sender = distanceTo(packet.senderOffset, packet);
    const receiver = distanceTo(packet.receiverOffset, packet);
    const meta =
      (receiver << META_RECEIVER_SHIFT) |
      (sender << META_SENDER_SHIFT) |
      (packet.tcpFlags << META_TCP_FLAGS_SHIFT) |
      (packet.linkBroadcast === 0 ? 0 : META_BROADCAST) |
      (packet.protocol === IpProtocol.UDP ? KIND_UDP : 0) |
      (packet.ipVersion === 4 ? 0 : KIND_IPV6);
    const { sourceOffset, destinationOffset, sourcePort, destinationPort } = packet;
    this.#kernel.setKey(index, meta, sourceOffset, destinationOffset, sourcePort, destinationPort);
    this.words[row + ROW_PAYLOAD] = packet.payloadOffset;
    this.words[row + ROW_PAYLOAD_END] = packet.payloadEnd;
    this.words[row + ROW_TRANSPORT] = packet.transportOffset;
    this.words[row + ROW_MARK] = 0;
    if (mark !== 0) this.setMark(index, mark);
    this.#finish(index, length, seconds, nanoseconds);
  }

  /**
   * Adds a later fragment, with the key and direction of its first one, whose row is in `words` (borrowed) at `offset`.
   * Its payload is mid-datagram and is not read. The batch must not be full.
   */
  appendFragment(
    words: Int32Array,
    offset: number,
    length: number,
    seconds: number,
    nanoseconds: number,
  ): void {
    const row = this.count * ROW_WORDS;
    for (let i = 0; i < ROW_WORDS; i++) this.words[row + i] = words[offset + i];
    this.words[row + ROW_META] &= (1 << META_TCP_FLAGS_SHIFT) - 1;
    this.words[row + ROW_PAYLOAD_END] = this.words[row + ROW_PAYLOAD];
    this.#finish(this.count, length, seconds, nanoseconds);
  }

  #finish(index: number, length: number, seconds: number, nanoseconds: number): void {
    this.words[index * ROW_WORDS + ROW_LENGTH] = length;
    this.seconds[index] = seconds;
    this.nanoseconds[index] = nanoseconds;
    this.count = index + 1;
  }
}

/** Distance of a hardware address before the transport header; 0 if there is none, or if it is too far to be stored. */
function distanceTo(offset: number, { transportOffset }: DecodedPacket): number {
  const distance = offset < 0 ? 0 : transportOffset - offset;
  return distance > META_BYTE_MASK ? 0 : distance;
}
