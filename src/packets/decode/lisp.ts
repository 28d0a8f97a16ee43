/**
 * LISP data (RFC 9300, 5.1 and 5.3): IP after the header of the Locator/ID Separation Protocol.
 *
 *    0                  1       4                                  8
 *   | N L E V I R, key | nonce | instance id, locator status bits | IP
 */
import type { DecodedPacket } from "./decoded-packet.ts";
import { looksLikeIp } from "./inner-headers.ts";
import { follow, Layer } from "./layers.ts";
import { enterTunnel, skipTunnel, Tunnel } from "./tunnels.ts";

const HEADER_LENGTH = 8;
const NONCE_PRESENT = 0x80;
const ECHO_REQUEST = 0x20;
const VERSION_PRESENT = 0x10;
const RESERVED = 0x04;
/** If a key is set, the payload is encrypted (RFC 8061, 4). */
const KEY_MASK = 0x03;

/** Decodes the header at `offset`, the payload of a UDP packet; `bytes` is borrowed. Returns 0 or a weird. */
export function decodeLisp(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  if (end - offset < HEADER_LENGTH || !isHeader(bytes[offset])) return follow(Layer.DONE, offset, end, out);
  const inner = offset + HEADER_LENGTH;
  if ((bytes[offset] & KEY_MASK) !== 0 || !looksLikeIp(bytes, inner, end, out)) {
    return skipTunnel(Tunnel.LISP, offset, end, out);
  }
  return enterTunnel(Tunnel.LISP, Layer.RAW_IP, inner, end, out);
}

/** Checks the flags: nonce and map versions share a field, and an echo request requires a nonce. */
function isHeader(flags: number): boolean {
  if ((flags & RESERVED) !== 0) return false;
  if ((flags & VERSION_PRESENT) !== 0) return (flags & (NONCE_PRESENT | ECHO_REQUEST)) === 0;
  return (flags & ECHO_REQUEST) === 0 || (flags & NONCE_PRESENT) !== 0;
}
