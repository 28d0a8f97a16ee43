/**
 * Traffic as data: the description of one captured record, which can be built into bytes for the program and given to the
 * reference model (`reference-*.ts`), which computes the expected result.
 */

import { type PacketBuilder, packet } from "../../src/testing/builders/packet-builder.ts";
import type { MemoryRecord } from "./memory-source.ts";

export type TransportName = "tcp" | "udp";

export interface Endpoint {
  /** In canonical form. */
  readonly address: string;
  readonly port: number;
}

/** A packet with ports; with `fragmentId` the first fragment of a datagram. */
export interface PortsBody {
  readonly kind: "ports";
  readonly transport: TransportName;
  readonly source: Endpoint;
  readonly destination: Endpoint;
  /** Letters of F, S, R, P, A; only for TCP. */
  readonly flags: string;
  /** The initial sequence number of the opener; 1 by default. Only for TCP. */
  readonly start?: number;
  readonly fragmentId: number | null;
}

/** A fragment that has no ports. */
export interface LaterFragmentBody {
  readonly kind: "later-fragment";
  readonly transport: TransportName;
  readonly sourceAddress: string;
  readonly destinationAddress: string;
  readonly fragmentId: number;
}

/** A record without ports, by the name of its weird. */
export interface OtherBody {
  readonly kind: "other";
  readonly weird: keyof typeof OTHERS;
}

export interface TrafficRecord {
  /** Nanoseconds since 1970; null for none. */
  readonly time: bigint | null;
  /** Bytes on the wire beyond those captured. */
  readonly extraLength: number;
  /** Sent to ff:ff:ff:ff:ff:ff. */
  readonly isLinkBroadcast: boolean;
  readonly body: PortsBody | LaterFragmentBody | OtherBody;
}

interface Other {
  readonly packet: PacketBuilder;
  readonly packetClass: "otherIp" | "nonIp" | "malformed" | "snaplenCut" | "unsupportedLinkType";
  readonly cutTo?: number;
  readonly linkType?: number;
}

const ethernet = packet().ethernet();
const UNKNOWN_LINK_TYPE = 147;

/** Records without ports, one of each class. */
export const OTHERS = {
  arp: { packet: ethernet.arp(), packetClass: "nonIp" },
  icmp: { packet: ethernet.ipv4().icmp(), packetClass: "otherIp" },
  bad_ipv4_header_length: { packet: ethernet.ipv4({ headerWords: 4 }).tcp(), packetClass: "malformed" },
  cut_ipv4_header: { packet: ethernet.ipv4().tcp(), packetClass: "snaplenCut", cutTo: 30 },
  unsupported_link_type: {
    packet: ethernet.ipv4().tcp(),
    packetClass: "unsupportedLinkType",
    linkType: UNKNOWN_LINK_TYPE,
  },
} as const satisfies Record<string, Other>;

/** A record with its bytes. */
export function toMemoryRecord(record: TrafficRecord): MemoryRecord {
  const bytes = bytesOf(record);
  const base = { bytes, time: record.time, originalLength: lengthOf(record) };
  const linkType = record.body.kind === "other" ? (OTHERS[record.body.weird] as Other).linkType : undefined;
  return linkType === undefined ? base : { ...base, linkType };
}

/** Bytes of a record on the wire. */
export function lengthOf(record: TrafficRecord): number {
  const cut =
    record.body.kind === "other" && (OTHERS[record.body.weird] as Other).cutTo !== undefined ? 1 : 0;
  return bytesOf(record).length + record.extraLength + cut;
}

const built = new WeakMap<TrafficRecord, Uint8Array>();

function bytesOf(record: TrafficRecord): Uint8Array {
  let bytes = built.get(record);
  if (bytes === undefined) {
    bytes = build(record);
    built.set(record, bytes);
  }
  return bytes;
}

function build({ body, isLinkBroadcast }: TrafficRecord): Uint8Array {
  if (body.kind === "other") {
    const other: Other = OTHERS[body.weird];
    return other.packet.build().slice(0, other.cutTo);
  }
  const link = packet().ethernet(isLinkBroadcast ? { destination: "ff:ff:ff:ff:ff:ff" } : {});
  if (body.kind === "later-fragment") {
    const { sourceAddress, destinationAddress, transport, fragmentId } = body;
    const protocol = transport === "tcp" ? 6 : 17;
    const addresses = { source: sourceAddress, destination: destinationAddress };
    const ip = sourceAddress.includes(":")
      ? link.ipv6({ ...addresses }).fragment({ offset: 64, id: fragmentId, nextHeader: protocol })
      : link.ipv4({ ...addresses, protocol, id: fragmentId, fragmentOffset: 64 });
    return ip.payload(24).build();
  }
  const { source, destination, transport, fragmentId } = body;
  const addresses = { source: source.address, destination: destination.address };
  const ports = { sourcePort: source.port, destinationPort: destination.port };
  let ip: PacketBuilder;
  if (!source.address.includes(":")) {
    ip = link.ipv4(fragmentId === null ? addresses : { ...addresses, id: fragmentId, moreFragments: true });
  } else {
    ip = link.ipv6(addresses);
    if (fragmentId !== null) ip = ip.fragment({ more: true, id: fragmentId });
  }
  return (transport === "tcp" ? ip.tcp({ ...ports, ...numbersOf(body) }) : ip.udp(ports)).payload(8).build();
}

/** Flags and numbers of a segment: the SYN has the first number, what comes after it the next one (RFC 9293, 3.4). */
export function numbersOf({ flags, start = 1 }: Pick<PortsBody, "flags" | "start">) {
  const isOpening = flags.includes("S") && !flags.includes("A");
  const next = (start + 1) % 2 ** 32;
  return { flags, sequence: isOpening ? start : next, acknowledgment: next };
}
