/**
 * GRE (RFC 2784, 2; key and sequence number: RFC 2890, 2), PPTP's version of it (RFC 2637, 4.1), and RouterOS' EoIP, which is
 * like that one but has Ethernet after the call ID (see Wireshark's `packet-gre.c`). With a key and
 * Ethernet inside it is NVGRE (RFC 7637, 3.2); mirrored frames have another header after it (`erspan.ts`).
 *
 *    0                2          4
 *   | flags, version | protocol | C: checksum, 0 | K: key | S: sequence | payload
 *   version 1:                  | payload length, call id | S: sequence | A: acknowledgment | PPP
 */
import { readUint16 } from "../../net/byte-reads.ts";
import { EtherType } from "../../net/ether-types.ts";
import type { DecodedPacket } from "./decoded-packet.ts";
import { followEtherType } from "./ether-type.ts";
import { follow, Layer, truncationWeird } from "./layers.ts";
import { enterTunnel, Tunnel } from "./tunnels.ts";
import { Weird } from "./weirds.ts";

const PROTOCOL_OFFSET = 2;
const MIN_HEADER_LENGTH = 4;
const FIELD_LENGTH = 4;
const CHECKSUM_PRESENT = 0x8000;
const ROUTING_PRESENT = 0x4000;
const KEY_PRESENT = 0x2000;
const SEQUENCE_PRESENT = 0x1000;
const ACKNOWLEDGMENT_PRESENT = 0x0080;
const VERSION_MASK = 0x0007;
/** Aruba's protocol types (from Wireshark's `packet-gre.h`). */
const ARUBA_FIRST = 0x8200;
const ARUBA_LAST = 0x8370;
const ARUBA_ZERO_BITS = 0x000f;
/** Version 2 of WCCP puts a header of its own before the packet, under the same type (as Wireshark's `packet-gre.c` has it). */
const WCCP_HEADER_LENGTH = 4;
/** First byte of IPv4: version 4, header length 5 to 15. */
const IPV4_FIRST = 0x45;
const IPV4_LAST = 0x4f;
const PPTP_PAYLOAD_LENGTH_OFFSET = 4;
const PPTP_MIN_HEADER_LENGTH = 8;

/** Decodes the header at `offset`; `bytes` is borrowed. Returns 0 or a weird. */
export function decodeGre(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  if (end - offset < MIN_HEADER_LENGTH) return truncationWeird(Weird.TRUNCATED_GRE_HEADER, end, out);
  const flags = readUint16(bytes, offset);
  const version = flags & VERSION_MASK;
  if (version === 1) return decodePptp(flags, bytes, offset, end, out);
  // Source routes of RFC 1701; RFC 2784 deprecates them and requires such packets to be dropped.
  if (version !== 0 || (flags & ROUTING_PRESENT) !== 0) return Weird.BAD_GRE_HEADER;
  let length = MIN_HEADER_LENGTH;
  if ((flags & CHECKSUM_PRESENT) !== 0) length += FIELD_LENGTH;
  if ((flags & KEY_PRESENT) !== 0) length += FIELD_LENGTH;
  if ((flags & SEQUENCE_PRESENT) !== 0) length += FIELD_LENGTH;
  if (end - offset < length) return truncationWeird(Weird.TRUNCATED_GRE_HEADER, end, out);
  const protocol = readUint16(bytes, offset + PROTOCOL_OFFSET);
  return followGreProtocol(protocol, flags, bytes, offset + length, end, out);
}

