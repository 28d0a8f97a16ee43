/** MPLS in UDP (RFC 7510, 3): the label stack is the payload, see `mpls.ts`. */
import type { DecodedPacket } from "./decoded-packet.ts";
import { looksLikeMpls } from "./inner-headers.ts";
import { follow, Layer } from "./layers.ts";
import { enterTunnel, Tunnel } from "./tunnels.ts";

/**
 * Continues at the labels at `offset`, or ends the walk if there is no IP after them: nothing else is recognizable.
 * Returns 0 or a weird.
 */
export function decodeMplsInUdp(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  return looksLikeMpls(bytes, offset, end, out)
    ? enterTunnel(Tunnel.MPLS_IN_UDP, Layer.MPLS, offset, end, out)
    : follow(Layer.DONE, offset, end, out);
}
