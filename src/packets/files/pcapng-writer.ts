/**
 * Encodes pcapng blocks, little-endian (draft-ietf-opsawg-pcapng, section 4; `pcapng-blocks.ts` has the fields): all
 * that is needed to save a capture with its interfaces, link types, times, processes and drop counts.
 */
import type { ProcessIdentity } from "../captured-process.ts";
import type { CaptureInterface } from "../packet-block.ts";
import * as Block from "./pcapng-blocks.ts";

const VERSION = [1, 0] as const;
/** "Not specified": the section ends with the file. */
const UNKNOWN_SECTION_LENGTH = 0xffffffff;

/** Options: of any block, of an interface, of statistics. */
const END_OF_OPTIONS = 0;
const COMMENT_OPTION = 1;
const USER_APPLICATION_OPTION = 4;
const INTERFACE_NAME_OPTION = 2;
const TIME_RESOLUTION_OPTION = 9;
const FCS_LENGTH_OPTION = 13;
const SYSTEM_DROPS_OPTION = 7;
const PROCESS_NAME_OPTION = 2;
const PROCESS_UUID_OPTION = 4;
const UNKNOWN_PID = 0xffffffff;

const OPTION_HEADER_LENGTH = 4;
/** An option's length has 16 bits. */
const MAX_COMMENT_LENGTH = 0xffff;
const WORD = 2 ** 32;
const HALF_WORD = 2 ** 16;

interface Option {
  readonly code: number;
  readonly value: Uint8Array;
}

/** Encodes a Section Header Block, which begins a file written by `application`. Owned by the caller. */
export function encodeSectionHeader(application: string): Uint8Array {
  const body = Buffer.alloc(16);
  body.writeUInt32LE(Block.BYTE_ORDER_MAGIC, 0);
  body.writeUInt16LE(VERSION[0], 4);
  body.writeUInt16LE(VERSION[1], 6);
  body.writeUInt32LE(UNKNOWN_SECTION_LENGTH, 8);
  body.writeUInt32LE(UNKNOWN_SECTION_LENGTH, 12);
  const options = [{ code: USER_APPLICATION_OPTION, value: Buffer.from(application) }];
  return encodeBlock(Block.SECTION_HEADER_BLOCK, body, options);
}

/** Encodes an Interface Description Block; times have the interface's own resolution. Owned by the caller. */
export function encodeInterface(described: CaptureInterface): Uint8Array {
  const { linkType, name, timeDigits, fcsLength } = described;
  const body = Buffer.alloc(8);
  body.writeUInt16LE(linkType, 0);
  // Snaplen 0: none. Truncation shows in the lengths of each packet.
  const options: Option[] = [{ code: TIME_RESOLUTION_OPTION, value: Uint8Array.of(timeDigits) }];
  if (name !== null) options.unshift({ code: INTERFACE_NAME_OPTION, value: Buffer.from(name) });
  if (fcsLength > 0) options.push({ code: FCS_LENGTH_OPTION, value: Uint8Array.of(fcsLength) });
  return encodeBlock(Block.INTERFACE_BLOCK, body, options);
}

/** Encodes an Interface Statistics Block with the capturing system's drop count and no time. Owned by the caller. */
export function encodeStatistics(interfaceId: number, dropped: number): Uint8Array {
  const body = Buffer.alloc(12);
  body.writeUInt32LE(interfaceId, 0);
  const value = Buffer.alloc(8);
  value.writeBigUInt64LE(BigInt(dropped));
  return encodeBlock(Block.STATISTICS_BLOCK, body, [{ code: SYSTEM_DROPS_OPTION, value }]);
}

/**
 * Encodes Apple's Process Information Block. Null: without a process, which only marks options as Apple's. Owned by the
 * caller.
 */
export function encodeProcess(process: ProcessIdentity | null): Uint8Array {
  const body = Buffer.alloc(Block.PROCESS_NUMBER_LENGTH);
  body.writeUInt32LE(process?.pid ?? UNKNOWN_PID);
  if (process === null) return encodeBlock(Block.PROCESS_BLOCK, body, []);
  const options: Option[] = [{ code: PROCESS_NAME_OPTION, value: Buffer.from(process.name) }];
  if (process.uuid !== null)
    options.push({ code: PROCESS_UUID_OPTION, value: Buffer.from(process.uuid, "hex") });
  return encodeBlock(Block.PROCESS_BLOCK, body, options);
}

/** Returns the bytes that `writePacket` needs for this many captured bytes and bytes of options. */
export function packetBlockLength(capturedLength: number, optionsLength: number): number {
  return Block.PACKET_BLOCK_LENGTH + padded(capturedLength) + optionsLength;
}

/**
 * Writes an Enhanced Packet Block to `out` at `at`, which must have space for it; returns its end.
 *
 * @param packet borrowed for the call: `capturedLength` bytes from `offset`
 * @param timeDigits fractional digits of a second, as in the interface's description
 * @param options as encoded in the block; a multiple of 4 bytes, borrowed
 */
