/**
 * pcapng: draft-ietf-opsawg-pcapng, and Wireshark's `pcapng.c` for what files really hold. Where a block stands and
 * how it is laid out is in `pcapng-blocks.ts`.
 *
 * A file is a row of sections; each begins with a Section Header Block, has a byte order of its own, and counts its
 * interfaces from 0. Blocks that carry no packets are passed over by their length, without being buffered.
 */
import { InputError, type InputErrorCode } from "../../errors.ts";
import { readUint32 } from "../../net/byte-reads.ts";
import { BLOCK_CAPACITY, type PacketBlock } from "../packet-block.ts";
import { isPcapAt } from "./damage.ts";
import * as Block from "./pcapng-blocks.ts";
import { readPacketBlock, readPacketBlocks } from "./pcapng-packets.ts";
import { PcapngSection, type Refusal } from "./pcapng-section.ts";
import { MAX_RECORD_LENGTH, type RecordParser } from "./record-parser.ts";
import { keepLastTime } from "./timestamps.ts";

/** Whether a capture that begins with these bytes is a pcapng. `bytes` is borrowed. */
export function isPcapng(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && readUint32(bytes, 0) === Block.SECTION_HEADER_BLOCK;
}

/** Cuts a pcapng, from its first byte, into records. */
export class PcapngParser implements RecordParser {
  readonly format = "pcapng";
  error: InputError | null = null;
  readonly #source: string;
  readonly #section: PcapngSection;
  /** Offset in the capture of the next byte to parse; past the end of what was read where a block is skipped. */
  #position = 0;
  /** Blocks read, or begun and being skipped. */
  #blocks = 0;
  /** Total length of the block that is being skipped, whose last field is still to be checked; 0 = none. */
  #skippedLength = 0;

  /** @param isLive of what a program writes while it captures on `source`; it may be one of several runs of it. */
  constructor(source: string, { isLive = false }: { readonly isLive?: boolean } = {}) {
    this.#source = source;
    this.#section = new PcapngSection(isLive ? source : null);
  }

  parse(bytes: Uint8Array, offset: number, end: number, block: PacketBlock): number {
    let cursor = offset;
    while (block.count < BLOCK_CAPACITY) {
      const consumed =
        this.#skippedLength === 0
          ? this.#parsePackets(bytes, cursor, end, block) || this.#parseBlock(bytes, cursor, end, block)
          : this.#endSkipping(bytes, cursor, end);
      if (consumed === 0) break;
      cursor += consumed;
      this.#position += consumed;
    }
    keepLastTime(block);
    return cursor - offset;
  }

  finish(bytes: Uint8Array, offset: number, end: number, skipped: number): InputError | null {
    const left = end - offset;
    if (this.#skippedLength > 0) {
      const missing = Block.BLOCK_TRAILER_LENGTH + skipped - left;
      return this.#cut(this.#skippedLength, this.#skippedLength - missing);
    }
    return left === 0 ? null : this.#cut(this.#neededAt(bytes, offset, left), left);
  }

  #parsePackets(bytes: Uint8Array, offset: number, end: number, block: PacketBlock): number {
    const first = block.count;
    const consumed = readPacketBlocks(bytes, offset, end, this.#section, block);
    this.#blocks += block.count - first;
    return consumed;
  }

  /** Reads or begins to skip the block at `offset`. Returns the bytes consumed, 0 for none: see `parse`. */
  #parseBlock(bytes: Uint8Array, offset: number, end: number, block: PacketBlock): number {
    const available = end - offset;
    if (available < Block.BLOCK_HEADER_LENGTH) return 0;
    const type = this.#section.uint32(bytes, offset);
    if (type === Block.SECTION_HEADER_BLOCK) {
      if (available < Block.MAJOR_VERSION_OFFSET) return 0;
      const refusal = this.#section.readByteOrder(bytes, offset);
      if (refusal !== null) return this.#refuse(refusal);
    } else if (!this.#section.hasBegun) {
      return this.#refuse({ code: "not_a_capture", text: "not a Section Header Block" });
    }
    if (type !== Block.SECTION_HEADER_BLOCK && isPcapAt(bytes, offset, offset + available)) {
      const text = "a pcap begins there, joined to the pcapng before it; split the file at that byte";
      return this.#refuse({ code: "bad_block", text });
    }
    const length = this.#lengthAt(bytes, offset);
    const leastLength = Block.leastLengthOf(type);
    if (length < leastLength) {
      const text = `${Block.blockNameOf(type)} of ${length} bytes, at least ${leastLength} are needed`;
      return this.#refuse({ code: "bad_block_length", text });
    }
    // Of a block larger than anything sound, its packet or its first options are what is seen of it.
    const isRead = leastLength > Block.MIN_BLOCK_LENGTH || namesProcess(type);
    const visible = isRead ? Math.min(length, MAX_RECORD_LENGTH) : 0;
    if (available < visible) return 0;
    // The packets before a finer clock are a block by themselves: how times are shown must not depend on how bytes arrive.
    if (type === Block.INTERFACE_BLOCK && block.count > 0 && this.#section.isFiner(bytes, offset, visible)) {
      return 0;
    }
    const refusal =
      (available >= length ? this.#checkTrailer(bytes, offset + length, length) : null) ??
      this.#readBlock(type, bytes, offset, length, visible, block);
    if (refusal !== null) return this.#refuse(refusal);
    this.#blocks++;
    if (available >= length) return length;
    this.#skippedLength = length;
    return length - Block.BLOCK_TRAILER_LENGTH;
  }

