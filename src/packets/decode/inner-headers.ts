/**
 * Checks whether a tunnel's payload looks like the expected header. A UDP port alone proves nothing, so a tunnel found
 * by its port is entered only if these checks pass. Reads up to `end`, changes nothing.
 */
import { readUint16 } from "../../net/byte-reads.ts";
import { EtherType } from "../../net/ether-types.ts";
import { type DecodedPacket, FragmentKind } from "./decoded-packet.ts";

const IPV4_HEADER_LENGTH = 20;
const IPV4_TOTAL_LENGTH_OFFSET = 2;
const IPV6_HEADER_LENGTH = 40;
const IPV6_PAYLOAD_LENGTH_OFFSET = 4;
const ETHERNET_TYPE_OFFSET = 12;
const ETHERNET_HEADER_LENGTH = 14;
const VLAN_TYPE_OFFSET = 2;
const VLAN_TAG_LENGTH = 4;
const MAX_VLAN_TAGS = 3;
const MPLS_LABEL_LENGTH = 4;
const MPLS_BOTTOM_OFFSET = 2;
const MPLS_BOTTOM_OF_STACK = 0x01;
const MAX_MPLS_LABELS = 16;
const PPP_FRAMING = 0xff03;
const PPP_FRAMING_LENGTH = 2;
const PPP_IPV4 = 0x21;
const PPP_IPV6 = 0x57;

/**
 * IPv4 or IPv6 with a consistent length: trailers may follow, and less may be present where the capture or a fragment
 * ends.
 */
export function looksLikeIp(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): boolean {
  if (end <= offset) return false;
  const version = bytes[offset] >> 4;
  if (version === 4) return looksLikeIpv4(bytes, offset, end, out);
  return version === 6 && looksLikeIpv6(bytes, offset, end, out);
}

/**
 * IPv4 with a consistent length, or a valid checksum: mirroring may truncate a packet without changing its length
 * field.
 */
function looksLikeIpv4(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): boolean {
  const headerLength = (bytes[offset] & 0x0f) << 2;
  if (headerLength < IPV4_HEADER_LENGTH || end - offset < headerLength) return false;
  const length = readUint16(bytes, offset + IPV4_TOTAL_LENGTH_OFFSET);
  // 0: segmentation offload, as in `ipv4.ts`.
  if (length !== 0 && length < headerLength) return false;
  if (length <= end - offset || mayBeTruncated(end, out)) return true;
  let sum = 0;
  for (let at = offset; at < offset + headerLength; at += 2) sum += readUint16(bytes, at);
  return ((sum & 0xffff) + (sum >> 16)) % 0xffff === 0;
}

/** IPv6 with a consistent length. */
export function looksLikeIpv6(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): boolean {
  if (end - offset < IPV6_HEADER_LENGTH || bytes[offset] >> 4 !== 6) return false;
  const length = IPV6_HEADER_LENGTH + readUint16(bytes, offset + IPV6_PAYLOAD_LENGTH_OFFSET);
  return length <= end - offset || mayBeTruncated(end, out);
}

function mayBeTruncated(end: number, out: DecodedPacket): boolean {
  return out.fragment === FragmentKind.FIRST || (out.truncatedBySnaplen !== 0 && end === out.capturedEnd);
}

/** Ethernet, tagged or not, whose type is MPLS, or IP and matches the version that follows. */
export function looksLikeEthernet(bytes: Uint8Array, offset: number, end: number): boolean {
  if (end - offset <= ETHERNET_HEADER_LENGTH) return false;
  let type = readUint16(bytes, offset + ETHERNET_TYPE_OFFSET);
  let payload = offset + ETHERNET_HEADER_LENGTH;
  for (let i = 0; i < MAX_VLAN_TAGS && isVlan(type); i++) {
    if (end - payload <= VLAN_TAG_LENGTH) return false;
    type = readUint16(bytes, payload + VLAN_TYPE_OFFSET);
    payload += VLAN_TAG_LENGTH;
  }
  if (type === EtherType.IPV4) return bytes[payload] >> 4 === 4 && (bytes[payload] & 0x0f) >= 5;
  if (type === EtherType.IPV6) return bytes[payload] >> 4 === 6;
  return type === EtherType.MPLS_UNICAST;
}

function isVlan(type: number): boolean {
  return type === EtherType.VLAN || type === EtherType.QINQ || type === EtherType.QINQ_OLD;
}

/** A label stack followed by IP. */
export function looksLikeMpls(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): boolean {
  for (let i = 0; i < MAX_MPLS_LABELS && end - offset > MPLS_LABEL_LENGTH; i++) {
    const isBottom = (bytes[offset + MPLS_BOTTOM_OFFSET] & MPLS_BOTTOM_OF_STACK) !== 0;
    offset += MPLS_LABEL_LENGTH;
    if (isBottom) return looksLikeIp(bytes, offset, end, out);
  }
  return false;
}

/** PPP, with or without framing, whose protocol is IP. */
export function looksLikePpp(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): boolean {
  if (end - offset < PPP_FRAMING_LENGTH) return false;
  if (readUint16(bytes, offset) === PPP_FRAMING) offset += PPP_FRAMING_LENGTH;
  // First byte of an uncompressed protocol field.
  if (end > offset && bytes[offset] === 0) offset += 1;
  if (end - offset < 2) return false;
  const protocol = bytes[offset];
  const version = bytes[offset + 1] >> 4;
  const isIp = (protocol === PPP_IPV4 && version === 4) || (protocol === PPP_IPV6 && version === 6);
  return isIp && looksLikeIp(bytes, offset + 1, end, out);
}
