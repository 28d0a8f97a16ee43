/**
 * Packets that a ruleset is tested with: those of a connection from a device to a service elsewhere. Little more than
 * the transport, the service's port and example addresses is known. Unknown properties are assumed to be those of an
 * ordinary connection, and each such assumption is recorded.
 */

/** Hooks that IP packets pass. */
export type AuditHook = "prerouting" | "forward" | "input" | "output" | "postrouting";

/** Packets forwarded by a router, sent by this host, or received by it. */
export type AuditRoute = "forward" | "output" | "input";

/** State that earlier rules have left on the packet; null where unknown. */
export interface PacketMarks {
  readonly packet: number | null;
  /** Mark of its connection. */
  readonly connection: number | null;
  /** Whether it has passed a rule that accepts packets of existing connections, as far as nft's JSON shows. */
  readonly hasPassedTracking: boolean;
}

/** A packet of a connection, as a firewall sees it. */
export interface AuditPacket {
  readonly version: 4 | 6;
  /** `icmpv6`: a neighbour discovery message, without which no IPv6 connection works. */
  readonly transport: "tcp" | "udp" | "icmpv6";
  readonly path: AuditRoute;
  readonly hook: AuditHook;
  /** The first packet, a later one from the device, or an answer. */
  readonly stage: "opening" | "following" | "reply";
  readonly servicePort: number;
  /** Type of an ICMPv6 message; null for other packets. */
  readonly icmpType: "solicit" | "advert" | null;
  /** TCP flags; null for UDP. */
  readonly tcpFlags: readonly string[] | null;
  /** Example addresses of the two ends; null where nothing is known. */
  readonly device: bigint | null;
  readonly service: bigint | null;
  /** Names of the interfaces it passes; null where unknown. */
  readonly inInterface: string | null;
  readonly outInterface: string | null;
  readonly marks: PacketMarks;
  /** Assumptions made about it. Grows as rules are evaluated. */
  readonly assumed: string[];
}

/** A packet without marks. */
export const UNMARKED: PacketMarks = { packet: 0, connection: 0, hasPassedTracking: false };

/** Assumptions about an ordinary connection, as worded in reports. */
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

/** Records an assumption, once. */
export function assume(packet: AuditPacket, assumption: keyof typeof ASSUMPTIONS): void {
  const text = ASSUMPTIONS[assumption];
  if (!packet.assumed.includes(text)) packet.assumed.push(text);
}
