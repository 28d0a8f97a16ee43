/** Determines what is known, for a packet, about the value of an expression in nftables' JSON. */

import { addressRange } from "./address-literals.ts";
import { type AuditPacket, assume } from "./audit-packet.ts";
import { isJsonObject } from "./nft-ruleset.ts";
import { expressionText } from "./nft-text.ts";

/** Knowledge about a value. */
export type Fact =
  /** A number from `low` to `high`. */
  | { readonly kind: "number"; readonly low: number; readonly high: number }
  | { readonly kind: "address"; readonly version: 4 | 6; readonly value: bigint }
  /** A single value, under all names that a ruleset may use for it. */
  | { readonly kind: "name"; readonly names: readonly string[] }
  /** Flags, all of them known. */
  | { readonly kind: "flags"; readonly flags: readonly string[] }
  /** Anything but these names. */
  | { readonly kind: "other"; readonly than: readonly string[] }
  /** Present, with unknown value. */
  | { readonly kind: "exists" }
  /** The packet has no such field: a rule that matches on it fails. */
  | { readonly kind: "absent" }
  | { readonly kind: "unknown" };

const ABSENT: Fact = { kind: "absent" };
const UNKNOWN: Fact = { kind: "unknown" };
/** Ephemeral ports of Apple's devices (RFC 6335, section 6), except for NFS and the like. */
const CLIENT_PORT: Fact = { kind: "number", low: 49152, high: 65535 };
/** Numbers of IANA's "Protocol Numbers". */
const PROTOCOL_NAMES = {
  tcp: ["tcp", "6"],
  udp: ["udp", "17"],
  icmpv6: ["icmpv6", "ipv6-icmp", "58"],
} as const;
/** Neighbour discovery messages (RFC 4861, section 4), by the names of nftables, ip6tables and IANA. */
const ICMP_TYPES = {
  solicit: ["nd-neighbor-solicit", "neighbour-solicitation", "neighbor-solicitation", "135"],
  advert: ["nd-neighbor-advert", "neighbour-advertisement", "neighbor-advertisement", "136"],
} as const;
/** Hop limit of every such message. */
const HOP_LIMIT = 255;
/** Transports other than TCP and UDP, which the packet does not have. */
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
/** By bit offset in a TCP or UDP header (RFC 9293, RFC 768). */
const PORT_FIELDS: Readonly<Record<number, string>> = { 0: "sport", 16: "dport" };

/** Returns what is known about an expression of nftables' JSON. */
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
    if (field === "hoplimit" && packet.icmpType !== null) {
      return { kind: "number", low: HOP_LIMIT, high: HOP_LIMIT };
    }
    // Neither end sends fragments: TCP discovers the path's MTU, and UDP packets are small.
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

/** The service is elsewhere, so no packet uses the loopback; nor does a router send a packet back where it came from. */
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
      // Linux does not track neighbour discovery.
      if (packet.icmpType !== null) return { kind: "name", names: ["untracked"] };
      return { kind: "name", names: [stage === "opening" ? "new" : "established"] };
    case "direction":
      return { kind: "name", names: stage === "reply" ? ["reply", "1"] : ["original", "0"] };
    case "protocol":
      return protocolFact(packet);
    case "l3proto":
      return { kind: "name", names: version === 4 ? ["ipv4", "2"] : ["ipv6", "10"] };
    case "status":
      // Source NAT is recorded after the rules that test this; they test for changes on the way in.
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

/** Returns an end of the connection as in its first packet, assuming that no NAT changed it on the way in. */
function originalFact(key: string, packet: AuditPacket): Fact {
  const first: AuditPacket = { ...packet, stage: "opening" };
  if (key.startsWith("proto")) return portFact(key === "proto-dst", first);
  if ((key.startsWith("ip ") && packet.version === 6) || (key.startsWith("ip6 ") && packet.version === 4))
    return ABSENT;
  return addressFact(key.endsWith("saddr"), first);
}

/** Both ends are single hosts; the device's own address is local if the device is the firewall. */
function routeFact(result: string, flags: string, packet: AuditPacket): Fact {
  if (packet.icmpType !== null) return UNKNOWN;
  const fields = flags.split(",");
  if (result === "type" && (fields.includes("saddr") || fields.includes("daddr"))) {
    const isDevice = fields.includes("saddr") === (packet.stage !== "reply");
    return { kind: "name", names: [packet.path === "output" && isDevice ? "local" : "unicast"] };
  }
  // `fib saddr . iif oif missing`: no route leads back there.
  if ((result === "oif" || result === "oifname") && fields.includes("saddr")) {
    assume(packet, "route");
    return { kind: "exists" };
  }
  return UNKNOWN;
}

/** Applies a mask to flags, marks or addresses. */
function maskedFact([left, mask]: readonly unknown[], packet: AuditPacket): Fact {
  const fact = factOf(left, packet);
  switch (fact.kind) {
    case "absent":
      return fact;
    case "flags": {
      const masked = flagNames(mask);
      return masked === null
        ? UNKNOWN
        : { kind: "flags", flags: fact.flags.filter((flag) => masked.includes(flag)) };
    }
    case "number": {
      // A port stands for all of its class, whose bits differ.
      if (typeof mask !== "number" || !isWhole(left)) return UNKNOWN;
      const masked = (fact.low & mask) >>> 0;
      return { kind: "number", low: masked, high: masked };
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

/** Whether all bits of the value are known: marks, and a fragment offset. */
function isWhole(expression: unknown): boolean {
  if (!isJsonObject(expression)) return false;
  const { payload, meta, ct } = expression;
  if (isJsonObject(payload)) return payload.field === "frag-off";
  return [meta, ct].some((one) => isJsonObject(one) && one.key === "mark");
}

/** TCP flags from the lowest bit (RFC 9293, section 3.1; RFC 3168). */
const TCP_FLAGS = ["fin", "syn", "rst", "psh", "ack", "urg", "ecn", "cwr"];

/** Returns the names in "syn", ["syn", "ack"], { "|": [...] } or a sum of TCP's bits; null for anything else. */
export function flagNames(value: unknown): string[] | null {
  if (typeof value === "number") return TCP_FLAGS.filter((_, bit) => ((value >> bit) & 1) === 1);
  if (typeof value === "string") return [value];
  if (isJsonObject(value) && "|" in value) return flagNames(value["|"]);
  if (!Array.isArray(value)) return null;
  const names = value.map(flagNames);
  return names.includes(null) ? null : names.flatMap((one) => one ?? []);
}