function decodePptp(
  flags: number,
  bytes: Uint8Array,
  offset: number,
  end: number,
  out: DecodedPacket,
): number {
  if (end - offset < PPTP_MIN_HEADER_LENGTH) return truncationWeird(Weird.TRUNCATED_GRE_HEADER, end, out);
  const isKeyed = (flags & (CHECKSUM_PRESENT | ROUTING_PRESENT | KEY_PRESENT)) === KEY_PRESENT;
  const frame = offset + PPTP_MIN_HEADER_LENGTH;
  const frameLength = readUint16(bytes, offset + PPTP_PAYLOAD_LENGTH_OFFSET);
  if (isKeyed && readUint16(bytes, offset + PROTOCOL_OFFSET) === EtherType.EOIP) {
    if (frameLength === 0) return withoutIp(out);
    return enterTunnel(Tunnel.GRE, Layer.ETHERNET, frame, Math.min(frame + frameLength, end), out);
  }
  if (!isKeyed || readUint16(bytes, offset + PROTOCOL_OFFSET) !== EtherType.PPP_IN_GRE) {
    return Weird.BAD_GRE_HEADER;
  }
  // Without a sequence number it is an acknowledgement without payload.
  if ((flags & SEQUENCE_PRESENT) === 0) return withoutIp(out);
  let length = PPTP_MIN_HEADER_LENGTH + FIELD_LENGTH;
  if ((flags & ACKNOWLEDGMENT_PRESENT) !== 0) length += FIELD_LENGTH;
  if (end - offset < length) return truncationWeird(Weird.TRUNCATED_GRE_HEADER, end, out);
  const payload = offset + length;
  return enterTunnel(Tunnel.GRE, Layer.PPP, payload, Math.min(payload + frameLength, end), out);
}

function followGreProtocol(
  protocol: number,
  flags: number,
  bytes: Uint8Array,
  offset: number,
  end: number,
  out: DecodedPacket,
): number {
  switch (protocol) {
    case EtherType.TRANSPARENT_ETHERNET:
      return enterTunnel(flags === KEY_PRESENT ? Tunnel.NVGRE : Tunnel.GRE, Layer.ETHERNET, offset, end, out);
    case EtherType.ERSPAN:
      // Type I has no header, which the absence of a sequence number shows.
      if ((flags & SEQUENCE_PRESENT) !== 0) return follow(Layer.ERSPAN, offset, end, out);
      return enterTunnel(Tunnel.ERSPAN, Layer.ETHERNET, offset, end, out);
    case EtherType.ERSPAN_TYPE_3:
      return follow(Layer.ERSPAN, offset, end, out);
    case EtherType.IPV4:
    case EtherType.IPV6:
    case EtherType.PPP_IN_GRE:
    case EtherType.MPLS_UNICAST:
    case EtherType.MPLS_MULTICAST:
    case EtherType.VLAN:
    case EtherType.QINQ:
    case EtherType.PPPOE_SESSION:
    case EtherType.CISCO_METADATA:
    case EtherType.NSH: {
      followEtherType(protocol, offset, end, out);
      return enterTunnel(Tunnel.GRE, out.nextLayer, offset, end, out);
    }
    case EtherType.FRAME_RELAY:
      return enterTunnel(Tunnel.GRE, Layer.FRAME_RELAY, offset, end, out);
    case EtherType.WCCP:
      return enterTunnel(Tunnel.GRE, Layer.RAW_IP, redirectedPacket(bytes, offset, end), end, out);
    default:
      return isArubaWifi(protocol) ? enterTunnel(Tunnel.GRE, Layer.WIFI, offset, end, out) : withoutIp(out);
  }
}

/** Offset of the IP header of a redirected packet. */
function redirectedPacket(bytes: Uint8Array, offset: number, end: number): number {
  const first = end > offset ? bytes[offset] : 0;
  const isIp = (first >= IPV4_FIRST && first <= IPV4_LAST) || first >> 4 === 6;
  return isIp ? offset : Math.min(offset + WCCP_HEADER_LENGTH, end);
}

/** Each of the 24 tunnels in which an Aruba access point sends 802.11 frames has its own type: 0x8200, 0x8210, ... */
function isArubaWifi(protocol: number): boolean {
  return protocol >= ARUBA_FIRST && protocol <= ARUBA_LAST && (protocol & ARUBA_ZERO_BITS) === 0;
}

function withoutIp(out: DecodedPacket): number {
  out.tunnels |= Tunnel.GRE;
  return Weird.GRE_WITHOUT_IP;
}
