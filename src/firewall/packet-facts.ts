/** What is known of the value of an expression of nftables' JSON, for a packet. */

import { addressRange } from "./address-literals.ts";
import { type AuditPacket, assume } from "./audit-packet.ts";
import { isJsonObject } from "./nft-ruleset.ts";
import { expressionText } from "./nft-text.ts";

/** What is known of a value. */
export type Fact =
  /** A number from `low` to `high`. */
  | { readonly kind: "number"; readonly low: number; readonly high: number }
  | { readonly kind: "address"; readonly version: 4 | 6; readonly value: bigint }
  /** One thing, under all names that a ruleset may have for it. */
  | { readonly kind: "name"; readonly names: readonly string[] }
  /** Some flags, all of them known. */
  | { readonly kind: "flags"; readonly flags: readonly string[] }
  /** Anything but these names. */
  | { readonly kind: "other"; readonly than: readonly string[] }
  /** It is there; what it is, is not known. */
  | { readonly kind: "exists" }
  /** The packet has no such thing: a rule that asks for it does not hold. */
  | { readonly kind: "absent" }
  | { readonly kind: "unknown" };

const ABSENT: Fact = { kind: "absent" };
const UNKNOWN: Fact = { kind: "unknown" };
/** Where Apple's devices open the ports of their connections (RFC 6335, section 6), but for NFS and its like. */
const CLIENT_PORT: Fact = { kind: "number", low: 49152, high: 65535 };
/** Numbers of IANA's "Protocol Numbers". */
const PROTOCOL_NAMES = {
  tcp: ["tcp", "6"],
  udp: ["udp", "17"],
  icmpv6: ["icmpv6", "ipv6-icmp", "58"],
} as const;
/** Messages of neighbour discovery (RFC 4861, section 4), as nftables, ip6tables and IANA call them. */
const ICMP_TYPES = {
  solicit: ["nd-neighbor-solicit", "neighbour-solicitation", "neighbor-solicitation", "135"],
  advert: ["nd-neighbor-advert", "neighbour-advertisement", "neighbor-advertisement", "136"],
} as const;
/** Of every such message. */
const HOP_LIMIT = 255;
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
/** By their place in bits from the begin of a header of TCP or UDP (RFC 9293, RFC 768). */
const PORT_FIELDS: Readonly<Record<number, string>> = { 0: "sport", 16: "dport" };

/** What is known of an expression of nftables' JSON. */
export function factOf(expression: unknown, packet: AuditPacket): Fact {
  if (!isJsonObject(expression)) return UNKNOWN;
  const [key, value] = Object.entries(expression)[0] ?? ["", null];
  if (key === "&" && Array.isArray(value) && value.length === 2) return maskedFact(value, packet);
  if (!isJsonObject(value)) return UNKNOWN;
  switch (key) {
    case "payload":
      if (value.base === "th" && value.len === 16) {
        return payloadFact("th", PORT_FIELDS[Number(value.offset)] ?? "", packet);
      }
      return payloadFact(String(value.protocol), String(value.field), packet);
    case "meta":
      return metaFact(String(value.key), packet);
    case "ct":
      return trackingFact(String(value.key), value.dir, packet);
    case "fib":
      return routeFact(String(value.result), expressionText(value.flags), packet);
    case "exthdr":
      return ABSENT;
    default:
      return UNKNOWN;
  }
}

