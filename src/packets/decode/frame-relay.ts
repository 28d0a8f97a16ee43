/**
 * Multiprotocol Frame Relay (RFC 2427, 3 and 4; addresses: ITU-T Q.922, 3.2), and the fragments of multilink Frame
 * Relay (FRF.16.1, 3).
 *
 *    0                            2 (3, 4)   3
 *   | Q.922 address              | UI 03    | (pad 00) | NLPID | payload        by RFC 2427
 *   | Q.922 address              | EtherType           | payload                Cisco's earlier form
 *   FRF.16.1, before it, 2 bytes: | begin, end, control, sequence number |
 */
import { readUint16 } from "../../net/byte-reads.ts";
import { MAX_LENGTH_FIELD } from "../../net/ether-types.ts";
import type { DecodedPacket } from "./decoded-packet.ts";
import { followEtherType } from "./ether-type.ts";
import { follow, Layer, truncationWeird } from "./layers.ts";
import { followSnap, SNAP_EXTENSION_LENGTH } from "./llc.ts";
import { Weird } from "./weirds.ts";

const MIN_ADDRESS_LENGTH = 2;
const MAX_ADDRESS_LENGTH = 4;
/** The last bit of each byte of an address: 1 in the last byte. */
const LAST_BYTE_BIT = 0x01;
const UNNUMBERED_INFORMATION = 0x03;
const PAD = 0x00;
const TYPE_LENGTH = 2;
/** Network layer protocol identifiers (ISO/IEC TR 9577; RFC 2427, appendix A). */
const Nlpid = { Q933: 0x08, SNAP: 0x80, IPV6: 0x8e, FRAGMENT: 0xb1, IPV4: 0xcc, PPP: 0xcf } as const;
/** IEEE 802.1's organization code, and its protocol number for an Ethernet frame without a frame check (RFC 2427, 4.2). */
const BRIDGED = 0x0080c2;
const BRIDGED_ETHERNET = 0x0007;
const ORGANIZATION_LENGTH = 3;
const FRAGMENT_HEADER_LENGTH = 2;
const BEGIN_AND_END = 0xc0;
const CONTROL = 0x20;

/** Decodes the frame at `offset`; `bytes` is borrowed. Returns 0 or a weird. */
export function decodeFrameRelay(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  let payload = offset;
  do {
    if (payload === offset + MAX_ADDRESS_LENGTH) return Weird.BAD_LINK_HEADER;
    if (end <= payload) return truncationWeird(Weird.TRUNCATED_FRAME_RELAY_HEADER, end, out);
  } while ((bytes[payload++] & LAST_BYTE_BIT) === 0);
  if (payload - offset < MIN_ADDRESS_LENGTH) return Weird.BAD_LINK_HEADER;
  if (end - payload < TYPE_LENGTH) return truncationWeird(Weird.TRUNCATED_FRAME_RELAY_HEADER, end, out);
  if (bytes[payload] !== UNNUMBERED_INFORMATION) {
    const type = readUint16(bytes, payload);
    return type <= MAX_LENGTH_FIELD
      ? Weird.FRAME_RELAY_CONTROL
      : followEtherType(type, payload + TYPE_LENGTH, end, out);
  }
  payload++;
  if (bytes[payload] === PAD) payload++;
  if (end <= payload) return truncationWeird(Weird.TRUNCATED_FRAME_RELAY_HEADER, end, out);
  return followNlpid(bytes[payload], bytes, payload + 1, end, out);
}

/** Decodes the same frame after a byte with the direction. */
export function decodeFrameRelayWithDirection(
  bytes: Uint8Array,
  offset: number,
  end: number,
  out: DecodedPacket,
): number {
  return decodeFrameRelay(bytes, offset + 1, end, out);
}

/** Decodes the same frame in a fragment of FRF.16.1, if it is complete. */
export function decodeMultilinkFrameRelay(
  bytes: Uint8Array,
  offset: number,
  end: number,
  out: DecodedPacket,
): number {
  if (end - offset < FRAGMENT_HEADER_LENGTH)
    return truncationWeird(Weird.TRUNCATED_FRAME_RELAY_HEADER, end, out);
  if ((bytes[offset] & CONTROL) !== 0) return Weird.FRAME_RELAY_CONTROL;
  if ((bytes[offset] & BEGIN_AND_END) !== BEGIN_AND_END) return Weird.FRAME_RELAY_FRAGMENT;
  return decodeFrameRelay(bytes, offset + FRAGMENT_HEADER_LENGTH, end, out);
}

function followNlpid(
  nlpid: number,
  bytes: Uint8Array,
  offset: number,
  end: number,
  out: DecodedPacket,
): number {
  switch (nlpid) {
    case Nlpid.IPV4:
      return follow(Layer.IPV4, offset, end, out);
    case Nlpid.IPV6:
      return follow(Layer.IPV6, offset, end, out);
    case Nlpid.PPP:
      return follow(Layer.PPP, offset, end, out);
    case Nlpid.SNAP:
      return decodeSnap(bytes, offset, end, out);
    case Nlpid.Q933:
      return Weird.FRAME_RELAY_CONTROL;
    case Nlpid.FRAGMENT:
      return Weird.FRAME_RELAY_FRAGMENT;
    default:
      return Weird.UNKNOWN_FRAME_RELAY_PROTOCOL;
  }
}

function decodeSnap(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  if (end - offset < SNAP_EXTENSION_LENGTH)
    return truncationWeird(Weird.TRUNCATED_FRAME_RELAY_HEADER, end, out);
  const organization = (bytes[offset] << 16) | readUint16(bytes, offset + 1);
  if (organization === BRIDGED && readUint16(bytes, offset + ORGANIZATION_LENGTH) === BRIDGED_ETHERNET) {
    return follow(Layer.ETHERNET, offset + SNAP_EXTENSION_LENGTH, end, out);
  }
  return followSnap(bytes, offset, end, out);
}
