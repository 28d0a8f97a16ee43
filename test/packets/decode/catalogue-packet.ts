/** Common parts of the catalogue's entries: their inner packets, and expected results. */
import { type PacketBuilder, packet } from "../../../src/testing/builders/packet-builder.ts";

/** A named packet. */
export interface CataloguePacket {
  readonly name: string;
  readonly packet: PacketBuilder;
  /** Overrides the link type of the outermost layer. */
  readonly linkType?: number;
  /** Bytes of frame check sequence at its end, which can be cut without affecting the frame. */
  readonly frameCheckLength?: number;
  /** A summary of `decodeBuilt`, or the weird. */
  readonly expected: string;
}

export const TCP4 = "tcp 192.0.2.1 49200 > 198.51.100.2 443";
export const UDP4 = "udp 192.0.2.1 49200 > 198.51.100.2 443";
export const TCP6 = "tcp 2001:db8:0:0:0:0:0:1 49200 > 2001:db8:0:0:0:0:0:2 443";
export const UDP6 = "udp 2001:db8:0:0:0:0:0:1 49200 > 2001:db8:0:0:0:0:0:2 443";

/** Addresses of outer headers, which make it visible if an outer one is used as the inner one. */
export const OUTER4 = { source: "203.0.113.1", destination: "203.0.113.2" };
export const OUTER6 = { source: "2001:db8:ffff::1", destination: "2001:db8:ffff::2" };

/** `begin`, followed by IP with ports. */
export const tcp4 = (begin: PacketBuilder) => begin.ipv4().tcp({ flags: "PA" }).payload(12);
export const udp4 = (begin: PacketBuilder) => begin.ipv4().udp().payload(12);
export const tcp6 = (begin: PacketBuilder) => begin.ipv6().tcp().payload(12);
export const udp6 = (begin: PacketBuilder) => begin.ipv6().udp().payload(12);
export const ethernet = () => packet().ethernet();
