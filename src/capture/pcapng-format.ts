/**
 * pcapng: draft-ietf-opsawg-pcapng, and Wireshark's `pcapng.c` for what files really hold. Where a block stands and
 * how it is laid out is in `pcapng-blocks.ts`.
 *
 * A file is a row of sections; each begins with a Section Header Block, has a byte order of its own, and counts its
 * interfaces from 0. Blocks that carry no packets are passed over by their length, without being buffered.
 */
import { InputError, type InputErrorCode } from "../errors.ts";
import { readUint16, readUint16LittleEndian, readUint32, readUint32LittleEndian } from "../net/byte-reads.ts";
import { BLOCK_CAPACITY, NO_TIME, type PacketBlock } from "./packet-block.ts";
import * as Block from "./pcapng-blocks.ts";
import { readInterface, type SectionInterface } from "./pcapng-interface.ts";
import { readDropCount } from "./pcapng-options.ts";
import { MAX_CAPTURED_LENGTH, MAX_RECORD_LENGTH, type RecordParser } from "./record-parser.ts";

/** Interfaces that one capture may describe: the bound of what it costs in memory, over all sections. */
export const MAX_INTERFACES = 65_536;

const MAJOR_VERSION = 1;

/** Whether a capture that begins with these bytes is a pcapng. `bytes` is borrowed. */
export function isPcapng(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && readUint32(bytes, 0) === Block.SECTION_HEADER_BLOCK;
}

/** Cuts a pcapng, from its first byte, into records. */
export class PcapngParser implements RecordParser {
  readonly format = "pcapng";
  error: InputError | null = null;
  readonly #source: string;
  #littleEndian = true;
  #hasSection = false;
  readonly #interfaces: SectionInterface[] = [];
  /** Offset in the capture of the next byte to parse; past the end of what was read where a block is skipped. */
  #position = 0;
  /** Blocks read, or begun and being skipped. */
  #blocks = 0;
  /** Total length of the block that is being skipped, whose last field is still to be checked; 0 = none. */
  #skippedLength = 0;

  constructor(source: string) {
    this.#source = source;
  }

  parse(bytes: Uint8Array, offset: number, end: number, block: PacketBlock): number {
    let cursor = offset;
    while (block.count < BLOCK_CAPACITY) {
      const consumed =
        this.#skippedLength === 0
          ? this.#parseBlock(bytes, cursor, end, block)
          : this.#endSkipping(bytes, cursor, end);
      if (consumed === 0) break;
      cursor += consumed;
      this.#position += consumed;
    }
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

  /** Bytes that the cut block at `offset` needs, as far as the `left` bytes of it tell. */
  #neededAt(bytes: Uint8Array, offset: number, left: number): number {
    if (left >= 4 && readUint32(bytes, offset) === Block.SECTION_HEADER_BLOCK) {
      // Its byte order, and with it its length, stands behind the length.
      return left < Block.MAJOR_VERSION_OFFSET ? Block.SECTION_BLOCK_LENGTH : this.#lengthAt(bytes, offset);
    }
    return left < Block.BLOCK_HEADER_LENGTH ? Block.MIN_BLOCK_LENGTH : this.#lengthAt(bytes, offset);
  }

