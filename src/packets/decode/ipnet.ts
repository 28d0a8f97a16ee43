/**
 * Captures of Solaris's IP layer (tcpdump.org/linktypes, LINKTYPE_IPNET; libpcap `pcap-common.c`). Big-endian.
 *
 *    0         1        2            4        8           12                 16            20             24
 *   | version | family | hook, 0-2  | length | interface | group's interface | source zone | its target    | IP
 */
import type { DecodedPacket } from "./decoded-packet.ts";
import { follow, Layer, truncationWeird } from "./layers.ts";
import { Weird } from "./weirds.ts";

const FAMILY_OFFSET = 1;
const HEADER_LENGTH = 24;
const VERSION = 2;
/** Address families of Solaris. */
const Family = { INET: 2, INET6: 26 } as const;

/** Decodes the header at `offset`; `bytes` is borrowed. Returns 0 or a weird. */
export function decodeIpnet(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  if (end - offset < HEADER_LENGTH) return truncationWeird(Weird.TRUNCATED_IPNET_HEADER, end, out);
  if (bytes[offset] !== VERSION) return Weird.BAD_LINK_HEADER;
  switch (bytes[offset + FAMILY_OFFSET]) {
    case Family.INET:
      return follow(Layer.IPV4, offset + HEADER_LENGTH, end, out);
    case Family.INET6:
      return follow(Layer.IPV6, offset + HEADER_LENGTH, end, out);
    default:
      return Weird.UNKNOWN_ADDRESS_FAMILY;
  }
}
