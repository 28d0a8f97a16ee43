/**
 * IPsec packets of OpenBSD and FreeBSD, captured before encryption or after decryption (tcpdump.org/linktypes,
 * LINKTYPE_ENC).
 *
 *    0        4     8       12
 *   | family | SPI | flags | packet        the family is in the capturing host's byte order
 */
import type { DecodedPacket } from "./decoded-packet.ts";
import { truncationWeird } from "./layers.ts";
import { followAddressFamily, readAddressFamily } from "./loopback.ts";
import { Weird } from "./weirds.ts";

const HEADER_LENGTH = 12;

/** Decodes the header at `offset`; `bytes` is borrowed. Returns 0 or a weird. */
export function decodeEnc(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  if (end - offset < HEADER_LENGTH) return truncationWeird(Weird.TRUNCATED_ENC_HEADER, end, out);
  return followAddressFamily(readAddressFamily(bytes, offset), offset + HEADER_LENGTH, end, out);
}
