/**
 * Teredo: IPv6 in UDP (RFC 4380, 5.1.1), perhaps behind an authentication and an origin indication.
 *
 *    0       2                4                       4 + a + b      13 + a + b
 *   | 00 01 | id length a, authentication length b | id, value   | nonce 8, confirmation 1 |
 *   | 00 00 | port, address: 8 bytes in all | IPv6
 *
 * The port alone proves nothing, so this decoder only leads on where an IPv6 header fits; the walk keeps the outer
 * UDP header and returns to it where the inner packet has no ports (`packet-decoder.ts`).
 */
import { readUint16 } from "../../net/byte-reads.ts";
import { type DecodedPacket, FragmentKind } from "./decoded-packet.ts";
import { follow, Layer } from "./layers.ts";

const INDICATION_LENGTH = 2;
const AUTHENTICATION = 0x0001;
const ORIGIN = 0x0000;
const ID_LENGTH_OFFSET = 2;
const VALUE_LENGTH_OFFSET = 3;
const AUTHENTICATION_FIXED_LENGTH = 13;
const ORIGIN_LENGTH = 8;
const IPV6_HEADER_LENGTH = 40;
const IPV6_PAYLOAD_LENGTH_OFFSET = 4;

/** Leads to the IPv6 packet in the UDP payload at `offset`, or ends the walk. `bytes` is borrowed. Returns 0. */
export function decodeTeredo(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  let inner = offset;
  if (end - inner >= AUTHENTICATION_FIXED_LENGTH && readUint16(bytes, inner) === AUTHENTICATION) {
    inner +=
      AUTHENTICATION_FIXED_LENGTH + bytes[inner + ID_LENGTH_OFFSET] + bytes[inner + VALUE_LENGTH_OFFSET];
  }
  if (end - inner >= INDICATION_LENGTH && readUint16(bytes, inner) === ORIGIN) inner += ORIGIN_LENGTH;
  return isIpv6(bytes, inner, end, out)
    ? follow(Layer.IPV6, inner, end, out)
    : follow(Layer.DONE, offset, end, out);
}

/** The version fits, and so does the length: trailers may follow (RFC 6081, 4), and a cut may leave less. */
function isIpv6(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): boolean {
  if (end - offset < IPV6_HEADER_LENGTH || bytes[offset] >> 4 !== 6) return false;
  const length = IPV6_HEADER_LENGTH + readUint16(bytes, offset + IPV6_PAYLOAD_LENGTH_OFFSET);
  if (length <= end - offset) return true;
  return out.fragment === FragmentKind.FIRST || (out.cutBySnaplen !== 0 && end === out.capturedEnd);
}
