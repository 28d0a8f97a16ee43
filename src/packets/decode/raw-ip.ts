/** IP without a link layer: only the version in the first four bits (RFC 791, 3.1; RFC 8200, 3) identifies it. */
import type { DecodedPacket } from "./decoded-packet.ts";
import { follow, Layer, truncationWeird } from "./layers.ts";
import { Weird } from "./weirds.ts";

/** Sets the next layer by the version at `offset`; `bytes` is borrowed. Returns 0 or a weird. */
export function decodeRawIp(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  if (end <= offset) return truncationWeird(Weird.TRUNCATED_IP_HEADER, end, out);
  switch (bytes[offset] >> 4) {
    case 4:
      return follow(Layer.IPV4, offset, end, out);
    case 6:
      return follow(Layer.IPV6, offset, end, out);
    default:
      return Weird.BAD_IP_VERSION;
  }
}
