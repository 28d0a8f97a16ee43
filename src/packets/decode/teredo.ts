/**
 * Teredo: IPv6 in UDP (RFC 4380, 5.1.1), possibly after an authentication and an origin indication.
 *
 *    0       2                4                       4 + a + b      13 + a + b
 *   | 00 01 | id length a, authentication length b | id, value   | nonce 8, confirmation 1 |
 *   | 00 00 | port, address: 8 bytes in all | IPv6
 *
 * The port alone proves nothing, so this decoder continues only if an IPv6 header fits.
 */
import { readUint16 } from "../../net/byte-reads.ts";
import type { DecodedPacket } from "./decoded-packet.ts";
import { looksLikeIpv6 } from "./inner-headers.ts";
import { follow, Layer } from "./layers.ts";
import { enterTunnel, Tunnel } from "./tunnels.ts";

const INDICATION_LENGTH = 2;
const AUTHENTICATION = 0x0001;
const ORIGIN = 0x0000;
const ID_LENGTH_OFFSET = 2;
const VALUE_LENGTH_OFFSET = 3;
const AUTHENTICATION_FIXED_LENGTH = 13;
const ORIGIN_LENGTH = 8;

/**
 * Continues at the IPv6 packet in the UDP payload at `offset`, or ends the walk. `bytes` is borrowed. Returns 0 or a
 * weird.
 */
export function decodeTeredo(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  let inner = offset;
  if (end - inner >= AUTHENTICATION_FIXED_LENGTH && readUint16(bytes, inner) === AUTHENTICATION) {
    inner +=
      AUTHENTICATION_FIXED_LENGTH + bytes[inner + ID_LENGTH_OFFSET] + bytes[inner + VALUE_LENGTH_OFFSET];
  }
  if (end - inner >= INDICATION_LENGTH && readUint16(bytes, inner) === ORIGIN) inner += ORIGIN_LENGTH;
  return looksLikeIpv6(bytes, inner, end, out)
    ? enterTunnel(Tunnel.TEREDO, Layer.IPV6, inner, end, out)
    : follow(Layer.DONE, offset, end, out);
}
