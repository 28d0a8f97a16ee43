/**
 * Logical Link Control (IEEE 802.2, 3) and its SNAP extension (IEEE 802, 9.4; RFC 1042).
 *
 *    0      1      2         3              6          8
 *   | DSAP | SSAP | control | organization | protocol | payload        SNAP: aa aa 03
 */
import { readUint16 } from "../../net/byte-reads.ts";
import { MAX_LENGTH_FIELD } from "../../net/ether-types.ts";
import type { DecodedPacket } from "./decoded-packet.ts";
import { followEtherType } from "./ether-type.ts";
import { follow, Layer, truncationWeird } from "./layers.ts";
import { Weird } from "./weirds.ts";

const SSAP_OFFSET = 1;
const CONTROL_OFFSET = 2;
const LLC_LENGTH = 3;
const PROTOCOL_OFFSET = 3;
/** Organization code and protocol number. */
export const SNAP_EXTENSION_LENGTH = 5;
const SNAP_LENGTH = LLC_LENGTH + SNAP_EXTENSION_LENGTH;
const SNAP_SAP = 0xaa;
/** IP directly in LLC (RFC 948). */
const IP_SAP = 0x06;
/** In a source SAP: the frame is a response. */
const RESPONSE_BIT = 0x01;
const UNNUMBERED_INFORMATION = 0x03;
/** Organization codes whose protocol numbers are EtherTypes: RFC 1042, and IEEE 802.1H (bridge tunnel). */
const ENCAPSULATED_ETHERNET = 0x000000;
const BRIDGE_TUNNEL = 0x0000f8;

/**
 * Decodes the header at `offset`; `bytes` is borrowed. Returns 0 or a weird: anything but an EtherType in SNAP
 * (spanning tree, raw IPX, NetBIOS, vendor protocols) is `llc`.
 */
export function decodeLlc(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  if (end - offset < LLC_LENGTH) return truncationWeird(Weird.TRUNCATED_LLC_HEADER, end, out);
  const destination = bytes[offset];
  const source = bytes[offset + SSAP_OFFSET] & ~RESPONSE_BIT;
  if (destination !== source || bytes[offset + CONTROL_OFFSET] !== UNNUMBERED_INFORMATION) return Weird.LLC;
  if (destination === IP_SAP) return follow(Layer.IPV4, offset + LLC_LENGTH, end, out);
  if (destination !== SNAP_SAP) return Weird.LLC;
  if (end - offset < SNAP_LENGTH) return truncationWeird(Weird.TRUNCATED_LLC_HEADER, end, out);
  return followSnap(bytes, offset + LLC_LENGTH, end, out);
}

/** Continues the walk from a SNAP extension at `offset`, whose bytes must be present; returns 0 or a weird. */
export function followSnap(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  const organization = (bytes[offset] << 16) | readUint16(bytes, offset + 1);
  if (organization !== ENCAPSULATED_ETHERNET && organization !== BRIDGE_TUNNEL) return Weird.LLC;
  const protocol = readUint16(bytes, offset + PROTOCOL_OFFSET);
  if (protocol <= MAX_LENGTH_FIELD) return Weird.LLC;
  return followEtherType(protocol, offset + SNAP_EXTENSION_LENGTH, end, out);
}
