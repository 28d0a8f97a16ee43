/**
 * VXLAN (RFC 7348, 5), optionally with a group policy (draft-smith-vxlan-group-policy, 2.1).
 *
 *    0       1              4                    7          8
 *   | flags | reserved, 0  | network identifier | reserved | Ethernet         flag 08: the identifier is valid
 *           | .. | group   |                                                  flag 80: a group policy is there
 */
import { readUint32 } from "../../net/byte-reads.ts";
import type { DecodedPacket } from "./decoded-packet.ts";
import { looksLikeEthernet } from "./inner-headers.ts";
import { follow, Layer } from "./layers.ts";
import { enterTunnel, skipTunnel, Tunnel } from "./tunnels.ts";

const HEADER_LENGTH = 8;
const RESERVED_OFFSET = 7;
const IDENTIFIER_VALID = 0x08;
/** Flags and reserved bits of a header with only the identifier. */
const ONLY_VNI_FLAG = 0x0800_0000;

/**
 * Decodes the header at `offset`, the payload of a UDP packet to a VXLAN port; `bytes` is borrowed. Returns 0 or a
 * weird.
 */
export function decodeVxlan(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  if (end - offset < HEADER_LENGTH || (bytes[offset] & IDENTIFIER_VALID) === 0) {
    return follow(Layer.DONE, offset, end, out);
  }
  const inner = offset + HEADER_LENGTH;
  if (!looksLikeEthernet(bytes, inner, end)) return skipTunnel(Tunnel.VXLAN, offset, end, out);
  return enterTunnel(Tunnel.VXLAN, Layer.ETHERNET, inner, end, out);
}

/** Whether the payload of any UDP port is VXLAN with IP inside: a single flag, all reserved bits 0. */
export function looksLikeVxlan(bytes: Uint8Array, offset: number, end: number): boolean {
  return (
    end - offset > HEADER_LENGTH &&
    readUint32(bytes, offset) === ONLY_VNI_FLAG &&
    bytes[offset + RESERVED_OFFSET] === 0 &&
    looksLikeEthernet(bytes, offset + HEADER_LENGTH, end)
  );
}
