/**
 * ICMP "destination unreachable" (RFC 792; codes RFC 1122, 3.2.2.1 and RFC 1812, 5.2.7.1) and its ICMPv6 counterpart
 * (RFC 4443, 3.1): identifies the undelivered packet by its quoted header.
 *
 *    0      1      2          4        8
 *   | type | code | checksum | unused | IP header of the undelivered packet, and at least its first 8 bytes of payload
 *
 * The quoted packet is not part of the capture: it is not counted, and the sender may have forged it.
 */
import { readUint16 } from "../../net/byte-reads.ts";
import { IpProtocol } from "../../net/ip-protocols.ts";
import type { DecodedPacket } from "./decoded-packet.ts";

const CODE_OFFSET = 1;
const QUOTE_OFFSET = 8;
const UNREACHABLE = 3;
const UNREACHABLE_IPV6 = 1;
/** IPv4: the packet was too big (RFC 1191); the sender then sends smaller ones. */
const FRAGMENTATION_NEEDED = 4;

const IPV4_LENGTH = 4;
const IPV4_MIN_HEADER = 20;
const IPV4_FRAGMENT_OFFSET = 6;
const IPV4_FRAGMENT_MASK = 0x1fff;
const IPV4_PROTOCOL = 9;
const IPV4_SOURCE = 12;
const IPV4_DESTINATION = 16;
const IPV6_LENGTH = 16;
const IPV6_HEADER = 40;
const IPV6_NEXT_HEADER = 6;
const IPV6_SOURCE = 8;
const IPV6_DESTINATION = 24;
/** Guaranteed part of the quoted packet by RFC 792: the ports, and TCP's sequence number. */
const QUOTED_LENGTH = 8;
const DESTINATION_PORT = 2;

/** Codes are numbered for both versions together: IPv4's from here, IPv6's from `IPV6_CODES`. */
const IPV4_CODES = 1;
const IPV6_CODES = 33;
const MAX_CODES = 16;

const IPV4_NAMES = [
  "network unreachable",
  "host unreachable",
  "protocol unreachable",
  "port unreachable",
  "fragmentation needed",
  "source route failed",
  "network unknown",
  "host unknown",
  "source host isolated",
  "network administratively prohibited",
  "host administratively prohibited",
  "network unreachable for this type of service",
  "host unreachable for this type of service",
  "communication administratively prohibited",
  "host precedence violation",
  "precedence cut-off",
];
const IPV6_NAMES = [
  "no route to destination",
  "communication administratively prohibited",
  "beyond scope of source address",
  "address unreachable",
  "port unreachable",
  "source address failed policy",
  "route rejected",
  "error in source routing header",
];

/**
 * Decodes the ICMP message at `offset` of a packet (`bytes` borrowed; `outer` is the decoded packet). If it reports as
 * undelivered a TCP or UDP packet sent by the very host that the message is for, stores that packet's header in
 * `quoted` and returns the number of the code, for `unreachableName`; otherwise returns 0.
 */
export function decodeUnreachable(
  bytes: Uint8Array,
  offset: number,
  end: number,
  outer: DecodedPacket,
  quoted: DecodedPacket,
): number {
  if (end - offset < QUOTE_OFFSET) return 0;
  const type = bytes[offset];
  const code = bytes[offset + CODE_OFFSET];
  if (code >= MAX_CODES) return 0;
  const quote = offset + QUOTE_OFFSET;
  if (outer.protocol === IpProtocol.ICMP) {
    if (type !== UNREACHABLE || code === FRAGMENTATION_NEEDED) return 0;
    return decodeQuotedIpv4(bytes, quote, end, outer, quoted) ? IPV4_CODES + code : 0;
  }
  if (outer.protocol !== IpProtocol.ICMPV6 || type !== UNREACHABLE_IPV6) return 0;
  return decodeQuotedIpv6(bytes, quote, end, outer, quoted) ? IPV6_CODES + code : 0;
}

function decodeQuotedIpv4(
  bytes: Uint8Array,
  offset: number,
  end: number,
  outer: DecodedPacket,
  quoted: DecodedPacket,
): boolean {
  if (end - offset < IPV4_MIN_HEADER || bytes[offset] >> 4 !== 4) return false;
  const headerLength = (bytes[offset] & 0x0f) << 2;
  if (headerLength < IPV4_MIN_HEADER || end - offset < headerLength + QUOTED_LENGTH) return false;
  if ((readUint16(bytes, offset + IPV4_FRAGMENT_OFFSET) & IPV4_FRAGMENT_MASK) !== 0) return false;
  const source = offset + IPV4_SOURCE;
  if (outer.ipVersion !== 4 || !isSame(bytes, outer.destinationOffset, source, IPV4_LENGTH)) return false;
  quoted.reset();
  quoted.ipVersion = 4;
  quoted.sourceOffset = source;
  quoted.destinationOffset = offset + IPV4_DESTINATION;
  return setPorts(bytes, bytes[offset + IPV4_PROTOCOL], offset + headerLength, quoted);
}

function decodeQuotedIpv6(
  bytes: Uint8Array,
  offset: number,
  end: number,
  outer: DecodedPacket,
  quoted: DecodedPacket,
): boolean {
  if (end - offset < IPV6_HEADER + QUOTED_LENGTH || bytes[offset] >> 4 !== 6) return false;
  const source = offset + IPV6_SOURCE;
  if (outer.ipVersion !== 6 || !isSame(bytes, outer.destinationOffset, source, IPV6_LENGTH)) return false;
  quoted.reset();
  quoted.ipVersion = 6;
  quoted.sourceOffset = source;
  quoted.destinationOffset = offset + IPV6_DESTINATION;
  // Extension headers before TCP or UDP are too rare to be handled.
  return setPorts(bytes, bytes[offset + IPV6_NEXT_HEADER], offset + IPV6_HEADER, quoted);
}

function setPorts(bytes: Uint8Array, protocol: number, transport: number, quoted: DecodedPacket): boolean {
  if (protocol !== IpProtocol.TCP && protocol !== IpProtocol.UDP) return false;
  quoted.protocol = protocol;
  quoted.sourcePort = readUint16(bytes, transport);
  quoted.destinationPort = readUint16(bytes, transport + DESTINATION_PORT);
  quoted.transportOffset = transport;
  return true;
}

function isSame(bytes: Uint8Array, a: number, b: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (bytes[a + i] !== bytes[b + i]) return false;
  return true;
}

/** Describes the code: `ICMP 3/13, communication administratively prohibited`. Cold. */
export function unreachableName(number: number): string {
  if (number >= IPV6_CODES) {
    const code = number - IPV6_CODES;
    return `ICMPv6 ${UNREACHABLE_IPV6}/${code}, ${IPV6_NAMES[code] ?? "code not assigned"}`;
  }
  const code = number - IPV4_CODES;
  return `ICMP ${UNREACHABLE}/${code}, ${IPV4_NAMES[code] ?? "code not assigned"}`;
}
