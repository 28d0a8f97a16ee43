/**
 * Tags that switches put on frames for a port of another device: Cisco's VN-Tag, and IEEE's E-Tag derived from it
 * (802.1BR, 7.5).
 *
 *    0                           4      6                     8
 *   VN-Tag, after its type 0x8926:
 *   | direction, source, target | type | payload
 *   E-Tag, after its type 0x893f:
 *   | priority, ingress | group, E-CID | E-CID extensions   | type, at 6 | payload
 */
import { readUint16 } from "../../net/byte-reads.ts";
import type { DecodedPacket } from "./decoded-packet.ts";
import { followTypeOrLength } from "./ether-type.ts";
import { truncationWeird } from "./layers.ts";
import { Weird } from "./weirds.ts";

const TYPE_LENGTH = 2;
const VN_TAG_TYPE_OFFSET = 4;
const E_TAG_TYPE_OFFSET = 6;

/** Decodes a VN-Tag, whose type has been read; `bytes` is borrowed. Returns 0 or a weird. */
export function decodeVnTag(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  return followTag(VN_TAG_TYPE_OFFSET, bytes, offset, end, out);
}

/** Decodes an E-Tag, whose type has been read; `bytes` is borrowed. Returns 0 or a weird. */
export function decodeETag(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  return followTag(E_TAG_TYPE_OFFSET, bytes, offset, end, out);
}

function followTag(
  typeOffset: number,
  bytes: Uint8Array,
  offset: number,
  end: number,
  out: DecodedPacket,
): number {
  const length = typeOffset + TYPE_LENGTH;
  if (end - offset < length) return truncationWeird(Weird.TRUNCATED_ETHERNET_TAG, end, out);
  return followTypeOrLength(readUint16(bytes, offset + typeOffset), offset + length, end, out);
}
