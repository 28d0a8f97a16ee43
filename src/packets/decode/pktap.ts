/**
 * PKTAP, Apple's header before every packet of a capture on all interfaces (XNU `bsd/net/pktap.h`,
 * tcpdump.org/linktypes LINKTYPE_PKTAP). Little-endian; the packet begins after the header's own length.
 *
 *   v1  0        4      8     12              36            52    56        76              84    88
 *      | length | type | DLT | interface name | flags | ... | pid | command | class | ... | pid | command | ...
 *        108 bytes at least, 156 now; the second process is the effective one, on whose behalf the first acts
 *   v2  0            1         6     8     20      28    32    36
 *      | length (1) | offsets | DLT (2) | ... | class | ... | pid | pid | flags | pieces at those offsets
 *        40 bytes at least; the fourth and fifth offset lead to the commands of the process and the effective one
 */
import { readUint16LittleEndian, readUint32, readUint32LittleEndian } from "../../net/byte-reads.ts";
import type { DecodedPacket } from "./decoded-packet.ts";
import { follow, truncationWeird } from "./layers.ts";
import { layerOfDlt } from "./link-layer.ts";
import { Weird } from "./weirds.ts";

const TYPE_OFFSET = 4;
const DLT_OFFSET = 8;
const NAME_OFFSET = 12;
const NAME_LENGTH = 24;
const FLAGS_OFFSET = 36;
const FLAGS_END = 40;
const PID_OFFSET = 52;
const COMMAND_OFFSET = 56;
const SERVICE_CLASS_OFFSET = 76;
const EFFECTIVE_PID_OFFSET = 84;
const EFFECTIVE_COMMAND_OFFSET = 88;
/** MAXCOMLEN of Darwin; a NUL follows it or is its last character: names have 15 or 16 characters. */
const MAX_COMMAND_LENGTH = 16;
/** No process; for the effective one: same as the process. */
const NO_PID = 0xffff_ffff;
const MIN_LENGTH = 108;
/** Generous: a longer header under the private number belongs to another protocol. */
const MAX_PLAUSIBLE_LENGTH = 600;
/** Exceeds every header: larger lengths were read in the wrong byte order. */
const MAX_LENGTH = 0xffff;
const Type = { NONE: 0, PACKET: 1, DROPPED: 2 } as const;
/** Flag bits: in (1) and out (2); the comments in Apple's header swap them, its code does not. */
const DIRECTION_MASK = 3;
const VERSION_2 = 0x80000;
const V2_MIN_LENGTH = 40;
const V2_FIRST_PIECE_OFFSET = 1;
const V2_PIECES = 5;
const V2_COMMAND_PIECE_OFFSET = 4;
const V2_EFFECTIVE_COMMAND_PIECE_OFFSET = 5;
const V2_DLT_OFFSET = 6;
const V2_SERVICE_CLASS_OFFSET = 20;
const V2_PID_OFFSET = 28;
const V2_EFFECTIVE_PID_OFFSET = 32;

/** Decodes the header at `offset`; `bytes` is borrowed. Returns 0 or a weird. */
export function decodePktap(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  if (end - offset < FLAGS_END) return truncationWeird(Weird.TRUNCATED_PKTAP_HEADER, end, out);
  if (isVersion2(bytes, offset)) return decodeVersion2(bytes, offset, end, out);
  let read = readUint32LittleEndian;
  // No known writer is big-endian, but the registry leaves the order open.
  if (read(bytes, offset) > MAX_LENGTH) read = readUint32;
  const type = read(bytes, offset + TYPE_OFFSET);
  if (type > Type.DROPPED) return Weird.BAD_PKTAP_HEADER;
  if (type !== Type.PACKET) return Weird.PKTAP_WITHOUT_PACKET;
  const length = read(bytes, offset);
  if (length < MIN_LENGTH || length > MAX_LENGTH) return Weird.BAD_PKTAP_HEADER;
  if (end - offset < length) return truncationWeird(Weird.TRUNCATED_PKTAP_HEADER, end, out);
  const headerEnd = offset + length;
  out.direction = directionOf(read(bytes, offset + FLAGS_OFFSET));
  out.serviceClass = read(bytes, offset + SERVICE_CLASS_OFFSET);
  nameProcess(bytes, offset + EFFECTIVE_PID_OFFSET, offset + EFFECTIVE_COMMAND_OFFSET, headerEnd, out);
  if (out.processLength === 0) {
    nameProcess(bytes, offset + PID_OFFSET, offset + COMMAND_OFFSET, headerEnd, out);
  }
  return followPacket(read(bytes, offset + DLT_OFFSET), headerEnd, end, out);
}

