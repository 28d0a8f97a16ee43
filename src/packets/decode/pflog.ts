/**
 * Log of the packet filter of OpenBSD, FreeBSD, NetBSD and macOS (tcpdump.org/linktypes, LINKTYPE_PFLOG; OpenBSD
 * `net/if_pflog.h`).
 *
 *    0        1        2        3        4
 *   | length | family | action | reason | interface, rule set, rule numbers, ... | padded to 4 | packet
 *
 * The length is the header's without padding: 45, 61, 64 or 100, depending on system and release.
 */
import type { DecodedPacket } from "./decoded-packet.ts";
import { truncationWeird } from "./layers.ts";
import { followAddressFamily } from "./loopback.ts";
import { Weird } from "./weirds.ts";

const FAMILY_OFFSET = 1;
const FAMILY_LENGTH = 2;
const MIN_LENGTH = 45;
const ALIGNMENT = 4;

/** Decodes the header at `offset`; `bytes` is borrowed. Returns 0 or a weird. */
export function decodePflog(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  if (end - offset < FAMILY_LENGTH) return truncationWeird(Weird.TRUNCATED_PFLOG_HEADER, end, out);
  const length = bytes[offset];
  if (length < MIN_LENGTH) return Weird.BAD_LINK_HEADER;
  const paddedLength = (length + ALIGNMENT - 1) & -ALIGNMENT;
  if (end - offset < paddedLength) return truncationWeird(Weird.TRUNCATED_PFLOG_HEADER, end, out);
  return followAddressFamily(bytes[offset + FAMILY_OFFSET], offset + paddedLength, end, out);
}
