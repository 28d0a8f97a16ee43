/**
 * Tags that Cisco's switches put between the addresses of a frame and its type: Cisco MetaData, which carries the
 * security group (SGT) of the sender (draft-smith-kandula-sxp, 3.1), and the TTag of Nexus, the time of a mirrored frame.
 *
 *    0         1        2                      2 + 4 * length
 *   MetaData, after its type 0x8909:
 *   | version | length | options of 4 bytes   | type | payload
 *   TTag, after its type 0x8988:
 *   | nanoseconds, 48 bits, at 0 to 5 | type, at 6 | payload
 */
import { readUint16 } from "../../net/byte-reads.ts";
import type { DecodedPacket } from "./decoded-packet.ts";
import { followTypeOrLength } from "./ether-type.ts";
import { truncationWeird } from "./layers.ts";
import { Weird } from "./weirds.ts";

const METADATA_LENGTH_OFFSET = 1;
const METADATA_FIXED_LENGTH = 2;
const METADATA_OPTION_LENGTH = 4;
const METADATA_VERSION = 1;
const TIME_LENGTH = 6;
const TYPE_LENGTH = 2;

/** Decodes a MetaData header, whose type has been read; `bytes` is borrowed. Returns 0 or a weird. */
export function decodeCiscoMetadata(
  bytes: Uint8Array,
  offset: number,
  end: number,
  out: DecodedPacket,
): number {
  if (end - offset < METADATA_FIXED_LENGTH) return truncationWeird(Weird.TRUNCATED_ETHERNET_TAG, end, out);
  const options = bytes[offset + METADATA_LENGTH_OFFSET];
  if (bytes[offset] !== METADATA_VERSION || options === 0) return Weird.BAD_LINK_HEADER;
  const type = offset + METADATA_FIXED_LENGTH + options * METADATA_OPTION_LENGTH;
  if (end - type < TYPE_LENGTH) return truncationWeird(Weird.TRUNCATED_ETHERNET_TAG, end, out);
  return followTypeOrLength(readUint16(bytes, type), type + TYPE_LENGTH, end, out);
}

/** Decodes a TTag, whose type has been read; `bytes` is borrowed. Returns 0 or a weird. */
export function decodeCiscoTimestamp(
  bytes: Uint8Array,
  offset: number,
  end: number,
  out: DecodedPacket,
): number {
  const type = offset + TIME_LENGTH;
  if (end - type < TYPE_LENGTH) return truncationWeird(Weird.TRUNCATED_ETHERNET_TAG, end, out);
  return followTypeOrLength(readUint16(bytes, type), type + TYPE_LENGTH, end, out);
}
