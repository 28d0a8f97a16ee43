/**
 * Checks whether a tunnel's payload looks like the expected header. A UDP port alone proves nothing, so a tunnel found
 * by its port is entered only if these checks pass. Reads up to `end`, changes nothing.
 */
import { readUint16 } from "../../net/byte-reads.ts";
import { EtherType, MAX_LENGTH_FIELD } from "../../net/ether-types.ts";
import { type DecodedPacket, FragmentKind } from "./decoded-packet.ts";
import { CONTROL_WORD_LENGTH, isLastLabel, LABEL_LENGTH, MAX_LABELS } from "./mpls-labels.ts";

const IPV4_HEADER_LENGTH = 20;
const IPV4_TOTAL_LENGTH_OFFSET = 2;
const IPV6_HEADER_LENGTH = 40;
const IPV6_PAYLOAD_LENGTH_OFFSET = 4;
const ETHERNET_TYPE_OFFSET = 12;
const VLAN_TYPE_OFFSET = 2;
const CISCO_METADATA_VERSION = 1;
const CISCO_METADATA_FIXED_LENGTH = 2;
const CISCO_METADATA_OPTION_LENGTH = 4;
const SERVICE_TAG_LENGTH = 4;
const SNAP = 0xaaaa;
const SNAP_TYPE_OFFSET = 6;
const TYPE_LENGTH = 2;
const MAX_TAGS = 4;
const PPPOE_SESSION = 0x1100;
const PPPOE_HEADER_LENGTH = 6;
const NSH_VERSION_MASK = 0xc000;
const NSH_LENGTH_MASK = 0x003f;
const NSH_MIN_WORDS = 2;
const NSH_WORD_LENGTH = 4;
const NSH_NEXT_OFFSET = 3;
const NSH_LAST_NEXT = 5;
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

/** Ethernet, tagged or not, whose type is IP and matches the version that follows, or is another that may lead to IP. */
export function looksLikeEthernet(bytes: Uint8Array, offset: number, end: number): boolean {
  let typeAt = offset + ETHERNET_TYPE_OFFSET;
  for (let i = 0; i <= MAX_TAGS && end - typeAt > TYPE_LENGTH; i++) {
    const type = readUint16(bytes, typeAt);
    const payload = typeAt + TYPE_LENGTH;
    const next = nextTypeOffset(type, bytes, payload, end);
    if (next < 0) return leadsToIp(type, bytes, payload, end);
    typeAt = next;
  }
  return false;
}

/** Offset of the next type after a tag, an inner frame's addresses or SNAP; -1 if `type` is none of these. */
function nextTypeOffset(type: number, bytes: Uint8Array, payload: number, end: number): number {
  switch (type) {
    case EtherType.VLAN:
    case EtherType.QINQ:
    case EtherType.QINQ_OLD:
      return payload + VLAN_TYPE_OFFSET;
    case EtherType.CISCO_METADATA:
      if (end - payload < CISCO_METADATA_FIXED_LENGTH || bytes[payload] !== CISCO_METADATA_VERSION) return -1;
      return payload + CISCO_METADATA_FIXED_LENGTH + bytes[payload + 1] * CISCO_METADATA_OPTION_LENGTH;
    case EtherType.MAC_IN_MAC:
      return payload + SERVICE_TAG_LENGTH + ETHERNET_TYPE_OFFSET;
    default:
      if (type > MAX_LENGTH_FIELD || end - payload < TYPE_LENGTH) return -1;
      return readUint16(bytes, payload) === SNAP ? payload + SNAP_TYPE_OFFSET : -1;
  }
}

/** Whether the payload of an EtherType has a valid beginning. `payload` is before `end`. */
function leadsToIp(type: number, bytes: Uint8Array, payload: number, end: number): boolean {
  switch (type) {
    case EtherType.IPV4:
      return bytes[payload] >> 4 === 4 && (bytes[payload] & 0x0f) >= 5;
    case EtherType.IPV6:
      return bytes[payload] >> 4 === 6;
    case EtherType.MPLS_UNICAST:
      return true;
    case EtherType.PPPOE_SESSION:
      return end - payload > PPPOE_HEADER_LENGTH && readUint16(bytes, payload) === PPPOE_SESSION;
    case EtherType.NSH:
      return looksLikeNsh(bytes, payload, end);
    default:
      return false;
  }
}

/** A Network Service Header followed by IP, Ethernet, MPLS or another NSH. */
export function looksLikeNsh(bytes: Uint8Array, offset: number, end: number): boolean {
  if (end - offset < NSH_MIN_WORDS * NSH_WORD_LENGTH) return false;
  const first = readUint16(bytes, offset);
  const words = first & NSH_LENGTH_MASK;
  const next = bytes[offset + NSH_NEXT_OFFSET];
  const isHeader = (first & NSH_VERSION_MASK) === 0 && words >= NSH_MIN_WORDS;
  return isHeader && next > 0 && next <= NSH_LAST_NEXT && end - offset > words * NSH_WORD_LENGTH;
}

/** A label stack followed by IP, or by the Ethernet of a pseudowire. */
export function looksLikeMpls(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): boolean {
  for (let i = 0; i < MAX_LABELS && end - offset > LABEL_LENGTH; i++) {
    const isBottom = isLastLabel(bytes, offset);
    offset += LABEL_LENGTH;
    if (isBottom) return looksLikeIp(bytes, offset, end, out) || pseudowireFrame(bytes, offset, end) >= 0;
  }
  return false;
}

/**
 * Returns the offset of the Ethernet header of a pseudowire that begins at `offset` (RFC 4448, 4.6), with or without a control
 * word; -1 if there is none.
 */
export function pseudowireFrame(bytes: Uint8Array, offset: number, end: number): number {
  const isControlWord = end > offset && bytes[offset] >> 4 === 0;
  if (isControlWord && looksLikeEthernet(bytes, offset + CONTROL_WORD_LENGTH, end)) {
    return offset + CONTROL_WORD_LENGTH;
  }
  return looksLikeEthernet(bytes, offset, end) ? offset : -1;
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