function payloadFact(protocol: string, field: string, packet: AuditPacket): Fact {
  if (protocol === "icmpv6" && packet.icmpType !== null) {
    return field === "type" ? { kind: "name", names: ICMP_TYPES[packet.icmpType] } : UNKNOWN;
  }
  if (OTHER_PROTOCOLS.has(protocol)) return ABSENT;
  if (protocol === "tcp" || protocol === "udp" || protocol === "th") {
    if (packet.icmpType !== null || (protocol !== "th" && protocol !== packet.transport)) return ABSENT;
    if (field === "dport" || field === "sport") return portFact(field === "dport", packet);
    if (field === "flags" && packet.tcpFlags !== null) return { kind: "flags", flags: packet.tcpFlags };
    return UNKNOWN;
  }
  if (protocol === "ip" || protocol === "ip6") {
    if ((protocol === "ip") !== (packet.version === 4)) return ABSENT;
    if (field === "protocol" || field === "nexthdr") return protocolFact(packet);
    if (field === "saddr" || field === "daddr") return addressFact(field === "saddr", packet);
    // Neither end sends a connection's packets in fragments: TCP finds the path's MTU, and UDP's are small.
    if (field === "hoplimit" && packet.icmpType !== null) {
      return { kind: "number", low: HOP_LIMIT, high: HOP_LIMIT };
    }
    if (field === "frag-off") return { kind: "number", low: 0, high: 0 };
    if (field === "version") return { kind: "number", low: packet.version, high: packet.version };
    return UNKNOWN;
  }
  return UNKNOWN;
}

function portFact(isDestination: boolean, { stage, servicePort }: AuditPacket): Fact {
  const isService = isDestination === (stage !== "reply");
  return isService ? { kind: "number", low: servicePort, high: servicePort } : CLIENT_PORT;
}

function addressFact(isSource: boolean, { stage, version, device, service }: AuditPacket): Fact {
  const value = isSource === (stage !== "reply") ? device : service;
  return value === null ? UNKNOWN : { kind: "address", version, value };
}

function protocolFact({ transport }: AuditPacket): Fact {
  return { kind: "name", names: PROTOCOL_NAMES[transport] };
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
      return packet.hook === "output" || packet.icmpType !== null
        ? UNKNOWN
        : { kind: "name", names: ["host", "unicast", "0"] };
    case "iif":
    case "iifname":
      if (packet.hook === "output") return ABSENT;
      return packet.hook === "postrouting" ? UNKNOWN : interfaceFact(packet.inInterface, packet.outInterface);
    case "oif":
    case "oifname":
      if (packet.hook === "input" || packet.hook === "prerouting") return ABSENT;
      return interfaceFact(packet.outInterface, packet.inInterface);
    case "mark":
      return markFact(packet.marks.packet, packet);
    case "iifgroup":
    case "oifgroup":
      return { kind: "name", names: ["default", "0"] };
    case "ibrname":
    case "obrname":
    case "ibridgename":
    case "obridgename":
      assume(packet, "bridge");
      return ABSENT;
    case "secpath":
    case "ipsec":
      assume(packet, "policy");
      return { kind: "number", low: 0, high: 0 };
    default:
      return UNKNOWN;
  }
}

/** The service is elsewhere, so nothing passes the loopback; nor does a router send back where it comes from. */
function interfaceFact(name: string | null, other: string | null): Fact {
  if (name !== null) return { kind: "name", names: [name] };
  return { kind: "other", than: other === null ? ["lo"] : ["lo", other] };
}

function markFact(mark: number | null, packet: AuditPacket): Fact {
  if (mark === null) return UNKNOWN;
  assume(packet, "marks");
  return { kind: "number", low: mark, high: mark };
}

function trackingFact(key: string, direction: unknown, packet: AuditPacket): Fact {
  const { stage, version } = packet;
  switch (key) {
    case "state":
      // Linux keeps no state of neighbour discovery.
      if (packet.icmpType !== null) return { kind: "name", names: ["untracked"] };
      return { kind: "name", names: [stage === "opening" ? "new" : "established"] };
    case "direction":
      return { kind: "name", names: stage === "reply" ? ["reply", "1"] : ["original", "0"] };
    case "protocol":
      return protocolFact(packet);
    case "l3proto":
      return { kind: "name", names: version === 4 ? ["ipv4", "2"] : ["ipv6", "10"] };
    case "status":
      // Source NAT is written down behind the rules that ask; they ask for what is changed on the way in.
      assume(packet, "dnat");
      return { kind: "flags", flags: stage === "opening" ? [] : ["seen-reply", "confirmed", "assured"] };
    case "mark":
      return markFact(packet.marks.connection, packet);
    case "helper":
      return {
        kind: "other",
        than: ["ftp", "sip", "tftp", "h323", "irc", "pptp", "netbios-ns", "snmp", "amanda"],
      };
    case "saddr":
    case "daddr":
    case "ip saddr":
    case "ip daddr":
    case "ip6 saddr":
    case "ip6 daddr":
    case "proto-src":
    case "proto-dst":
      return direction === "original" ? originalFact(key, packet) : UNKNOWN;
    default:
      return UNKNOWN;
  }
}

