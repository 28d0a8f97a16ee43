/**
 * IP Authentication Header (RFC 4302, 2): authenticated, not encrypted, so the payload is readable.
 *
 *    0             1                                    2          4     8          12
 *   | next header | length in units of 4, less 2 units | reserved | SPI | sequence | integrity check
 */
import type { DecodedPacket } from "./decoded-packet.ts";
import { followIpProtocol, isIpv6Extension } from "./ip-protocol.ts";
import { follow, Layer, truncationWeird } from "./layers.ts";
import { Weird } from "./weirds.ts";

const LENGTH_OFFSET = 1;
const LENGTH_UNIT = 4;
const UNCOUNTED_UNITS = 2;
const MIN_LENGTH = 12;

/** Decodes the header at `offset`; `bytes` is borrowed. Returns 0 or a weird. */
export function decodeAh(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  if (end - offset < MIN_LENGTH) return truncationWeird(Weird.TRUNCATED_AH_HEADER, end, out);
  const length = (bytes[offset + LENGTH_OFFSET] + UNCOUNTED_UNITS) * LENGTH_UNIT;
  if (length < MIN_LENGTH) return Weird.BAD_AH_LENGTH;
  if (end - offset < length) return truncationWeird(Weird.TRUNCATED_AH_HEADER, end, out);
  const next = bytes[offset];
  if (out.ipVersion === 6 && isIpv6Extension(next)) {
    out.protocol = next;
    return follow(Layer.IPV6_EXTENSION, offset + length, end, out);
  }
  return followIpProtocol(next, offset + length, end, out);
}
