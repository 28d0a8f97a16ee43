/** Maps protocol names of logs to those of reports. */
import { PROTOCOLS, type Protocol } from "../net/application-protocols.ts";
import { IpProtocol } from "../net/ip-protocols.ts";

/** Names that differ: Zeek's analyzers ("service"), Suricata's "app_proto". */
const OTHER_NAMES: Readonly<Record<string, Protocol>> = {
  ssl: "tls",
  gquic: "quic",
  krb: "kerberos",
  "krb-tcp": "kerberos",
  "krb-udp": "kerberos",
  krb5: "kerberos",
  dcerpc: "dce-rpc",
  "dce-rpc": "dce-rpc",
  socks: "socks5",
  "ldap-tcp": "ldap",
  "ldap-udp": "cldap",
  pgsql: "postgresql",
  ikev1: "ike",
  ikev2: "ike",
  ipsec: "ike",
  "spicy-ipsec-udp": "ike",
  nfs: "onc-rpc",
  "bittorrent-dht": "bittorrent",
};
/** Precedence where a log names several: carriers of other protocols come first. */
const CARRIERS: readonly Protocol[] = ["quic", "dtls", "tls"];
const NAME_PORTS: Readonly<Record<number, Protocol>> = { 5353: "mdns", 5355: "llmnr", 137: "nbns" };

/**
 * Returns the protocol of a flow by the log's names; null if none has an equivalent here.
 *
 * @param ports of both ends: logs report anything that resembles DNS as DNS
 */
export function protocolOf(
  names: readonly string[],
  ports: readonly number[],
  isUdp: boolean,
): Protocol | null {
  const known = names.map(protocolNamed).filter((protocol) => protocol !== null);
  const protocol = CARRIERS.find((carrier) => known.includes(carrier)) ?? known[0] ?? null;
  // "ssl" on UDP is DTLS.
  if (protocol === "tls" && isUdp) return "dtls";
  if (protocol !== "dns") return protocol;
  return ports.map((port) => NAME_PORTS[port]).find((other) => other !== undefined) ?? protocol;
}

function protocolNamed(name: string): Protocol | null {
  const plain = name.toLowerCase().replaceAll("_", "-");
  if (Object.hasOwn(OTHER_NAMES, plain)) return OTHER_NAMES[plain];
  return PROTOCOLS.find((protocol) => protocol === plain) ?? null;
}

const IP_PROTOCOLS: Readonly<Record<string, number>> = {
  tcp: IpProtocol.TCP,
  udp: IpProtocol.UDP,
  icmp: IpProtocol.ICMP,
  icmp6: IpProtocol.ICMPV6,
  "ipv6-icmp": IpProtocol.ICMPV6,
  icmpv6: IpProtocol.ICMPV6,
  igmp: IpProtocol.IGMP,
  esp: IpProtocol.ESP,
  gre: IpProtocol.GRE,
  sctp: IpProtocol.SCTP,
};
const LAST_IP_PROTOCOL = 255;

/** Returns the number of an IP protocol given by name or number; null for anything else. */
export function ipProtocolOf(text: string): number | null {
  const name = text.toLowerCase();
  if (Object.hasOwn(IP_PROTOCOLS, name)) return IP_PROTOCOLS[name];
  return /^\d{1,3}$/.test(name) && Number(name) <= LAST_IP_PROTOCOL ? Number(name) : null;
}
