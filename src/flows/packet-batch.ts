/**
 * Packets on their way from the decoder to the flow table, as rows in the kernel's memory (`packets/kernel/layout.ts`). With many
 * flows the cache misses of the table are the cost, and they overlap only where several packets are looked up together.
 */

import { withOwnSide } from "../net/host-mark.ts";
import { IpProtocol } from "../net/ip-protocols.ts";
import type { DecodedPacket } from "../packets/decode/decoded-packet.ts";
import { firstRowOf } from "../packets/kernel/ahead-places.ts";
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
 * Rows of packets; filled from the block in the kernel's memory, emptied by the flow table. Their payload stays in the
 * block: a batch with rows must be emptied before the next block is read if anybody looks at it.
 */
export class PacketBatch {
  /** `ROW_WORDS` words a row. */
  readonly words: Int32Array;
  /** Time of each row, as in `PacketBlock`. */
  readonly seconds: Uint32Array;
  readonly nanoseconds: Uint32Array;
  /** Which record each row is made of, by its number in the order of counting; only where packets are watched. */
  readonly numbers = new Float64Array(ROWS);
  count = 0;
  readonly #kernel: Kernel;
  readonly #row: PacketRow;

  /** The kernel's only batch: `kernel` must be the flow table's. */
  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.#row = new PacketRow(kernel, this.numbers);
    this.words = kernel.rows;
    this.seconds = kernel.rowSeconds;
    this.nanoseconds = kernel.rowNanoseconds;
  }

  /** Row `index`; borrowed until another one is asked for. */
  row(index: number): PacketRow {
    this.#row.index = index;
    return this.#row;
  }

  get isFull(): boolean {
    return this.count === BATCH_CAPACITY;
  }

  /**
   * Adds the plain packets among records `first` to `end - 1` of a place (`PacketBlock.place`), which came by one interface, an
   * Ethernet: up to the first that is not plain, or fills the batch. Returns how many.
   */
  appendPlain(place: number, first: number, end: number, fcsLength: number): number {
    const appended = this.#kernel.appendPlain(place, first, end, fcsLength, this.count);
    this.count += appended;
    return appended;
  }

  /** The row of the batch, or beside it, that a packet is which was made a row when it was read ahead. */
  rowAhead(place: number, record: number): number {
    return firstRowOf(place) + record;
  }

  /** Notes what the capturing host says of a row (`net/host-mark.ts`), with the side that is its own in place of a direction. */
  setMark(index: number, mark: number): void {
    const row = index * ROW_WORDS;
    this.words[row + ROW_MARK] = withOwnSide(mark, this.words[row + ROW_META] & META_FROM_B);
  }

  /**
   * Adds a packet of the buffer whose ports are known, and what the capturing host says of it, or 0. The batch must not be
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
   * Adds a later fragment: it has the key and the direction of its first one, whose row stands in `words` (borrowed)
   * at `offset`. Its payload is the middle of something: nobody looks at it. The batch must not be full.
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

/** How far before the transport header a hardware address begins; 0: there is none, or it stands too far away to be told. */
function distanceTo(offset: number, { transportOffset }: DecodedPacket): number {
  const distance = offset < 0 ? 0 : transportOffset - offset;
  return distance > META_BYTE_MASK ? 0 : distance;
}
