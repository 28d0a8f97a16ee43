/**
 * PPP (RFC 1661, 2), bare or in HDLC-like framing (RFC 1662, 3.1).
 *
 *    0         1         2
 *   | ff       | 03      | protocol: 2 bytes, or 1 (its last bit is 1) where the peers agreed to | payload
 *     either both of these or none
 */
import { readUint16 } from "../../net/byte-reads.ts";
import type { DecodedPacket } from "./decoded-packet.ts";
import { follow, Layer, truncationWeird } from "./layers.ts";
import { Weird } from "./weirds.ts";

const ADDRESS = 0xff;
const CONTROL = 0x03;
const CONTROL_OFFSET = 1;
const FRAMING_LENGTH = 2;
const PROTOCOL_LENGTH = 2;
const COMPRESSED_PROTOCOL_BIT = 0x01;
/** IANA "PPP DLL Protocol Numbers". */
const Protocol = {
  IPV4: 0x0021,
  MULTILINK: 0x003d,
  IPV6: 0x0057,
  MPLS_UNICAST: 0x0281,
  MPLS_MULTICAST: 0x0283,
} as const;
/** Both flags of a multilink header: the fragment is the whole packet. */
const BEGIN_AND_END = 0xc0;
const MULTILINK_HEADER_LENGTH = 4;
/** From here on, numbers are of protocols that configure the link (RFC 1661, 2). */
const FIRST_CONTROL_PROTOCOL = 0x8000;
const CISCO_UNICAST = 0x0f;
const CISCO_BROADCAST = 0x8f;
const CISCO_CONTROL = 0x00;

/** Decodes the header at `offset`; `bytes` is borrowed. Returns 0 or a weird. */
export function decodePpp(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  if (hasTwoBytes(bytes, offset, end, ADDRESS, CONTROL)) offset += FRAMING_LENGTH;
  // Also if the protocol may be compressed: a single byte could be the first of the framing.
  if (end - offset < PROTOCOL_LENGTH) return truncationWeird(Weird.TRUNCATED_PPP_HEADER, end, out);
  const first = bytes[offset];
  if ((first & COMPRESSED_PROTOCOL_BIT) !== 0) return followPppProtocol(first, bytes, offset + 1, end, out);
  return followPppProtocol(readUint16(bytes, offset), bytes, offset + PROTOCOL_LENGTH, end, out);
}

/** PPP of a serial line: HDLC-like framing or Cisco's, distinguished by the first byte. Returns 0 or a weird. */
export function decodePppHdlc(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  const isCisco =
    hasTwoBytes(bytes, offset, end, CISCO_UNICAST, CISCO_CONTROL) ||
    hasTwoBytes(bytes, offset, end, CISCO_BROADCAST, CISCO_CONTROL);
  return isCisco ? follow(Layer.CISCO_HDLC, offset, end, out) : decodePpp(bytes, offset, end, out);
}

/**
 * PPP after a byte with the direction. Returns 0 or a weird. In pppd's link type the byte replaces the address `ff` and
 * is followed by `03`; in the other one the framing is complete or absent.
 */
export function decodePppWithDirection(
  bytes: Uint8Array,
  offset: number,
  end: number,
  out: DecodedPacket,
): number {
  if (end <= offset) return truncationWeird(Weird.TRUNCATED_PPP_HEADER, end, out);
  const hasControl = end - offset > CONTROL_OFFSET && bytes[offset + CONTROL_OFFSET] === CONTROL;
  return decodePpp(bytes, hasControl ? offset + FRAMING_LENGTH : offset + 1, end, out);
}

function followPppProtocol(
  protocol: number,
  bytes: Uint8Array,
  offset: number,
  end: number,
  out: DecodedPacket,
): number {
  switch (protocol) {
    case Protocol.IPV4:
      return follow(Layer.IPV4, offset, end, out);
    case Protocol.IPV6:
      return follow(Layer.IPV6, offset, end, out);
    case Protocol.MPLS_UNICAST:
    case Protocol.MPLS_MULTICAST:
      return follow(Layer.MPLS, offset, end, out);
    case Protocol.MULTILINK:
      return followMultilink(bytes, offset, end, out);
    default:
      return protocol >= FIRST_CONTROL_PROTOCOL ? Weird.PPP_CONTROL : Weird.UNKNOWN_PPP_PROTOCOL;
  }
}

/** PPP in a fragment of several lines (RFC 1990, 3, with the long sequence number), where the fragment is a whole packet. */
function followMultilink(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  if (end - offset < MULTILINK_HEADER_LENGTH) return truncationWeird(Weird.TRUNCATED_PPP_HEADER, end, out);
  // All other bits of the first byte are 0 in this format; in that with the short number they belong to it.
  if (bytes[offset] !== BEGIN_AND_END) return Weird.UNKNOWN_PPP_PROTOCOL;
  return follow(Layer.PPP, offset + MULTILINK_HEADER_LENGTH, end, out);
}

function hasTwoBytes(bytes: Uint8Array, offset: number, end: number, one: number, two: number): boolean {
  return end - offset >= FRAMING_LENGTH && bytes[offset] === one && bytes[offset + CONTROL_OFFSET] === two;
}