  /** Reads or begins to skip the block at `cursor`. Returns the bytes consumed, 0 for none: see `parse`. */
  #parseBlock(bytes: Uint8Array, cursor: number, end: number, block: PacketBlock): number {
    const available = end - cursor;
    if (available < Block.BLOCK_HEADER_LENGTH) return 0;
    const type = this.#uint32(bytes, cursor);
    if (type === Block.SECTION_HEADER_BLOCK) {
      if (available < Block.MAJOR_VERSION_OFFSET || !this.#readByteOrder(bytes, cursor)) return 0;
    } else if (!this.#hasSection) {
      return this.#refuse("not_a_capture", "does not begin with a Section Header Block");
    }
    const length = this.#lengthAt(bytes, cursor);
    const leastLength = Block.leastLengthOf(type);
    if (length < leastLength) {
      return this.#refuse(
        "bad_block_length",
        `${Block.blockNameOf(type)} of ${length} bytes, at least ${leastLength} are needed`,
      );
    }
    const isSkipped = leastLength === Block.MIN_BLOCK_LENGTH;
    // Of a block that is larger than anything sound, its packet or its first options are what is seen.
    if (!isSkipped && available < Math.min(length, MAX_RECORD_LENGTH)) return 0;
    if (available >= length && !this.#isTrailer(bytes, cursor + length, length)) return 0;
    if (!isSkipped && !this.#readBlock(type, bytes, cursor, length, block)) return 0;
    this.#blocks++;
    if (available >= length) return length;
    this.#skippedLength = length;
    return length - Block.BLOCK_TRAILER_LENGTH;
  }

  /** Reads a block that means something to this parser; false when it is refused. */
  #readBlock(type: number, bytes: Uint8Array, cursor: number, length: number, block: PacketBlock): boolean {
    switch (type) {
      case Block.ENHANCED_PACKET_BLOCK:
        return this.#readPacket(
          this.#uint32(bytes, cursor + Block.INTERFACE_ID_OFFSET),
          bytes,
          cursor,
          length,
          block,
        );
      case Block.OBSOLETE_PACKET_BLOCK:
        return this.#readObsoletePacket(bytes, cursor, length, block);
      case Block.SIMPLE_PACKET_BLOCK:
        return this.#readSimplePacket(bytes, cursor, length, block);
      case Block.INTERFACE_BLOCK:
        return this.#readInterface(bytes, cursor, length, block);
      case Block.STATISTICS_BLOCK:
        return this.#readStatistics(bytes, cursor, length);
      default:
        return this.#readSectionHeader(bytes, cursor);
    }
  }

  /** Enhanced and obsolete Packet Blocks differ in how they say the interface, nothing else. */
  #readPacket(
    interfaceId: number,
    bytes: Uint8Array,
    cursor: number,
    length: number,
    block: PacketBlock,
  ): boolean {
    if (interfaceId >= this.#interfaces.length) return this.#refuseInterface(interfaceId);
    const origin = this.#interfaces[interfaceId];
    const captured = this.#uint32(bytes, cursor + Block.CAPTURED_LENGTH_OFFSET);
    const room = length - Block.PACKET_BLOCK_LENGTH;
    if (captured > room || captured > MAX_CAPTURED_LENGTH) return this.#refuseCaptured(captured, room);
    const row = block.count++;
    origin.clock.store(
      this.#uint32(bytes, cursor + Block.TIME_HIGH_OFFSET),
      this.#uint32(bytes, cursor + Block.TIME_LOW_OFFSET),
      block,
      row,
    );
    block.offsets[row] = cursor + Block.PACKET_OFFSET;
    block.capturedLengths[row] = captured;
    block.originalLengths[row] = this.#uint32(bytes, cursor + Block.ORIGINAL_LENGTH_OFFSET);
    block.interfaceIds[row] = origin.id;
    origin.described.packets++;
    return true;
  }

  #readObsoletePacket(bytes: Uint8Array, cursor: number, length: number, block: PacketBlock): boolean {
    const interfaceId = this.#uint16(bytes, cursor + Block.INTERFACE_ID_OFFSET);
    if (!this.#readPacket(interfaceId, bytes, cursor, length, block)) return false;
    const drops = this.#uint16(bytes, cursor + Block.DROPS_OFFSET);
    const origin = this.#interfaces[interfaceId];
    if (drops !== Block.DROPS_UNKNOWN && !origin.hasStatistics) {
      origin.described.dropped = (origin.described.dropped ?? 0) + drops;
    }
    return true;
  }

  /** It has no captured length of its own: that follows from the others. It belongs to the section's first interface. */
  #readSimplePacket(bytes: Uint8Array, cursor: number, length: number, block: PacketBlock): boolean {
    if (this.#interfaces.length === 0) return this.#refuseInterface(0);
    const origin = this.#interfaces[0];
    const original = this.#uint32(bytes, cursor + Block.SIMPLE_ORIGINAL_LENGTH_OFFSET);
    const room = length - Block.SIMPLE_PACKET_BLOCK_LENGTH;
    const captured = Math.min(original, room, origin.snaplen === 0 ? room : origin.snaplen);
    if (captured > MAX_CAPTURED_LENGTH) return this.#refuseCaptured(captured, room);
    const row = block.count++;
    block.seconds[row] = NO_TIME;
    block.nanoseconds[row] = NO_TIME;
    block.offsets[row] = cursor + Block.SIMPLE_PACKET_OFFSET;
    block.capturedLengths[row] = captured;
    block.originalLengths[row] = original;
    block.interfaceIds[row] = origin.id;
    origin.described.packets++;
    return true;
  }

  #readInterface(bytes: Uint8Array, cursor: number, length: number, block: PacketBlock): boolean {
    if (block.interfaces.length >= MAX_INTERFACES) {
      this.#refuse("too_many_interfaces", `more than ${MAX_INTERFACES} interfaces`);
      return false;
    }
    const visible = Math.min(length, MAX_RECORD_LENGTH);
    const read = readInterface(bytes, cursor, visible, this.#littleEndian, block.interfaces.length);
    if (typeof read === "number") {
      this.#refuse("bad_block", `an option of ${read} bytes runs past the end of its block`);
      return false;
    }
    this.#interfaces.push(read);
    block.interfaces.push(read.described);
    return true;
  }

  /** The counts are cumulative: a later block replaces an earlier one. Of an unknown interface it means nothing. */
  #readStatistics(bytes: Uint8Array, cursor: number, length: number): boolean {
    const interfaceId = this.#uint32(bytes, cursor + Block.INTERFACE_ID_OFFSET);
    if (interfaceId >= this.#interfaces.length) return true;
    const end = cursor + Math.min(length, MAX_RECORD_LENGTH) - Block.BLOCK_TRAILER_LENGTH;
    const dropped = readDropCount(bytes, cursor + Block.STATISTICS_OPTIONS_OFFSET, end, this.#littleEndian);
    if (dropped === null) return true;
    const origin = this.#interfaces[interfaceId];
    origin.described.dropped = dropped;
    origin.hasStatistics = true;
    return true;
  }

  /** Other minor versions are compatible by definition; Wireshark and libpcap stop at another major one, too. */
  #readSectionHeader(bytes: Uint8Array, cursor: number): boolean {
    const major = this.#uint16(bytes, cursor + Block.MAJOR_VERSION_OFFSET);
    if (major !== MAJOR_VERSION) {
      const version = `${major}.${this.#uint16(bytes, cursor + Block.MINOR_VERSION_OFFSET)}`;
      this.#refuse("unsupported_format", `pcapng version ${version}, only 1.x is known`);
      return false;
    }
    this.#hasSection = true;
    this.#interfaces.length = 0;
    return true;
  }

  /** Takes over the byte order of the section that begins at `cursor`. */
  #readByteOrder(bytes: Uint8Array, cursor: number): boolean {
    const magic = cursor + Block.BYTE_ORDER_MAGIC_OFFSET;
    if (readUint32LittleEndian(bytes, magic) === Block.BYTE_ORDER_MAGIC) this.#littleEndian = true;
    else if (readUint32(bytes, magic) === Block.BYTE_ORDER_MAGIC) this.#littleEndian = false;
    else {
      const found = readUint32(bytes, magic).toString(16).padStart(8, "0");
      this.#refuse("bad_block", `Section Header Block with the unknown byte-order magic ${found}`);
      return false;
    }
    return true;
  }

  /** What was skipped ends with its length once more. */
  #endSkipping(bytes: Uint8Array, cursor: number, end: number): number {
    if (end - cursor < Block.BLOCK_TRAILER_LENGTH) return 0;
    const length = this.#skippedLength;
    if (!this.#isTrailer(bytes, cursor + Block.BLOCK_TRAILER_LENGTH, length)) return 0;
    this.#skippedLength = 0;
    return Block.BLOCK_TRAILER_LENGTH;
  }

  /** Whether the block of `length` bytes that ends at `end` says its length there, too; otherwise refuses it. */
  #isTrailer(bytes: Uint8Array, end: number, length: number): boolean {
    const trailing = this.#uint32(bytes, end - Block.BLOCK_TRAILER_LENGTH);
    if (trailing === length || Block.paddedLength(trailing) === length) return true;
    this.#refuse("bad_block_length", `begins by saying it has ${length} bytes and ends with ${trailing}`);
    return false;
  }

  #lengthAt(bytes: Uint8Array, cursor: number): number {
    return Block.paddedLength(this.#uint32(bytes, cursor + Block.BLOCK_LENGTH_OFFSET));
  }

  #uint32(bytes: Uint8Array, offset: number): number {
    return this.#littleEndian ? readUint32LittleEndian(bytes, offset) : readUint32(bytes, offset);
  }

  #uint16(bytes: Uint8Array, offset: number): number {
    return this.#littleEndian ? readUint16LittleEndian(bytes, offset) : readUint16(bytes, offset);
  }

  #refuseInterface(interfaceId: number): false {
    const count = this.#interfaces.length;
    this.#refuse(
      "bad_block",
      `a packet of interface ${interfaceId}, but its section has described ${count === 0 ? "none" : count} so far`,
    );
    return false;
  }

  #refuseCaptured(captured: number, room: number): false {
    const limit = captured > room ? `its block has room for ${room}` : `the limit is ${MAX_CAPTURED_LENGTH}`;
    this.#refuse("bad_record_length", `a packet that says it has ${captured} bytes, ${limit}`);
    return false;
  }

  /** Stops for good. Returns 0, the bytes consumed. */
  #refuse(code: InputErrorCode, text: string): 0 {
    this.error = blockError(this.#source, code, this.#ordinal, this.#blockStart, `: ${text}`);
    return 0;
  }

  #cut(needed: number, left: number): InputError {
    const text = ` needs ${needed} bytes, ${left} left`;
    return blockError(this.#source, "truncated_record", this.#ordinal, this.#blockStart, text);
  }

  /** Of the block that is being read or skipped, from 1. */
  get #ordinal(): number {
    return this.#skippedLength === 0 ? this.#blocks + 1 : this.#blocks;
  }

  get #blockStart(): number {
    const skipped = this.#skippedLength === 0 ? 0 : this.#skippedLength - Block.BLOCK_TRAILER_LENGTH;
    return this.#position - skipped;
  }
}

function blockError(
  source: string,
  code: InputErrorCode,
  record: number,
  offset: number,
  text: string,
): InputError {
  const message = `${source}: pcapng block ${record} at byte ${offset}${text}`;
  return new InputError(code, message, { source, offset, record });
}
