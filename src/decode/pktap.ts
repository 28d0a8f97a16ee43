/**
 * PKTAP, Apple's header before every packet of a capture on all interfaces (XNU `bsd/net/pktap.h`,
 * tcpdump.org/linktypes LINKTYPE_PKTAP). Little-endian; the packet stands where the header's own length ends.
 *
 *   v1  0        4      8     12              36
 *      | length | type | DLT | interface name | flags | ...           108 bytes at least, 156 now
 *   v2  0            1         6     8              36
 *      | length (1) | offsets | DLT (2) | ...       | flags | ...     40 bytes at least
 */
import { readUint16LittleEndian, readUint32, readUint32LittleEndian } from "../net/byte-reads.ts";
import type { DecodedPacket } from "./decoded-packet.ts";
import { follow, shortOf } from "./layers.ts";
import { layerOfDlt } from "./link-layer.ts";
import { Weird } from "./weirds.ts";

const TYPE_OFFSET = 4;
const DLT_OFFSET = 8;
const NAME_OFFSET = 12;
const NAME_LENGTH = 24;
const FLAGS_OFFSET = 36;
const FLAGS_END = 40;
const MIN_LENGTH = 108;
/** Generous: a header under the private number that says more is somebody else's. */
const MAX_PLAUSIBLE_LENGTH = 600;
/** Headers are smaller: a larger length was read in the wrong byte order. */
const MAX_LENGTH = 0xffff;
const Type = { NONE: 0, PACKET: 1, DROPPED: 2 } as const;
const VERSION_2 = 0x80000;
const V2_MIN_LENGTH = 40;
const V2_FIRST_PIECE_OFFSET = 1;
const V2_PIECES = 5;
const V2_DLT_OFFSET = 6;

/** Decodes the header at `offset`; `bytes` is borrowed. Returns 0 or a weird. */
export function decodePktap(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  if (end - offset < FLAGS_END) return shortOf(Weird.TRUNCATED_PKTAP_HEADER, end, out);
  if (isVersion2(bytes, offset)) {
    const dlt = readUint16LittleEndian(bytes, offset + V2_DLT_OFFSET);
    return followPacket(dlt, bytes[offset], V2_MIN_LENGTH, offset, end, out);
  }
  let read = readUint32LittleEndian;
  // No known writer is big-endian; the registry leaves it open.
  if (read(bytes, offset) > MAX_LENGTH) read = readUint32;
  const type = read(bytes, offset + TYPE_OFFSET);
  if (type > Type.DROPPED) return Weird.BAD_PKTAP_HEADER;
  if (type !== Type.PACKET) return Weird.PKTAP_WITHOUT_PACKET;
  return followPacket(read(bytes, offset + DLT_OFFSET), read(bytes, offset), MIN_LENGTH, offset, end, out);
}

/** Link type 149: Apple's kernel and libpcap write it for PKTAP, and whoever likes for something of their own. */
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

function followPacket(
  dlt: number,
  length: number,
  minLength: number,
  offset: number,
  end: number,
  out: DecodedPacket,
): number {
  if (length < minLength || length > MAX_LENGTH) return Weird.BAD_PKTAP_HEADER;
  if (end - offset < length) return shortOf(Weird.TRUNCATED_PKTAP_HEADER, end, out);
  const layer = layerOfDlt(dlt);
  return layer < 0 ? Weird.UNSUPPORTED_LINK_TYPE : follow(layer, offset + length, end, out);
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

/** Printable ASCII, at least one character, with a NUL behind it. */
function isName(bytes: Uint8Array, offset: number): boolean {
  for (let i = 0; i < NAME_LENGTH; i++) {
    const character = bytes[offset + i];
    if (character === 0) return i > 0;
    if (character < 0x20 || character > 0x7e) return false;
  }
  return false;
}

/** The optional pieces stand between the fixed part and the header's end, or (0) are absent. */
function isPlausibleVersion2(bytes: Uint8Array, offset: number, end: number): boolean {
  const length = bytes[offset];
  if (length < V2_MIN_LENGTH || length > end - offset) return false;
  for (let i = V2_FIRST_PIECE_OFFSET; i <= V2_PIECES; i++) {
    const piece = bytes[offset + i];
    if (piece !== 0 && (piece < V2_MIN_LENGTH || piece >= length)) return false;
  }
  return true;
}
