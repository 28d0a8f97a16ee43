/**
 * Reads the blocks of a pcapng that contain a packet: Enhanced, Simple and obsolete Packet Block (layouts in
 * `pcapng-blocks.ts`). All `bytes` are borrowed; the rows of the packet block refer to them.
 */
import { NO_TIME } from "../../net/moment.ts";
import { BLOCK_CAPACITY, type PacketBlock } from "../packet-block.ts";
import { readMark } from "./packet-options.ts";
import * as Block from "./pcapng-blocks.ts";
import type { PcapngSection, Refusal, SectionInterface } from "./pcapng-section.ts";
import { isPlausibleLength, MAX_CAPTURED_LENGTH, MAX_RECORD_LENGTH } from "./record-parser.ts";

/** Minimum length of an Enhanced Packet Block with a non-empty option, without its packet and padding. */
const LENGTH_WITH_OPTION = Block.PACKET_BLOCK_LENGTH + 8;

/**
 * Reads consecutive Enhanced Packet Blocks from `offset`: most of any file. Stops before anything incomplete or
 * invalid, which `readPacketBlock` diagnoses. Returns the bytes consumed.
 */
export function readPacketBlocks(
  bytes: Uint8Array,
  offset: number,
  end: number,
  section: PcapngSection,
  block: PacketBlock,
): number {
  const { littleEndian, interfaces } = section;
  const interfaceCount = interfaces.length;
  // One view for up to 1024 records: its reads were 1.4 to 3 times as fast as composing bytes (Node 20).
  const view = new DataView(bytes.buffer, bytes.byteOffset, end);
  let row = block.count;
  let cursor = offset;
  while (row < BLOCK_CAPACITY && end - cursor >= Block.PACKET_BLOCK_LENGTH) {
    if (view.getUint32(cursor, littleEndian) !== Block.ENHANCED_PACKET_BLOCK) break;
    const length = view.getUint32(cursor + Block.BLOCK_LENGTH_OFFSET, littleEndian);
    const interfaceId = view.getUint32(cursor + Block.INTERFACE_ID_OFFSET, littleEndian);
    const captured = view.getUint32(cursor + Block.CAPTURED_LENGTH_OFFSET, littleEndian);
    if (length > end - cursor || (length & 3) !== 0 || interfaceId >= interfaceCount) break;
    if (captured > length - Block.PACKET_BLOCK_LENGTH || captured > MAX_CAPTURED_LENGTH) break;
    if (view.getUint32(cursor + length - Block.BLOCK_TRAILER_LENGTH, littleEndian) !== length) break;
    const origin = interfaces[interfaceId];
    origin.clock.store(
      view.getUint32(cursor + Block.TIME_HIGH_OFFSET, littleEndian),
      view.getUint32(cursor + Block.TIME_LOW_OFFSET, littleEndian),
      block,
      row,
    );
    const original = view.getUint32(cursor + Block.ORIGINAL_LENGTH_OFFSET, littleEndian);
    if (!isPlausibleLength(captured, original)) block.implausibleLengths++;
    block.offsets[row] = cursor + Block.PACKET_OFFSET;
    block.capturedLengths[row] = captured;
    block.originalLengths[row] = original;
    block.interfaceIds[row] = origin.id;
    // Most packets have no space for options: they only pay for this comparison.
    block.hostMarks[row] =
      length - captured < LENGTH_WITH_OPTION
        ? 0
        : readMark(
            bytes,
            cursor + Block.PACKET_OFFSET + Block.paddedLength(captured),
            cursor + length - Block.BLOCK_TRAILER_LENGTH,
            section,
            block,
          );
    origin.described.packets++;
    cursor += length;
    row++;
  }
  block.count = row;
  return cursor - offset;
}

/**
 * Reads one Enhanced, Simple or obsolete Packet Block of `length` bytes, of which all or at least `MAX_RECORD_LENGTH`
 * are present, into the next row.
 */
export function readPacketBlock(
  type: number,
  bytes: Uint8Array,
  offset: number,
  length: number,
  section: PcapngSection,
  block: PacketBlock,
): Refusal | null {
  const interfaceId = interfaceIdOf(type, bytes, offset, section);
  if (interfaceId >= section.interfaces.length) {
    const count = section.interfaces.length === 0 ? "none" : section.interfaces.length;
    const text = `a packet of interface ${interfaceId}, but its section has described ${count} so far`;
    return { code: "bad_block", text };
  }
  const origin = section.interfaces[interfaceId];
  const isSimple = type === Block.SIMPLE_PACKET_BLOCK;
  const originalOffset = isSimple ? Block.SIMPLE_ORIGINAL_LENGTH_OFFSET : Block.ORIGINAL_LENGTH_OFFSET;
  const original = section.uint32(bytes, offset + originalOffset);
  const space = length - (isSimple ? Block.SIMPLE_PACKET_BLOCK_LENGTH : Block.PACKET_BLOCK_LENGTH);
  const captured = isSimple
    ? Math.min(original, space, origin.snaplen === 0 ? space : origin.snaplen)
    : section.uint32(bytes, offset + Block.CAPTURED_LENGTH_OFFSET);
  if (captured > space || captured > MAX_CAPTURED_LENGTH) {
    const limit =
      captured > space ? `its block has room for ${space}` : `the limit is ${MAX_CAPTURED_LENGTH}`;
    const text = `a packet that says it has ${captured} bytes, ${limit}`;
    return { code: "bad_record_length", text };
  }
  if (!isPlausibleLength(captured, original)) block.implausibleLengths++;
  const row = block.count++;
  if (isSimple) {
    block.seconds[row] = NO_TIME;
    block.nanoseconds[row] = NO_TIME;
  } else {
    const high = section.uint32(bytes, offset + Block.TIME_HIGH_OFFSET);
    origin.clock.store(high, section.uint32(bytes, offset + Block.TIME_LOW_OFFSET), block, row);
  }
  block.offsets[row] = offset + (isSimple ? Block.SIMPLE_PACKET_OFFSET : Block.PACKET_OFFSET);
  block.capturedLengths[row] = captured;
  block.originalLengths[row] = original;
  block.interfaceIds[row] = origin.id;
  block.hostMarks[row] = 0;
  if (type === Block.ENHANCED_PACKET_BLOCK) {
    // Of an implausibly large block, only the first options are read.
    const end = offset + Math.min(length, MAX_RECORD_LENGTH) - Block.BLOCK_TRAILER_LENGTH;
    const options = block.offsets[row] + Block.paddedLength(captured);
    block.hostMarks[row] = readMark(bytes, options, end, section, block);
  }
  origin.described.packets++;
  if (type === Block.OBSOLETE_PACKET_BLOCK) {
    addDrops(origin, section.uint16(bytes, offset + Block.DROPS_OFFSET));
  }
  return null;
}

/** Returns the interface id. A Simple Packet Block has no field for it: it belongs to the section's first interface. */
function interfaceIdOf(type: number, bytes: Uint8Array, offset: number, section: PcapngSection): number {
  if (type === Block.SIMPLE_PACKET_BLOCK) return 0;
  const field = offset + Block.INTERFACE_ID_OFFSET;
  return type === Block.OBSOLETE_PACKET_BLOCK ? section.uint16(bytes, field) : section.uint32(bytes, field);
}

function addDrops(origin: SectionInterface, drops: number): void {
  if (drops === Block.DROPS_UNKNOWN || origin.hasStatistics) return;
  origin.described.dropped = (origin.described.dropped ?? 0) + drops;
}
