/** Keywords of filter expressions: names of protocols, ports and TCP flags, and refused keywords. */
import { EtherType } from "../net/ether-types.ts";
import { IpProtocol } from "../net/ip-protocols.ts";
import { TCP_ACK, TCP_FIN, TCP_PSH, TCP_RST, TCP_SYN } from "../net/tcp-flags.ts";
import type { IpVersion, PrimitiveNode } from "./filter-ast.ts";

const PIM = 103;

/** Meaning of a protocol's keyword on its own. `igmp` and `vrrp` are IPv4 only, as in tcpdump. */
export const PROTOCOL_WORDS: ReadonlyMap<string, PrimitiveNode> = new Map([
  ["ip", { kind: "ip-version", version: 4 }],
  ["ip6", { kind: "ip-version", version: 6 }],
  ["arp", { kind: "ether-type", etherType: EtherType.ARP }],
  ["rarp", { kind: "ether-type", etherType: EtherType.RARP }],
  ["tcp", protocolNode(IpProtocol.TCP, null)],
  ["udp", protocolNode(IpProtocol.UDP, null)],
  ["sctp", protocolNode(IpProtocol.SCTP, null)],
  ["esp", protocolNode(IpProtocol.ESP, null)],
  ["pim", protocolNode(PIM, null)],
  ["icmp", protocolNode(IpProtocol.ICMP, 4)],
  ["igmp", protocolNode(IpProtocol.IGMP, 4)],
  ["vrrp", protocolNode(IpProtocol.VRRP, 4)],
  ["icmp6", protocolNode(IpProtocol.ICMPV6, 6)],
] as const);

/** Names for `proto`, from IANA's registry of IP protocol numbers. */
export const PROTOCOL_NUMBERS: ReadonlyMap<string, number> = new Map([
  ["icmp", IpProtocol.ICMP],
  ["igmp", IpProtocol.IGMP],
  ["tcp", IpProtocol.TCP],
  ["udp", IpProtocol.UDP],
  ["gre", IpProtocol.GRE],
  ["esp", IpProtocol.ESP],
  ["icmp6", IpProtocol.ICMPV6],
  ["ipv6-icmp", IpProtocol.ICMPV6],
  ["ospf", IpProtocol.OSPF],
  ["pim", PIM],
  ["vrrp", IpProtocol.VRRP],
  ["sctp", IpProtocol.SCTP],
] as const);

/**
 * Names for `port`, from IANA's registry of service names plus a few common ones. A name stands for its number only:
 * `port http` is port 80 of TCP and UDP.
 */
export const PORT_NAMES: ReadonlyMap<string, number> = new Map([
  ["ftp-data", 20],
  ["ftp", 21],
  ["ssh", 22],
  ["telnet", 23],
  ["smtp", 25],
  ["domain", 53],
  ["dns", 53],
  ["bootps", 67],
  ["bootpc", 68],
  ["http", 80],
  ["kerberos", 88],
  ["pop3", 110],
  ["ntp", 123],
  ["netbios-ns", 137],
  ["netbios-dgm", 138],
  ["netbios-ssn", 139],
  ["imap", 143],
  ["snmp", 161],
  ["ldap", 389],
  ["https", 443],
  ["microsoft-ds", 445],
  ["submissions", 465],
  ["isakmp", 500],
  ["syslog", 514],
  ["printer", 515],
  ["afpovertcp", 548],
  ["rtsp", 554],
  ["submission", 587],
  ["ipp", 631],
  ["ldaps", 636],
  ["imaps", 993],
  ["pop3s", 995],
  ["ssdp", 1900],
  ["nfs", 2049],
  ["stun", 3478],
  ["daap", 3689],
  ["ipsec-nat-t", 4500],
  ["sip", 5060],
  ["xmpp-client", 5222],
  ["mdns", 5353],
  ["rfb", 5900],
]);

/** Bits of the TCP flags byte by tcpdump's names (RFC 9293, 3.1). */
export const TCP_FLAG_NAMES: ReadonlyMap<string, number> = new Map<string, number>([
  ["tcp-fin", TCP_FIN],
  ["tcp-syn", TCP_SYN],
  ["tcp-rst", TCP_RST],
  ["tcp-push", TCP_PSH],
  ["tcp-ack", TCP_ACK],
  ["tcp-urg", 0x20],
  ["tcp-ece", 0x40],
  ["tcp-cwr", 0x80],
]);

const TUNNEL = "is not supported: filters look through it at the innermost IP header, so leave it out";
const LINK_LAYER = 'is not supported: filters begin at the IP header, so give IP addresses, or "ether host"';
const INTERFACE = "is not supported: filters do not know where a packet was captured";

/** Keywords of tcpdump's language that are not supported, and why. */
export const REFUSED_WORDS: ReadonlyMap<string, string> = new Map([
  ["mpls", TUNNEL],
  ["pppoes", TUNNEL],
  ["geneve", "is not supported: Geneve is not decoded; its packets are udp port 6081"],
  ["ah", TUNNEL],
  ["link", LINK_LAYER],
  ["wlan", LINK_LAYER],
  ["fddi", LINK_LAYER],
  ["tr", LINK_LAYER],
  ["llc", LINK_LAYER],
  ["gateway", LINK_LAYER],
  ["protochain", "is not supported: proto already means the protocol behind all extension headers"],
  ["inbound", INTERFACE],
  ["outbound", INTERFACE],
  ["ifname", INTERFACE],
  ["on", INTERFACE],
]);

function protocolNode(protocol: number, version: IpVersion | null): PrimitiveNode {
  return { kind: "protocol", version, protocol };
}
