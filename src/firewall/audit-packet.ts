/**
 * The packets that a ruleset is asked about: those of a connection from a device to a service elsewhere, of which the
 * transport and the service's port are known and nearly nothing else is. What is not known is never taken for one thing or the
 * other.
 */

import { isJsonObject } from "./nft-ruleset.ts";
import { expressionText } from "./nft-text.ts";

/** What a packet of a connection is, as a firewall meets it. */
export interface AuditPacket {
  readonly version: 4 | 6;
  readonly transport: "tcp" | "udp";
  readonly hook: "forward" | "output" | "input";
  /** The first packet, a later one from the device, or an answer. */
  readonly stage: "opening" | "following" | "reply";
  readonly servicePort: number;
  /** Names of the interfaces that it passes, as they are known. */
  readonly inInterface: string | null;
  readonly outInterface: string | null;
}

/** What is known of the value of an expression, for a packet. */
export type Fact =
  /** A number from `low` to `high`. */
  | { readonly kind: "number"; readonly low: number; readonly high: number }
  /** One thing, under all names that a ruleset may have for it. */
  | { readonly kind: "name"; readonly names: readonly string[] }
  /** Some flags, all of them known. */
  | { readonly kind: "flags"; readonly flags: readonly string[] }
  /** Anything but these names. */
  | { readonly kind: "other"; readonly than: readonly string[] }
  /** The packet has no such thing: a rule that asks for it does not hold. */
  | { readonly kind: "absent" }
  | { readonly kind: "unknown" };

const ABSENT: Fact = { kind: "absent" };
const UNKNOWN: Fact = { kind: "unknown" };
/** Where Apple's devices open the ports of their connections (RFC 6335, section 6), but for NFS and its like. */
const CLIENT_PORT: Fact = { kind: "number", low: 49152, high: 65535 };
/** Numbers of IANA's "Protocol Numbers". */
const PROTOCOL_NUMBERS = { tcp: "6", udp: "17" } as const;
/** Transports that a packet of TCP or UDP does not have. */
const OTHER_PROTOCOLS = new Set([
  "icmp",
  "icmpv6",
  "igmp",
  "sctp",
  "dccp",
  "udplite",
  "ah",
  "esp",
  "comp",
  "gre",
  "arp",
  "vlan",
]);

/** What is known of an expression of nftables' JSON. */
export function factOf(expression: unknown, packet: AuditPacket): Fact {
  if (!isJsonObject(expression)) return UNKNOWN;
  const [key, value] = Object.entries(expression)[0] ?? ["", null];
  if (key === "&" && Array.isArray(value) && value.length === 2) return maskedFlags(value, packet);
  if (!isJsonObject(value)) return UNKNOWN;
  switch (key) {
    case "payload":
      return payloadFact(String(value.protocol), String(value.field), packet);
    case "meta":
      return metaFact(String(value.key), packet);
    case "ct":
      return "dir" in value ? UNKNOWN : trackingFact(String(value.key), packet);
    case "fib":
      return value.result === "type" ? addressTypeFact(expressionText(value.flags), packet) : UNKNOWN;
    default:
      return UNKNOWN;
  }
}

function payloadFact(protocol: string, field: string, packet: AuditPacket): Fact {
  if (OTHER_PROTOCOLS.has(protocol)) return ABSENT;
  if (protocol === "tcp" || protocol === "udp" || protocol === "th") {
    if (protocol !== "th" && protocol !== packet.transport) return ABSENT;
    if (field === "dport" || field === "sport") {
      const isService = (field === "dport") === (packet.stage !== "reply");
      return isService ? { kind: "number", low: packet.servicePort, high: packet.servicePort } : CLIENT_PORT;
    }
    if (field === "flags" && packet.stage === "opening") return { kind: "flags", flags: ["syn"] };
    return UNKNOWN;
  }
  if (protocol === "ip" || protocol === "ip6") {
    if ((protocol === "ip") !== (packet.version === 4)) return ABSENT;
    return field === "protocol" || field === "nexthdr" ? protocolFact(packet) : UNKNOWN;
  }
  return UNKNOWN;
}

function protocolFact({ transport }: AuditPacket): Fact {
  return { kind: "name", names: [transport, PROTOCOL_NUMBERS[transport]] };
}

function metaFact(key: string, packet: AuditPacket): Fact {
  const isIpv4 = packet.version === 4;
  switch (key) {
    case "l4proto":
      return protocolFact(packet);
    case "nfproto":
      return { kind: "name", names: isIpv4 ? ["ipv4", "2"] : ["ipv6", "10"] };
    case "protocol":
      return { kind: "name", names: isIpv4 ? ["ip", "2048"] : ["ip6", "34525"] };
    case "pkttype":
      return packet.hook === "output" ? UNKNOWN : { kind: "name", names: ["host", "unicast", "0"] };
    case "iif":
    case "iifname":
      return packet.hook === "output" ? ABSENT : interfaceFact(packet.inInterface);
    case "oif":
    case "oifname":
      return packet.hook === "input" ? ABSENT : interfaceFact(packet.outInterface);
    default:
      return UNKNOWN;
  }
}

/** The service is elsewhere, so nothing passes the loopback. */
function interfaceFact(name: string | null): Fact {
  return name === null ? { kind: "other", than: ["lo"] } : { kind: "name", names: [name] };
}

function trackingFact(key: string, { stage, transport, version }: AuditPacket): Fact {
  switch (key) {
    case "state":
      return { kind: "name", names: [stage === "opening" ? "new" : "established"] };
    case "direction":
      return { kind: "name", names: stage === "reply" ? ["reply", "1"] : ["original", "0"] };
    case "protocol":
      return { kind: "name", names: [transport, PROTOCOL_NUMBERS[transport]] };
    case "l3proto":
      return { kind: "name", names: version === 4 ? ["ipv4", "2"] : ["ipv6", "10"] };
    default:
      return UNKNOWN;
  }
}

/** Both ends are single hosts; the device's own address is local where it is the firewall itself. */
function addressTypeFact(flags: string, { hook }: AuditPacket): Fact {
  const isLocal = (flags === "saddr" && hook === "output") || (flags === "daddr" && hook === "input");
  if (flags !== "saddr" && flags !== "daddr") return UNKNOWN;
  return { kind: "name", names: isLocal ? ["local"] : ["unicast"] };
}

/** `tcp flags & (fin | syn)`: of known flags those that the mask has. */
function maskedFlags([left, mask]: readonly unknown[], packet: AuditPacket): Fact {
  const fact = factOf(left, packet);
  if (fact.kind === "absent") return fact;
  if (fact.kind !== "flags") return UNKNOWN;
  const kept = flagNames(mask);
  return kept === null ? UNKNOWN : { kind: "flags", flags: fact.flags.filter((flag) => kept.includes(flag)) };
}

/** "syn", ["syn", "ack"] or { "|": [...] } as names; 0 is none of them; null for anything else. */
export function flagNames(value: unknown): string[] | null {
  if (value === 0) return [];
  if (typeof value === "string") return [value];
  if (isJsonObject(value) && "|" in value) return flagNames(value["|"]);
  if (!Array.isArray(value)) return null;
  const names = value.map(flagNames);
  return names.includes(null) ? null : names.flatMap((one) => one ?? []);
}
