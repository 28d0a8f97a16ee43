/**
 * VXLAN-GPE (draft-ietf-nvo3-vxlan-gpe-13, 3.1 and 3.2).
 *
 *    0       1          3               4                    7          8
 *   | flags | reserved | next protocol | network identifier | reserved | payload
 *   flags: 30 version 0, 08 the identifier is valid, 04 the next protocol is (else Ethernet), 01 operations
 */
import type { DecodedPacket } from "./decoded-packet.ts";
import { looksLikeEthernet, looksLikeIp, looksLikeMpls, looksLikeNsh } from "./inner-headers.ts";
import { follow, Layer } from "./layers.ts";
import { enterTunnel, skipTunnel, Tunnel } from "./tunnels.ts";

const HEADER_LENGTH = 8;
const NEXT_PROTOCOL_OFFSET = 3;
/** Version and reserved bits. */
const FIXED_FLAGS = 0xf0;
const IDENTIFIER_VALID = 0x08;
const NEXT_PROTOCOL_VALID = 0x04;
const OPERATIONS = 0x01;
/** 5 comes from drafts before the tenth. */
const Next = { IPV4: 1, IPV6: 2, ETHERNET: 3, NSH: 4, MPLS: 5 } as const;

/** Decodes the header at `offset`, the payload of a UDP packet; `bytes` is borrowed. Returns 0 or a weird. */
export function decodeVxlanGpe(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  const isHeader = end - offset >= HEADER_LENGTH && (bytes[offset] & FIXED_FLAGS) === 0;
  if (!isHeader || (bytes[offset] & (IDENTIFIER_VALID | NEXT_PROTOCOL_VALID)) === 0) {
    return follow(Layer.DONE, offset, end, out);
  }
  const flags = bytes[offset];
  const next = (flags & NEXT_PROTOCOL_VALID) === 0 ? Next.ETHERNET : bytes[offset + NEXT_PROTOCOL_OFFSET];
  const inner = offset + HEADER_LENGTH;
  const layer = (flags & OPERATIONS) !== 0 ? Layer.DONE : innerLayer(next, bytes, inner, end, out);
  if (layer === Layer.DONE) return skipTunnel(Tunnel.VXLAN_GPE, offset, end, out);
  return enterTunnel(Tunnel.VXLAN_GPE, layer, inner, end, out);
}

function innerLayer(next: number, bytes: Uint8Array, inner: number, end: number, out: DecodedPacket): number {
  switch (next) {
    case Next.IPV4:
    case Next.IPV6:
      return looksLikeIp(bytes, inner, end, out) ? Layer.RAW_IP : Layer.DONE;
    case Next.ETHERNET:
      return looksLikeEthernet(bytes, inner, end) ? Layer.ETHERNET : Layer.DONE;
    case Next.NSH:
      return looksLikeNsh(bytes, inner, end) ? Layer.NSH : Layer.DONE;
    case Next.MPLS:
      return looksLikeMpls(bytes, inner, end, out) ? Layer.MPLS : Layer.DONE;
    default:
      return Layer.DONE;
  }
}
