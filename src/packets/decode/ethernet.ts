/**
 * Ethernet II and 802.3 frames (IEEE 802.3, 3.2), and the 802.1Q tag (IEEE 802.1Q, 9.6).
 *
 *    0                 6                12    14
 *   | destination     | source          | type | payload        type <= 1500: a length, LLC follows
 *   VLAN, after its type 0x8100:        | tci | type | payload
 */

import { readUint16 } from "../../net/byte-reads.ts";
import { EtherType, MAX_LENGTH_FIELD } from "../../net/ether-types.ts";
import type { DecodedPacket } from "./decoded-packet.ts";
import { followEtherType, followTypeOrLength } from "./ether-type.ts";
import { follow, Layer, truncationWeird } from "./layers.ts";
import { Weird } from "./weirds.ts";

const SOURCE_OFFSET = 6;
const TYPE_OFFSET = 12;
const HEADER_LENGTH = 14;
const TAG_TYPE_OFFSET = 2;
const TAG_LENGTH = 4;
/** VLAN id in the first two bytes of the tag; the bits above are priority and drop eligibility. */
const VLAN_MASK = 0x0fff;
const BROADCAST_BYTE = 0xff;
/** Tools that record an iPhone over USB fill the address fields with these bytes and set the type to IPv4 even for IPv6. */
const FAKE_ADDRESS_FIRST = 0xbe;
const FAKE_ADDRESS_SECOND = [0xef, 0xfe];

/** Decodes the frame header at `offset`; `bytes` is borrowed. Returns 0 or a weird. */
export function decodeEthernet(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  if (end - offset < HEADER_LENGTH) return truncationWeird(Weird.TRUNCATED_ETHERNET_HEADER, end, out);
  const first = bytes[offset];
  if (first === BROADCAST_BYTE && isBroadcast(bytes, offset)) out.linkBroadcast = 1;
  out.senderOffset = offset + SOURCE_OFFSET;
  out.receiverOffset = offset;
  const etherType = readUint16(bytes, offset + TYPE_OFFSET);
  if (etherType <= MAX_LENGTH_FIELD) {
    const payload = offset + HEADER_LENGTH;
    return follow(Layer.LLC, payload, Math.min(payload + etherType, end), out);
  }
  if (etherType === EtherType.IPV4 && first === FAKE_ADDRESS_FIRST && hasFakeAddresses(bytes, offset)) {
    out.senderOffset = -1;
    out.receiverOffset = -1;
    return follow(Layer.RAW_IP, offset + HEADER_LENGTH, end, out);
  }
  return followEtherType(etherType, offset + HEADER_LENGTH, end, out);
}

/** Decodes one 802.1Q or 802.1ad tag, whose type has been read. Returns 0 or a weird. */
export function decodeVlan(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  if (end - offset < TAG_LENGTH) return truncationWeird(Weird.TRUNCATED_VLAN_TAG, end, out);
  const vlan = readUint16(bytes, offset) & VLAN_MASK;
  if (out.vlan < 0) out.vlan = vlan;
  out.innerVlan = vlan;
  return followTypeOrLength(readUint16(bytes, offset + TAG_TYPE_OFFSET), offset + TAG_LENGTH, end, out);
}

/** Whether the address at `offset` is the broadcast address; six bytes must be present. */
export function isBroadcast(bytes: Uint8Array, offset: number): boolean {
  for (let i = 0; i < SOURCE_OFFSET; i++) if (bytes[offset + i] !== BROADCAST_BYTE) return false;
  return true;
}

/** `be ef` or `be fe` repeated over both addresses (pymobiledevice3, go-ios). */
function hasFakeAddresses(bytes: Uint8Array, offset: number): boolean {
  const second = bytes[offset + 1];
  if (!FAKE_ADDRESS_SECOND.includes(second)) return false;
  for (let i = 2; i < TYPE_OFFSET; i += 2) {
    if (bytes[offset + i] !== FAKE_ADDRESS_FIRST || bytes[offset + i + 1] !== second) return false;
  }
  return true;
}