export function writePacket(
  out: Buffer,
  at: number,
  interfaceId: number,
  packet: Uint8Array,
  offset: number,
  capturedLength: number,
  originalLength: number,
  seconds: number,
  nanoseconds: number,
  timeDigits: number,
  options: Uint8Array,
): number {
  const length = packetBlockLength(capturedLength, options.length);
  out.writeUInt32LE(Block.ENHANCED_PACKET_BLOCK, at);
  out.writeUInt32LE(length, at + Block.BLOCK_LENGTH_OFFSET);
  out.writeUInt32LE(interfaceId, at + Block.INTERFACE_ID_OFFSET);
  // Seconds in two halves, so that no product exceeds 2^53.
  const perSecond = 10 ** timeDigits;
  const upper = Math.floor(seconds / HALF_WORD) * perSecond;
  const fraction = Math.floor(nanoseconds / 10 ** (9 - timeDigits));
  const lower = (upper % HALF_WORD) * HALF_WORD + (seconds % HALF_WORD) * perSecond + fraction;
  out.writeUInt32LE(Math.floor(upper / HALF_WORD) + Math.floor(lower / WORD), at + Block.TIME_HIGH_OFFSET);
  out.writeUInt32LE(lower % WORD, at + Block.TIME_LOW_OFFSET);
  out.writeUInt32LE(capturedLength, at + Block.CAPTURED_LENGTH_OFFSET);
  out.writeUInt32LE(originalLength, at + Block.ORIGINAL_LENGTH_OFFSET);
  const start = at + Block.PACKET_OFFSET;
  out.set(packet.subarray(offset, offset + capturedLength), start);
  const trailer = at + length - Block.BLOCK_TRAILER_LENGTH;
  out.fill(0, start + capturedLength, trailer);
  if (options.length > 0) out.set(options, trailer - options.length);
  out.writeUInt32LE(length, trailer);
  return at + length;
}

/** Returns the length of the Simple Packet Block of a packet of this length. */
export function simplePacketLength(length: number): number {
  return Block.SIMPLE_PACKET_BLOCK_LENGTH + padded(length);
}

/**
 * Writes a Simple Packet Block to `out` at `at`, which must have space for it; returns its end. It has no time and no
 * options, belongs to the first interface, and its packet (borrowed for the call) is complete: `length` bytes from
 * `offset`.
 */
export function writeSimplePacket(
  out: Buffer,
  at: number,
  packet: Uint8Array,
  offset: number,
  length: number,
): number {
  const blockLength = simplePacketLength(length);
  const trailer = at + blockLength - Block.BLOCK_TRAILER_LENGTH;
  out.writeUInt32LE(Block.SIMPLE_PACKET_BLOCK, at);
  out.writeUInt32LE(blockLength, at + Block.BLOCK_LENGTH_OFFSET);
  out.writeUInt32LE(length, at + Block.SIMPLE_ORIGINAL_LENGTH_OFFSET);
  const start = at + Block.SIMPLE_PACKET_OFFSET;
  out.set(packet.subarray(offset, offset + length), start);
  out.fill(0, start + length, trailer);
  out.writeUInt32LE(blockLength, trailer);
  return at + blockLength;
}

/**
 * Encodes a comment as the first of a packet's options, for `writePacket`. Owned by the caller.
 *
 * @param text truncated to the maximum length of an option
 * @param others options including their end, or none
 */
export function encodeComment(text: string, others: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(Math.min(MAX_COMMENT_LENGTH, Buffer.byteLength(text)));
  // Complete characters only: remaining bytes stay unused.
  const value = bytes.subarray(0, bytes.write(text));
  const ends = others.length === 0 ? OPTION_HEADER_LENGTH : others.length;
  const options = Buffer.alloc(OPTION_HEADER_LENGTH + padded(value.length) + ends);
  writeOption(options, 0, { code: COMMENT_OPTION, value });
  options.set(others, OPTION_HEADER_LENGTH + padded(value.length));
  return options;
}

function encodeBlock(type: number, body: Uint8Array, options: readonly Option[]): Uint8Array {
  const ends = [...options, { code: END_OF_OPTIONS, value: new Uint8Array(0) }];
  const optionsLength = ends.reduce((sum, { value }) => sum + OPTION_HEADER_LENGTH + padded(value.length), 0);
  const length = Block.MIN_BLOCK_LENGTH + body.length + optionsLength;
  const block = Buffer.alloc(length);
  block.writeUInt32LE(type, 0);
  block.writeUInt32LE(length, Block.BLOCK_LENGTH_OFFSET);
  block.set(body, Block.BLOCK_HEADER_LENGTH);
  let at = Block.BLOCK_HEADER_LENGTH + body.length;
  for (const option of ends) at = writeOption(block, at, option);
  block.writeUInt32LE(length, at);
  return block;
}

/** Writes an option into zeroed memory; returns its end. */
function writeOption(out: Buffer, at: number, { code, value }: Option): number {
  out.writeUInt16LE(code, at);
  out.writeUInt16LE(value.length, at + 2);
  out.set(value, at + OPTION_HEADER_LENGTH);
  return at + OPTION_HEADER_LENGTH + padded(value.length);
}

function padded(length: number): number {
  return (length + 3) & ~3;
}
