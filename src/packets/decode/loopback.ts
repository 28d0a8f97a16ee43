/**
 * The loopback encapsulations of the BSDs: NULL (family in the capturing host's byte order) and LOOP (always
 * big-endian); tcpdump.org/linktypes.html.
 *
 *    0        4
 *   | family | payload
 */
import { readUint32, readUint32LittleEndian } from "../../net/byte-reads.ts";
import type { DecodedPacket } from "./decoded-packet.ts";
import { follow, Layer, truncationWeird } from "./layers.ts";
import { Weird } from "./weirds.ts";

const HEADER_LENGTH = 4;
/** Exceeds every family number: larger values were read in the wrong byte order. */
const MAX_FAMILY = 0xffff;
const INET = 2;
/** AF_INET6 of Linux, Windows, NetBSD and OpenBSD (also Npcap), FreeBSD, Darwin. */
const Inet6 = { LINUX: 10, WINDOWS: 23, BSD: 24, FREEBSD: 28, DARWIN: 30 } as const;

/** Decodes the header at `offset`; `bytes` is borrowed. Returns 0 or a weird. */
export function decodeLoopback(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  if (end - offset < HEADER_LENGTH) return truncationWeird(Weird.TRUNCATED_LOOPBACK_HEADER, end, out);
  return followAddressFamily(readAddressFamily(bytes, offset), offset + HEADER_LENGTH, end, out);
}

/** Reads the 4-byte family at `offset` in the capturing host's byte order, which is detected. */
export function readAddressFamily(bytes: Uint8Array, offset: number): number {
  const family = readUint32LittleEndian(bytes, offset);
  return family > MAX_FAMILY ? readUint32(bytes, offset) : family;
}

/** Sets the next layer for a packet of an address family of a BSD, Linux or Windows at `offset`; returns 0 or a weird. */
export function followAddressFamily(family: number, offset: number, end: number, out: DecodedPacket): number {
  switch (family) {
    case INET:
      return follow(Layer.IPV4, offset, end, out);
    case Inet6.LINUX:
    case Inet6.WINDOWS:
    case Inet6.BSD:
    case Inet6.FREEBSD:
    case Inet6.DARWIN:
      return follow(Layer.IPV6, offset, end, out);
    default:
      return Weird.UNKNOWN_ADDRESS_FAMILY;
  }
}
