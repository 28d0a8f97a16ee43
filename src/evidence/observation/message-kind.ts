/** Classifies packets by port: which of them are messages about addresses. */
import type { PacketRow } from "../../flows/packet-row.ts";
import type { DnsPacket } from "./name-cache.ts";

const DNS_PORT = 53;
/** Multicast DNS (RFC 6762, 3). */
export const MDNS_PORT = 5353;
const DHCP_SERVER_PORT = 67;

/** Kinds of messages about addresses. */
export const MessageKind = { NONE: 0, DNS: 1, DHCP: 2 } as const;

/** `a`, `b`: the ports of both sides. */
export function messageKind(a: number, b: number): number {
  if (a === DNS_PORT || b === DNS_PORT || a === MDNS_PORT || b === MDNS_PORT) return MessageKind.DNS;
  if (a === DHCP_SERVER_PORT || b === DHCP_SERVER_PORT) return MessageKind.DHCP;
  return MessageKind.NONE;
}

/** The payload of a packet as a message with its ends; the bytes are borrowed. */
export function messageOf(packet: PacketRow): DnsPacket {
  const { side, bytes, payloadOffset, payloadEnd, seconds } = packet;
  const other = 1 - side;
  return {
    bytes,
    offset: payloadOffset,
    end: payloadEnd,
    source: packet.addressKey(side),
    sourcePort: packet.port(side),
    destination: packet.addressKey(other),
    destinationPort: packet.port(other),
    seconds,
  };
}