function decodeVersion2(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  const length = bytes[offset];
  if (length < V2_MIN_LENGTH) return Weird.BAD_PKTAP_HEADER;
  if (end - offset < length) return truncationWeird(Weird.TRUNCATED_PKTAP_HEADER, end, out);
  const headerEnd = offset + length;
  out.direction = directionOf(readUint32LittleEndian(bytes, offset + FLAGS_OFFSET));
  out.serviceClass = readUint32LittleEndian(bytes, offset + V2_SERVICE_CLASS_OFFSET);
  const command = bytes[offset + V2_COMMAND_PIECE_OFFSET];
  const effective = bytes[offset + V2_EFFECTIVE_COMMAND_PIECE_OFFSET];
  if (effective >= V2_MIN_LENGTH) {
    nameProcess(bytes, offset + V2_EFFECTIVE_PID_OFFSET, offset + effective, headerEnd, out);
  }
  if (command >= V2_MIN_LENGTH && out.processLength === 0) {
    nameProcess(bytes, offset + V2_PID_OFFSET, offset + command, headerEnd, out);
  }
  return followPacket(readUint16LittleEndian(bytes, offset + V2_DLT_OFFSET), headerEnd, end, out);
}

/** Link type 149: used by Apple's kernel and libpcap for PKTAP, and by others for private formats. */
export function decodePktapOrPrivate(
  bytes: Uint8Array,
  offset: number,
  end: number,
  out: DecodedPacket,
): number {
  if (end - offset >= FLAGS_END) {
    const isPktap = isVersion2(bytes, offset)
      ? isPlausibleVersion2(bytes, offset, end)
      : isPlausible(bytes, offset, end);
    if (isPktap) return decodePktap(bytes, offset, end, out);
  }
  return Weird.UNSUPPORTED_LINK_TYPE;
}

/**
 * Takes the command at `nameOffset` as the name of the packet's process, if the process id is valid and the name is not
 * empty.
 */
function nameProcess(
  bytes: Uint8Array,
  pidOffset: number,
  nameOffset: number,
  headerEnd: number,
  out: DecodedPacket,
): void {
  // -1 is the same in both byte orders.
  if (readUint32(bytes, pidOffset) === NO_PID) return;
  const nameEnd = Math.min(nameOffset + MAX_COMMAND_LENGTH, headerEnd);
  let cursor = nameOffset;
  while (cursor < nameEnd && bytes[cursor] !== 0) cursor++;
  if (cursor === nameOffset) return;
  out.processOffset = nameOffset;
  out.processLength = cursor - nameOffset;
}

/** A packet marked with both directions has none. */
function directionOf(flags: number): number {
  return (flags & DIRECTION_MASK) === DIRECTION_MASK ? 0 : flags & DIRECTION_MASK;
}

function followPacket(dlt: number, offset: number, end: number, out: DecodedPacket): number {
  const layer = layerOfDlt(dlt);
  return layer < 0 ? Weird.UNSUPPORTED_LINK_TYPE : follow(layer, offset, end, out);
}

function isVersion2(bytes: Uint8Array, offset: number): boolean {
  return (readUint32LittleEndian(bytes, offset + FLAGS_OFFSET) & VERSION_2) !== 0;
}

function isPlausible(bytes: Uint8Array, offset: number, end: number): boolean {
  const length = readUint32LittleEndian(bytes, offset);
  if (length < MIN_LENGTH || length > MAX_PLAUSIBLE_LENGTH || length > end - offset) return false;
  if (readUint32LittleEndian(bytes, offset + TYPE_OFFSET) > Type.DROPPED) return false;
  return isName(bytes, offset + NAME_OFFSET);
}

/** Whether there is printable ASCII, at least one character, terminated by a NUL. */
function isName(bytes: Uint8Array, offset: number): boolean {
  for (let i = 0; i < NAME_LENGTH; i++) {
    const character = bytes[offset + i];
    if (character === 0) return i > 0;
    if (character < 0x20 || character > 0x7e) return false;
  }
  return false;
}

/** The optional pieces must lie between the fixed part and the header's end, or be absent (0). */
function isPlausibleVersion2(bytes: Uint8Array, offset: number, end: number): boolean {
  const length = bytes[offset];
  if (length < V2_MIN_LENGTH || length > end - offset) return false;
  for (let i = V2_FIRST_PIECE_OFFSET; i <= V2_PIECES; i++) {
    const piece = bytes[offset + i];
    if (piece !== 0 && (piece < V2_MIN_LENGTH || piece >= length)) return false;
  }
  return true;
}
