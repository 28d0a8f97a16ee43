/**
 * IPv6 (RFC 8200, 3) with its extension headers (4) and the fragment header (4.5).
 *
 *    0                     4               6            7           8        24            40
 *   | ver class flow label | payload length | next header | hop limit | source | destination |
 *   extension:             | next header | length in units of 8 after the first 8 | ...
 *   fragment:              | next header | 0 | offset 13 bits, 0, M | identification 32 bits |
 */
import { readUint16, readUint32 } from "../../net/byte-reads.ts";
import { IpProtocol } from "../../net/ip-protocols.ts";
import { type DecodedPacket, FragmentKind } from "./decoded-packet.ts";
import { followIpProtocol, isIpv6Extension, mayCarryPorts, weirdOfIpProtocol } from "./ip-protocol.ts";
import { forgetLinkAddresses, truncationWeird } from "./layers.ts";
import { Weird } from "./weirds.ts";

const PAYLOAD_LENGTH_OFFSET = 4;
const NEXT_HEADER_OFFSET = 6;
const SOURCE_OFFSET = 8;
const DESTINATION_OFFSET = 24;
const HEADER_LENGTH = 40;
const EXTENSION_UNIT = 8;
const FRAGMENT_ID_OFFSET = 4;
const FRAGMENT_OFFSET_MASK = 0xfff8;
const MORE_FRAGMENTS = 0x0001;
/** Real packets have up to about four; more are an attack on the decoder. */
const MAX_EXTENSIONS = 16;

/** Decodes the header at `offset` and its extension headers; `bytes` is borrowed. Returns 0 or a weird. */
export function decodeIpv6(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  if (end - offset < HEADER_LENGTH) return truncationWeird(Weird.TRUNCATED_IPV6_HEADER, end, out);
  if (bytes[offset] >> 4 !== 6) return Weird.BAD_IP_VERSION;
  const payloadLength = readUint16(bytes, offset + PAYLOAD_LENGTH_OFFSET);
  // 0: a jumbogram (RFC 2675), or segmentation offload as in IPv4. The end of the capture applies.
  if (payloadLength !== 0 && offset + HEADER_LENGTH + payloadLength < end) {
    end = offset + HEADER_LENGTH + payloadLength;
  }
  if (out.ipVersion !== 0) forgetLinkAddresses(out);
  out.ipVersion = 6;
  out.sourceOffset = offset + SOURCE_OFFSET;
  out.destinationOffset = offset + DESTINATION_OFFSET;
  const next = bytes[offset + NEXT_HEADER_OFFSET];
  if (next === IpProtocol.TCP || next === IpProtocol.UDP) {
    return followIpProtocol(next, offset + HEADER_LENGTH, end, out);
  }
  return decodeExtensions(next, bytes, offset + HEADER_LENGTH, end, out);
}

/** Decodes the extension headers after an AH, from the one in `out.protocol` on. Returns 0 or a weird. */
export function decodeIpv6Extensions(
  bytes: Uint8Array,
  offset: number,
  end: number,
  out: DecodedPacket,
): number {
  return decodeExtensions(out.protocol, bytes, offset, end, out);
}

function decodeExtensions(
  next: number,
  bytes: Uint8Array,
  offset: number,
  end: number,
  out: DecodedPacket,
): number {
  for (let i = 0; i < MAX_EXTENSIONS; i++) {
    if (!isIpv6Extension(next)) return followIpProtocol(next, offset, end, out);
    if (end - offset < EXTENSION_UNIT) return truncationWeird(Weird.TRUNCATED_IPV6_EXTENSION, end, out);
    const following = bytes[offset];
    if (next === IpProtocol.FRAGMENT) {
      const weird = decodeFragmentHeader(following, bytes, offset, out);
      if (weird !== 0) return weird;
      offset += EXTENSION_UNIT;
    } else {
      const length = (bytes[offset + 1] + 1) * EXTENSION_UNIT;
      if (end - offset < length) return truncationWeird(Weird.TRUNCATED_IPV6_EXTENSION, end, out);
      // Mobile IPv6 signalling consists only of this header (RFC 6275, 6.1.1).
      if (next === IpProtocol.MOBILITY && following === IpProtocol.NO_NEXT_HEADER) return Weird.MOBILITY;
      offset += length;
    }
    next = following;
  }
  return Weird.BAD_IPV6_EXTENSION;
}

function decodeFragmentHeader(next: number, bytes: Uint8Array, offset: number, out: DecodedPacket): number {
  const word = readUint16(bytes, offset + 2);
  // Offset 0 without more fragments: an "atomic fragment" (RFC 6946), a complete packet.
  if ((word & (FRAGMENT_OFFSET_MASK | MORE_FRAGMENTS)) === 0) return 0;
  out.fragmentIpVersion = 6;
  out.fragmentSourceOffset = out.sourceOffset;
  out.fragmentDestinationOffset = out.destinationOffset;
  out.fragmentId = readUint32(bytes, offset + FRAGMENT_ID_OFFSET);
  out.fragmentProtocol = 0;
  if ((word & FRAGMENT_OFFSET_MASK) === 0) {
    out.fragment = FragmentKind.FIRST;
    return 0;
  }
  out.fragment = FragmentKind.LATER;
  out.protocol = next;
  return mayCarryPorts(next) || isIpv6Extension(next)
    ? Weird.FRAGMENT_WITHOUT_FIRST
    : weirdOfIpProtocol(next);
}
