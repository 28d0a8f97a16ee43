/**
 * The packets that a ruleset is asked about: those of a connection from a device to a service elsewhere. Their transport, the
 * service's port and an example of the addresses are known, and little else is. What is not known is never taken for one thing or
 * the other, but for what an ordinary connection has: that is written down as an assumption.
 */

/** Hooks of a chain where a packet of IP passes. */
export type AuditHook = "prerouting" | "forward" | "input" | "output" | "postrouting";

/** Where packets pass: forwarded by a router, sent by this host, or received by it. */
export type AuditRoute = "forward" | "output" | "input";

/** What the rules before have left on the packet; null where it is not known. */
export interface PacketMarks {
  readonly packet: number | null;
  /** Of its connection. */
  readonly connection: number | null;
  /** Whether it has passed a rule that lets through what belongs to a connection, as far as the JSON of nft tells. */
  readonly hasPassedTracking: boolean;
}

/** What a packet of a connection is, as a firewall meets it. */
export interface AuditPacket {
  readonly version: 4 | 6;
  /** `icmpv6`: a message of neighbour discovery, without which no connection of IPv6 stands. */
  readonly transport: "tcp" | "udp" | "icmpv6";
  readonly path: AuditRoute;
  readonly hook: AuditHook;
  /** The first packet, a later one from the device, or an answer. */
  readonly stage: "opening" | "following" | "reply";
  readonly servicePort: number;
  /** Of a message of ICMPv6; null of others. */
  readonly icmpType: "solicit" | "advert" | null;
  /** Of TCP; null of UDP. */
  readonly tcpFlags: readonly string[] | null;
  /** Examples of the addresses of the two ends; null where nothing is known of one. */
  readonly device: bigint | null;
  readonly service: bigint | null;
  /** Names of the interfaces that it passes, as they are known. */
  readonly inInterface: string | null;
  readonly outInterface: string | null;
  readonly marks: PacketMarks;
  /** What is taken for granted of it. Grows while rules are held to it. */
  readonly assumed: string[];
}

/** A packet that nothing has marked. */
export const UNMARKED: PacketMarks = { packet: 0, connection: 0, hasPassedTracking: false };

/** What is taken for granted of an ordinary connection, as reports say it. */
export const ASSUMPTIONS = {
  marks: "packets and connections have no marks except those that the rules set",
  dnat: "the connection is an ordinary one: no rule has changed its destination (ct status dnat)",
  limits: "the rate and the number of connections stay within the limits of the rules",
  route: "the route back to the source uses the interface that packets came in on (reverse path filter)",
  bridge: "packets are routed, not bridged",
  dynamicSets: "sets that rules fill, or whose entries time out, do not contain its addresses",
  unicast: "iptables addrtype matches addresses of this machine, broadcast or multicast",
  policy: "no IPsec is between the device and the service",
  established:
    "an iptables conntrack match, which nft's JSON does not spell out, accepts established and related packets",
  fresh:
    "an iptables conntrack match, which nft's JSON does not spell out, is for new connections where replies have passed before it, or a service's port is named",
  invalid: "an iptables conntrack match, which nft's JSON does not spell out, drops invalid packets",
} as const;

/** Writes an assumption down, once. */
export function assume(packet: AuditPacket, assumption: keyof typeof ASSUMPTIONS): void {
  const text = ASSUMPTIONS[assumption];
  if (!packet.assumed.includes(text)) packet.assumed.push(text);
}
