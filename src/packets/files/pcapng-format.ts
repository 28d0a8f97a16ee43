/**
 * pcapng: draft-ietf-opsawg-pcapng, and Wireshark's `pcapng.c` for files in practice. `pcapng-blocks.ts` has the layout
 * of blocks.
 *
 * A file is a sequence of sections; each begins with a Section Header Block, has its own byte order, and counts its
 * interfaces from 0. Blocks without packets are skipped by their length, without being buffered.
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

/** Splits a pcapng, from its first byte, into records. */
export class PcapngParser implements RecordParser {
  readonly format = "pcapng";
  error: InputError | null = null;
  readonly #source: string;
  readonly #section: PcapngSection;
  /** Offset in the capture of the next byte to parse; beyond the bytes read while a block is being skipped. */
  #position = 0;
  /** Blocks read or being skipped. */
  #blocks = 0;
  /** Total length of the block being skipped, whose trailing length is still to be checked; 0 = none. */
  #skippedLength = 0;

  /** @param isLive whether a program writes it while capturing on `source`; it may be one of several runs. */
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
    // Of an implausibly large block, only its packet or its first options are read.
    const isRead = leastLength > Block.MIN_BLOCK_LENGTH || namesProcess(type);
    const visible = isRead ? Math.min(length, MAX_RECORD_LENGTH) : 0;
    if (available < visible) return 0;
    // Packets before a finer clock form a separate block: the display of times must not depend on how bytes arrive.
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

  /** Reads a block of `length` bytes, of which `visible` are present. */
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

  /** Checks the trailing length of a skipped block. */
  #endSkipping(bytes: Uint8Array, offset: number, end: number): number {
    if (end - offset < Block.BLOCK_TRAILER_LENGTH) return 0;
    const refusal = this.#checkTrailer(bytes, offset + Block.BLOCK_TRAILER_LENGTH, this.#skippedLength);
    if (refusal !== null) return this.#refuse(refusal);
    this.#skippedLength = 0;
    return Block.BLOCK_TRAILER_LENGTH;
  }

  /** Checks that a block of `length` bytes that ends at `end` repeats its length there. */
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

  /** Returns the bytes that the truncated block at `offset` needs, as far as its `left` bytes show. */
  #neededAt(bytes: Uint8Array, offset: number, left: number): number {
    if (left < 4) return Block.MIN_BLOCK_LENGTH;
    // A section's byte order, and so the meaning of its length, comes after the length.
    if (readUint32(bytes, offset) === Block.SECTION_HEADER_BLOCK && left < Block.MAJOR_VERSION_OFFSET) {
      return Block.SECTION_BLOCK_LENGTH;
    }
    return left < Block.BLOCK_HEADER_LENGTH ? Block.MIN_BLOCK_LENGTH : this.#lengthAt(bytes, offset);
  }

  /** Stops permanently. Returns 0, the bytes consumed. */
  #refuse(refusal: Refusal): 0 {
    this.error = this.#errorOf(refusal.code, `: ${refusal.text}`);
    return 0;
  }

  #cut(needed: number, left: number): InputError {
    return this.#errorOf("truncated_record", ` needs ${needed} bytes, ${left} left`);
  }

  /** Returns an error about the block being read or skipped. */
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
