/**
 * Linux netfilter log messages (tcpdump.org/linktypes, LINKTYPE_NFLOG; `linux/netfilter/nfnetlink_log.h`).
 *
 *    0        1         2
 *   | family | version | resource | attributes: length 2 (with these 4), type 2, value, padded to 4 |
 *
 * Lengths and types are in the capturing host's byte order, packet values in network order.
 */
import { readUint16, readUint16LittleEndian } from "../../net/byte-reads.ts";
import type { DecodedPacket } from "./decoded-packet.ts";
import { followEtherType } from "./ether-type.ts";
import { follow, Layer, truncationWeird } from "./layers.ts";
import { Weird } from "./weirds.ts";

const VERSION_OFFSET = 1;
const HEADER_LENGTH = 4;
const VERSION = 0;
const TYPE_OFFSET = 2;
const ATTRIBUTE_HEADER_LENGTH = 4;
const ALIGNMENT = 4;
/** Masks off the flags "nested" and "network byte order" above the type. */
const TYPE_MASK = 0x3fff;
/** Kernels define some 25 attributes: larger numbers were read in the wrong byte order. */
const MAX_TYPE = 0xff;
const Attribute = { PACKET_HEADER: 1, PAYLOAD: 9 } as const;
const PACKET_HEADER_LENGTH = 4;
/** Netfilter families (`linux/netfilter.h`); for bridges and devices the protocol is in the packet header. */
const Family = { IPV4: 2, ARP: 3, IPV6: 10 } as const;
const IPV4_TOTAL_LENGTH_OFFSET = 2;
const IPV6_PAYLOAD_LENGTH_OFFSET = 4;
const IPV6_HEADER_LENGTH = 40;

/** Decodes the message at `offset`; `bytes` is borrowed. Returns 0 or a weird. */
export function decodeNflog(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  if (end - offset < HEADER_LENGTH) return truncationWeird(Weird.TRUNCATED_NFLOG_HEADER, end, out);
  if (bytes[offset + VERSION_OFFSET] !== VERSION) return Weird.BAD_NFLOG_HEADER;
  const family = bytes[offset];
  let attribute = offset + HEADER_LENGTH;
  if (end - attribute < ATTRIBUTE_HEADER_LENGTH) return withoutPayload(attribute, end, out);
  const read = isLittleEndian(bytes, attribute) ? readUint16LittleEndian : readUint16;
  let hardwareProtocol = 0;
  while (end - attribute >= ATTRIBUTE_HEADER_LENGTH) {
    const length = read(bytes, attribute);
    if (length < ATTRIBUTE_HEADER_LENGTH) return Weird.BAD_NFLOG_HEADER;
    const value = attribute + ATTRIBUTE_HEADER_LENGTH;
    const valueEnd = Math.min(attribute + length, end);
    const type = read(bytes, attribute + TYPE_OFFSET) & TYPE_MASK;
    if (type === Attribute.PAYLOAD) {
      return followPayload(family, hardwareProtocol, bytes, value, valueEnd, end, out);
    }
    if (type === Attribute.PACKET_HEADER && valueEnd - value >= PACKET_HEADER_LENGTH) {
      hardwareProtocol = readUint16(bytes, value);
    }
    attribute += (length + ALIGNMENT - 1) & -ALIGNMENT;
  }
  return withoutPayload(attribute, end, out);
}

/** Whether the first attribute is plausible in little-endian order. */
function isLittleEndian(bytes: Uint8Array, attribute: number): boolean {
  const littleType = readUint16LittleEndian(bytes, attribute + TYPE_OFFSET) & TYPE_MASK;
  const bigType = readUint16(bytes, attribute + TYPE_OFFSET) & TYPE_MASK;
  if (littleType <= MAX_TYPE !== bigType <= MAX_TYPE) return littleType <= MAX_TYPE;
  return readUint16LittleEndian(bytes, attribute) <= readUint16(bytes, attribute);
}

/** The attributes ended without a packet: it may have been truncated by the snaplen. */
function withoutPayload(attribute: number, end: number, out: DecodedPacket): number {
  const weird = truncationWeird(Weird.TRUNCATED_NFLOG_HEADER, end, out);
  if (weird !== Weird.TRUNCATED_NFLOG_HEADER) return weird;
  return attribute > end ? weird : Weird.NFLOG_WITHOUT_PACKET;
}

function followPayload(
  family: number,
  hardwareProtocol: number,
  bytes: Uint8Array,
  offset: number,
  payloadEnd: number,
  end: number,
  out: DecodedPacket,
): number {
  // The rule may log only the first bytes of a packet (`--nflog-size`): truncation like a snaplen's, shown by IP's
  // length.
  out.capturedEnd = payloadEnd;
  if (payloadEnd < end) out.truncatedBySnaplen = 0;
  if (ipLength(bytes, offset, payloadEnd) > payloadEnd - offset) out.truncatedBySnaplen = 1;
  if (family === Family.IPV4) return follow(Layer.IPV4, offset, payloadEnd, out);
  if (family === Family.IPV6) return follow(Layer.IPV6, offset, payloadEnd, out);
  if (family === Family.ARP) return Weird.ARP;
  if (hardwareProtocol === 0) return Weird.UNKNOWN_ADDRESS_FAMILY;
  return followEtherType(hardwareProtocol, offset, payloadEnd, out);
}

/** Returns the packet length from the IP header at `offset`; 0 if there is none. */
function ipLength(bytes: Uint8Array, offset: number, end: number): number {
  if (end - offset < IPV6_PAYLOAD_LENGTH_OFFSET + 2) return 0;
  const version = bytes[offset] >> 4;
  if (version === 4) return readUint16(bytes, offset + IPV4_TOTAL_LENGTH_OFFSET);
  if (version !== 6) return 0;
  return IPV6_HEADER_LENGTH + readUint16(bytes, offset + IPV6_PAYLOAD_LENGTH_OFFSET);
}
