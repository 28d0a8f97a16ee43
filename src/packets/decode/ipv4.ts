/**
 * IPv4 (RFC 791, 3.1).
 *
 *    0        1        2               4               6               8      9        10      12       16
 *   |ver ihl | tos    | total length  | id            |flags fragment | ttl  |protocol| sum   | source | destination
 */
import { readUint16 } from "../../net/byte-reads.ts";
import { type DecodedPacket, FragmentKind } from "./decoded-packet.ts";
import { followIpProtocol, mayCarryPorts, weirdOfIpProtocol } from "./ip-protocol.ts";
import { forgetLinkAddresses, truncationWeird } from "./layers.ts";
import { Weird } from "./weirds.ts";

const TOTAL_LENGTH_OFFSET = 2;
const ID_OFFSET = 4;
const FRAGMENT_OFFSET = 6;
const PROTOCOL_OFFSET = 9;
const SOURCE_OFFSET = 12;
const DESTINATION_OFFSET = 16;
const MIN_HEADER_LENGTH = 20;
const MORE_FRAGMENTS = 0x2000;
const FRAGMENT_OFFSET_MASK = 0x1fff;

/** Decodes the header at `offset`; `bytes` is borrowed. Returns 0 or a weird. */
export function decodeIpv4(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  if (end - offset < MIN_HEADER_LENGTH) return truncationWeird(Weird.TRUNCATED_IPV4_HEADER, end, out);
  const versionAndLength = bytes[offset];
  if (versionAndLength >> 4 !== 4) return Weird.BAD_IP_VERSION;
  const headerLength = (versionAndLength & 0x0f) << 2;
  if (headerLength < MIN_HEADER_LENGTH) return Weird.BAD_IPV4_HEADER_LENGTH;
  const totalLength = readUint16(bytes, offset + TOTAL_LENGTH_OFFSET);
  // 0: segmentation offload; captured on the sender before the card fills the length in. The end of the capture
  // applies.
  if (totalLength !== 0) {
    if (totalLength < headerLength) return Weird.BAD_IPV4_TOTAL_LENGTH;
    if (offset + totalLength < end) end = offset + totalLength;
  }
  if (end - offset < headerLength) return truncationWeird(Weird.TRUNCATED_IPV4_HEADER, end, out);
  if (out.ipVersion !== 0) forgetLinkAddresses(out);
  out.ipVersion = 4;
  out.sourceOffset = offset + SOURCE_OFFSET;
  out.destinationOffset = offset + DESTINATION_OFFSET;
  const protocol = bytes[offset + PROTOCOL_OFFSET];
  const fragment = readUint16(bytes, offset + FRAGMENT_OFFSET) & (MORE_FRAGMENTS | FRAGMENT_OFFSET_MASK);
  if (fragment !== 0) {
    const weird = decodeFragment(fragment, protocol, bytes, offset, out);
    if (weird !== 0) return weird;
  }
  return followIpProtocol(protocol, offset + headerLength, end, out);
}

/**
 * Stores the key that joins the fragments of a packet. Returns 0 for the first one, which is decoded further, and a
 * weird for later ones.
 */
function decodeFragment(
  fragment: number,
  protocol: number,
  bytes: Uint8Array,
  offset: number,
  out: DecodedPacket,
): number {
  out.fragmentIpVersion = 4;
  out.fragmentSourceOffset = offset + SOURCE_OFFSET;
  out.fragmentDestinationOffset = offset + DESTINATION_OFFSET;
  out.fragmentId = readUint16(bytes, offset + ID_OFFSET);
  out.fragmentProtocol = protocol;
  if ((fragment & FRAGMENT_OFFSET_MASK) === 0) {
    out.fragment = FragmentKind.FIRST;
    return 0;
  }
  out.fragment = FragmentKind.LATER;
  out.protocol = protocol;
  return mayCarryPorts(protocol) ? Weird.FRAGMENT_WITHOUT_FIRST : weirdOfIpProtocol(protocol);
}
