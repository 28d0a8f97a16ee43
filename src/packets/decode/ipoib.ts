/**
 * IP over InfiniBand (tcpdump.org/linktypes, LINKTYPE_IPOIB; RFC 4391, 6).
 *
 *    0                      40          42         44
 *   | global route header  | EtherType | reserved | payload
 */
import { readUint16 } from "../../net/byte-reads.ts";
import type { DecodedPacket } from "./decoded-packet.ts";
import { followEtherType } from "./ether-type.ts";
import { truncationWeird } from "./layers.ts";
import { Weird } from "./weirds.ts";

const TYPE_OFFSET = 40;
const HEADER_LENGTH = 44;

/** Decodes the header at `offset`; `bytes` is borrowed. Returns 0 or a weird. */
export function decodeIpoib(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  if (end - offset < HEADER_LENGTH) return truncationWeird(Weird.TRUNCATED_IPOIB_HEADER, end, out);
  return followEtherType(readUint16(bytes, offset + TYPE_OFFSET), offset + HEADER_LENGTH, end, out);
}