  /** Reads a block of `length` bytes, of which `visible` are there. */
  #readBlock(
    type: number,
    bytes: Uint8Array,
    offset: number,
    length: number,
    visible: number,
    block: PacketBlock,
  ): Refusal | null {
    switch (type) {
      case Block.ENHANCED_PACKET_BLOCK:
      case Block.OBSOLETE_PACKET_BLOCK:
      case Block.SIMPLE_PACKET_BLOCK:
        return readPacketBlock(type, bytes, offset, length, this.#section, block);
      case Block.INTERFACE_BLOCK:
        return this.#section.readInterface(bytes, offset, visible, block);
      case Block.STATISTICS_BLOCK:
        this.#section.readStatistics(bytes, offset, visible);
        return null;
      case Block.SECTION_HEADER_BLOCK:
        return this.#section.readHeader(bytes, offset, visible);
      case Block.PROCESS_BLOCK:
        this.#section.readProcess(bytes, offset, visible, block);
        return null;
      case Block.CUSTOM_BLOCK:
      case Block.CUSTOM_BLOCK_NOT_COPIED:
        this.#section.readCustom(bytes, offset, visible, block);
        return null;
      default:
        return null;
    }
  }

  /** What was skipped ends with its length once more. */
  #endSkipping(bytes: Uint8Array, offset: number, end: number): number {
    if (end - offset < Block.BLOCK_TRAILER_LENGTH) return 0;
    const refusal = this.#checkTrailer(bytes, offset + Block.BLOCK_TRAILER_LENGTH, this.#skippedLength);
    if (refusal !== null) return this.#refuse(refusal);
    this.#skippedLength = 0;
    return Block.BLOCK_TRAILER_LENGTH;
  }

  /** A block of `length` bytes that ends at `end` says its length there, too. */
  #checkTrailer(bytes: Uint8Array, end: number, length: number): Refusal | null {
    const trailing = this.#section.uint32(bytes, end - Block.BLOCK_TRAILER_LENGTH);
    if (Block.paddedLength(trailing) === length) return null;
    return {
      code: "bad_block_length",
      text: `begins with a length of ${length} bytes and ends with ${trailing}`,
    };
  }

  #lengthAt(bytes: Uint8Array, offset: number): number {
    return Block.paddedLength(this.#section.uint32(bytes, offset + Block.BLOCK_LENGTH_OFFSET));
  }

  /** Bytes that the cut block at `offset` needs, as far as the `left` bytes of it tell. */
  #neededAt(bytes: Uint8Array, offset: number, left: number): number {
    if (left < 4) return Block.MIN_BLOCK_LENGTH;
    // The byte order of a section, and with it the header's length, stands behind the length.
    if (readUint32(bytes, offset) === Block.SECTION_HEADER_BLOCK && left < Block.MAJOR_VERSION_OFFSET) {
      return Block.SECTION_BLOCK_LENGTH;
    }
    return left < Block.BLOCK_HEADER_LENGTH ? Block.MIN_BLOCK_LENGTH : this.#lengthAt(bytes, offset);
  }

  /** Stops for good. Returns 0, the bytes consumed. */
  #refuse(refusal: Refusal): 0 {
    this.error = this.#errorOf(refusal.code, `: ${refusal.text}`);
    return 0;
  }

  #cut(needed: number, left: number): InputError {
    return this.#errorOf("truncated_record", ` needs ${needed} bytes, ${left} left`);
  }

  /** An error of the block that is being read or skipped. */
  #errorOf(code: InputErrorCode, text: string): InputError {
    const isSkipping = this.#skippedLength > 0;
    const record = isSkipping ? this.#blocks : this.#blocks + 1;
    const offset = this.#position - (isSkipping ? this.#skippedLength - Block.BLOCK_TRAILER_LENGTH : 0);
    const message = `${this.#source}: pcapng block ${record} at byte ${offset}${text}`;
    return new InputError(code, message, { source: this.#source, offset, record });
  }
}

function namesProcess(type: number): boolean {
  return (
    type === Block.PROCESS_BLOCK || type === Block.CUSTOM_BLOCK || type === Block.CUSTOM_BLOCK_NOT_COPIED
  );
}
