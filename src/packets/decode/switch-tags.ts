/**
 * Ethernet between a switch chip and its processor, with the chip's own tag (tcpdump.org/linktypes,
 * LINKTYPE_DSA_TAG_DSA and _EDSA of Marvell, LINKTYPE_DSA_TAG_BRCM and _BRCM_PREPEND of Broadcom).
 *
 *              0             6        12               16             20
 *   DSA, BRCM | destination | source | tag            | type, payload
 *   EDSA      | destination | source | type, 0, 0     | tag          | type, payload
 *   prepended, at 0: | tag | Ethernet, at 4
 */
import { readUint16 } from "../../net/byte-reads.ts";
import type { DecodedPacket } from "./decoded-packet.ts";
import { followTypeOrLength } from "./ether-type.ts";
import { isBroadcast } from "./ethernet.ts";
import { follow, Layer, truncationWeird } from "./layers.ts";
import { Weird } from "./weirds.ts";

const ADDRESSES_LENGTH = 12;
const TAG_LENGTH = 4;
const LONG_TAG_LENGTH = 8;
const TYPE_LENGTH = 2;

/** Decodes a frame with 4 bytes of tag after its addresses; `bytes` is borrowed. Returns 0 or a weird. */
export function decodeSwitchTag(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  return decodeTagged(TAG_LENGTH, bytes, offset, end, out);
}

/** Decodes a frame with 8 bytes of tag after its addresses; `bytes` is borrowed. Returns 0 or a weird. */
export function decodeLongSwitchTag(
  bytes: Uint8Array,
  offset: number,
  end: number,
  out: DecodedPacket,
): number {
  return decodeTagged(LONG_TAG_LENGTH, bytes, offset, end, out);
}

/** Decodes a frame with 4 bytes of tag before it; `bytes` is borrowed. Returns 0 or a weird. */
export function decodeSwitchTagBefore(
  _bytes: Uint8Array,
  offset: number,
  end: number,
  out: DecodedPacket,
): number {
  if (end - offset < TAG_LENGTH) return truncationWeird(Weird.TRUNCATED_ETHERNET_TAG, end, out);
  return follow(Layer.ETHERNET, offset + TAG_LENGTH, end, out);
}

function decodeTagged(
  tagLength: number,
  bytes: Uint8Array,
  offset: number,
  end: number,
  out: DecodedPacket,
): number {
  const type = offset + ADDRESSES_LENGTH + tagLength;
  if (end - type < TYPE_LENGTH) return truncationWeird(Weird.TRUNCATED_ETHERNET_TAG, end, out);
  if (isBroadcast(bytes, offset)) out.linkBroadcast = 1;
  return followTypeOrLength(readUint16(bytes, type), type + TYPE_LENGTH, end, out);
}
