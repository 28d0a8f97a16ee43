/**
 * Timestamp that Arista switches insert after the addresses of a mirrored frame (layout: Wireshark's `packet-arista.c`).
 *
 *    0         2         4
 *   after the type 0xd28b:
 *   | subtype | version | seconds, nanoseconds: 8 bytes, or 6 with 16 bits of seconds | type | payload
 */
import { readUint16 } from "../../net/byte-reads.ts";
import type { DecodedPacket } from "./decoded-packet.ts";
import { followTypeOrLength } from "./ether-type.ts";
import { truncationWeird } from "./layers.ts";
import { Weird } from "./weirds.ts";

const VERSION_OFFSET = 2;
const FIXED_LENGTH = 4;
const TYPE_LENGTH = 2;
const TIMESTAMP = 1;
/** The same clock in UTC has 0x0100 more. */
const LONG_TIME = 0x10;
const SHORT_TIME = 0x20;
const FORM_MASK = 0xff;

/** Decodes a tag, whose type has been read; `bytes` is borrowed. Returns 0 or a weird. */
export function decodeAristaTag(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  if (end - offset < FIXED_LENGTH) return truncationWeird(Weird.TRUNCATED_ETHERNET_TAG, end, out);
  const timeLength = timeLengthOf(readUint16(bytes, offset + VERSION_OFFSET));
  if (readUint16(bytes, offset) !== TIMESTAMP || timeLength === 0) return Weird.BAD_LINK_HEADER;
  const type = offset + FIXED_LENGTH + timeLength;
  if (end - type < TYPE_LENGTH) return truncationWeird(Weird.TRUNCATED_ETHERNET_TAG, end, out);
  return followTypeOrLength(readUint16(bytes, type), type + TYPE_LENGTH, end, out);
}

function timeLengthOf(version: number): number {
  const form = version & FORM_MASK;
  if (form === LONG_TIME) return 8;
  return form === SHORT_TIME ? 6 : 0;
}