/** An end of the connection as its first packet had it, which no NAT has changed on the way in. */
function originalFact(key: string, packet: AuditPacket): Fact {
  const first: AuditPacket = { ...packet, stage: "opening" };
  if (key.startsWith("proto")) return portFact(key === "proto-dst", first);
  if ((key.startsWith("ip ") && packet.version === 6) || (key.startsWith("ip6 ") && packet.version === 4))
    return ABSENT;
  return addressFact(key.endsWith("saddr"), first);
}

/** Both ends are single hosts; the device's own address is local where it is the firewall itself. */
function routeFact(result: string, flags: string, packet: AuditPacket): Fact {
  if (packet.icmpType !== null) return UNKNOWN;
  const asked = flags.split(",");
  if (result === "type" && (asked.includes("saddr") || asked.includes("daddr"))) {
    const isDevice = asked.includes("saddr") === (packet.stage !== "reply");
    return { kind: "name", names: [packet.path === "output" && isDevice ? "local" : "unicast"] };
  }
  // `fib saddr . iif oif missing`: nothing leads back there.
  if ((result === "oif" || result === "oifname") && asked.includes("saddr")) {
    assume(packet, "route");
    return { kind: "exists" };
  }
  return UNKNOWN;
}

/** Flags, marks and addresses of which a mask keeps some bits. */
function maskedFact([left, mask]: readonly unknown[], packet: AuditPacket): Fact {
  const fact = factOf(left, packet);
  switch (fact.kind) {
    case "absent":
      return fact;
    case "flags": {
      const kept = flagNames(mask);
      return kept === null
        ? UNKNOWN
        : { kind: "flags", flags: fact.flags.filter((flag) => kept.includes(flag)) };
    }
    case "number": {
      // Ports stand for all of their class, which bits would tell apart.
      if (typeof mask !== "number" || !isWhole(left)) return UNKNOWN;
      const kept = (fact.low & mask) >>> 0;
      return { kind: "number", low: kept, high: kept };
    }
    case "address": {
      const range = addressRange(mask);
      if (range?.version !== fact.version || range.low !== range.high) return UNKNOWN;
      return { ...fact, value: fact.value & range.low };
    }
    default:
      return UNKNOWN;
  }
}

/** Marks, and the offset of a fragment: values that are known in each bit. */
function isWhole(expression: unknown): boolean {
  if (!isJsonObject(expression)) return false;
  const { payload, meta, ct } = expression;
  if (isJsonObject(payload)) return payload.field === "frag-off";
  return [meta, ct].some((one) => isJsonObject(one) && one.key === "mark");
}

/** Of TCP, from the lowest bit on (RFC 9293, section 3.1; RFC 3168). */
const TCP_FLAGS = ["fin", "syn", "rst", "psh", "ack", "urg", "ecn", "cwr"];

/** "syn", ["syn", "ack"], { "|": [...] } or the sum of bits of TCP's as names; null for anything else. */
export function flagNames(value: unknown): string[] | null {
  if (typeof value === "number") return TCP_FLAGS.filter((_, bit) => ((value >> bit) & 1) === 1);
  if (typeof value === "string") return [value];
  if (isJsonObject(value) && "|" in value) return flagNames(value["|"]);
  if (!Array.isArray(value)) return null;
  const names = value.map(flagNames);
  return names.includes(null) ? null : names.flatMap((one) => one ?? []);
}
