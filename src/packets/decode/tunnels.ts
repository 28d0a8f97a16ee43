/**
 * The kinds of tunnels in IP, and how the walk enters one. `DecodedPacket` stores as bits which kinds a packet has and
 * which of them enclose its ports.
 */
import type { DecodedPacket } from "./decoded-packet.ts";
import { follow, Layer } from "./layers.ts";
import { Weird } from "./weirds.ts";

/** Bits of `DecodedPacket.tunnels`. */
export const Tunnel = {
  IP_IN_IP: 1 << 0,
  GRE: 1 << 1,
  NVGRE: 1 << 2,
  ERSPAN: 1 << 3,
  ETHERIP: 1 << 4,
  L2TPV3: 1 << 5,
  L2TPV2: 1 << 6,
  TEREDO: 1 << 7,
  VXLAN: 1 << 8,
  VXLAN_GPE: 1 << 9,
  GENEVE: 1 << 10,
  GTP_U: 1 << 11,
  TZSP: 1 << 12,
  MPLS_IN_UDP: 1 << 13,
  CAPWAP: 1 << 14,
  LISP: 1 << 15,
} as const;

/** Names of the kinds in reports, by bit number. */
export const TUNNEL_NAMES: readonly string[] = Object.keys(Tunnel).map((key) =>
  key.toLowerCase().replaceAll("_", "-"),
);

/** Enters a tunnel: `layer` at `offset`. Returns 0, or a weird if the decoder enters none (`--outer`). */
export function enterTunnel(
  tunnel: number,
  layer: number,
  offset: number,
  end: number,
  out: DecodedPacket,
): number {
  out.tunnels |= tunnel;
  if (!out.entersTunnels) return Weird.TUNNEL_NOT_ENTERED;
  out.tunnelsInside |= tunnel;
  return follow(layer, offset, end, out);
}

/**
 * Ends the walk at the UDP header before `offset` if a tunnel's payload cannot be entered: control messages, a payload
 * other than IP, an implausible inner header. Returns 0.
 */
export function skipTunnel(tunnel: number, offset: number, end: number, out: DecodedPacket): number {
  out.tunnels |= tunnel;
  return follow(Layer.DONE, offset, end, out);
}
