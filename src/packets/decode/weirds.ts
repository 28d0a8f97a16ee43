/**
 * Weirds: why a packet was not decoded down to its ports, as stable snake_case names that are counted, never thrown (a
 * concept and word of Zeek's). A code is `class * 64 + ordinal`, so its class takes one shift.
 */

/** The classes in report order; every record belongs to exactly one. */
export const PacketClass = {
  DECODED: 0,
  FRAGMENTS: 1,
  OTHER_IP: 2,
  NON_IP: 3,
  MALFORMED: 4,
  SNAPLEN_CUT: 5,
  UNSUPPORTED_LINK_TYPE: 6,
} as const;

const CLASS_SHIFT = 6;

/** One more than the highest code: the length of an array of counters by code. */
export const WEIRD_CODES = 7 << CLASS_SHIFT;

/** Codes of weirds by name. `NONE`: the ports were reached. */
export const Weird = {
  NONE: 0,

  FRAGMENT_WITHOUT_FIRST: 64,

  ICMP: 128,
  ICMPV6: 129,
  IGMP: 130,
  ESP: 131,
  SCTP: 132,
  OSPF: 133,
  VRRP: 134,
  GRE_WITHOUT_IP: 135,
  IPV6_NO_NEXT_HEADER: 136,
  OTHER_IP_PROTOCOL: 137,
  MOBILITY: 138,
  TUNNEL_WITHOUT_IP: 139,
  /** A tunnel in IP, if only the outermost headers are decoded. */
  TUNNEL_NOT_ENTERED: 140,

  ARP: 192,
  LLDP: 193,
  EAPOL: 194,
  SLOW_PROTOCOLS: 195,
  PPPOE_DISCOVERY: 196,
  PPP_CONTROL: 197,
  LLC: 198,
  UNKNOWN_ETHER_TYPE: 199,
  UNKNOWN_PPP_PROTOCOL: 200,
  UNKNOWN_ADDRESS_FAMILY: 201,
  UNKNOWN_MPLS_PAYLOAD: 202,
  WIFI_MANAGEMENT: 203,
  WIFI_CONTROL: 204,
  WIFI_WITHOUT_DATA: 205,
  WIFI_ENCRYPTED: 206,
  PKTAP_WITHOUT_PACKET: 207,
  NFLOG_WITHOUT_PACKET: 208,
  WIFI_AGGREGATE: 209,
  NETLINK: 210,
  WIFI_EXTENSION: 211,
  WIFI_FRAGMENT: 212,
  CISCO_CONTROL: 213,
  UNKNOWN_LINUX_PROTOCOL: 214,
  UNKNOWN_NSH_PROTOCOL: 224,
  FRAME_RELAY_CONTROL: 225,
  FRAME_RELAY_FRAGMENT: 226,
  UNKNOWN_FRAME_RELAY_PROTOCOL: 227,

  /** From here to `TRUNCATED_LAST`: the code plus 64 means that the snaplen truncated the header: `cut_...`. */
  TRUNCATED_ETHERNET_HEADER: 256,
  TRUNCATED_VLAN_TAG: 257,
  TRUNCATED_LLC_HEADER: 258,
  TRUNCATED_MPLS_LABEL: 259,
  TRUNCATED_PPPOE_HEADER: 260,
  TRUNCATED_PPP_HEADER: 261,
  TRUNCATED_LOOPBACK_HEADER: 262,
  TRUNCATED_LINUX_COOKED_HEADER: 263,
  TRUNCATED_WIFI_HEADER: 264,
  TRUNCATED_RADIOTAP_HEADER: 265,
  TRUNCATED_PPI_HEADER: 266,
  TRUNCATED_PKTAP_HEADER: 267,
  TRUNCATED_NFLOG_HEADER: 268,
  TRUNCATED_FIREWIRE_HEADER: 269,
  TRUNCATED_IP_HEADER: 270,
  TRUNCATED_IPV4_HEADER: 271,
  TRUNCATED_IPV6_HEADER: 272,
  TRUNCATED_IPV6_EXTENSION: 273,
  TRUNCATED_AH_HEADER: 274,
  TRUNCATED_GRE_HEADER: 275,
  TRUNCATED_TCP_HEADER: 276,
  TRUNCATED_UDP_HEADER: 277,
  TRUNCATED_CISCO_HDLC_HEADER: 278,
  TRUNCATED_PRISM_HEADER: 279,
  TRUNCATED_ERSPAN_HEADER: 280,
  TRUNCATED_ETHERIP_HEADER: 281,
  TRUNCATED_L2TP_HEADER: 282,
  TRUNCATED_ETHERNET_TAG: 288,
  TRUNCATED_NSH_HEADER: 289,
  TRUNCATED_PFLOG_HEADER: 290,
  TRUNCATED_ENC_HEADER: 291,
  TRUNCATED_SLIP_HEADER: 292,
  TRUNCATED_FRAME_RELAY_HEADER: 293,
  TRUNCATED_IPNET_HEADER: 294,
  TRUNCATED_IPOIB_HEADER: 295,
  TRUNCATED_JUNIPER_HEADER: 296,
  TRUNCATED_WIFI_SUBFRAME: 297,
  TRUNCATED_LAST: 297,

  BAD_IP_VERSION: 300,
  BAD_IPV4_HEADER_LENGTH: 301,
  BAD_IPV4_TOTAL_LENGTH: 302,
  BAD_IPV6_EXTENSION: 303,
  BAD_AH_LENGTH: 304,
  BAD_GRE_HEADER: 305,
  BAD_TCP_HEADER_LENGTH: 306,
  BAD_UDP_LENGTH: 307,
  BAD_PPPOE_HEADER: 308,
  BAD_RADIOTAP_HEADER: 309,
  BAD_PPI_HEADER: 310,
  BAD_PKTAP_HEADER: 311,
  BAD_NFLOG_HEADER: 312,
  TOO_MANY_LAYERS: 313,
  BAD_WIFI_HEADER: 314,
  BAD_WIFI_FRAME_CHECK: 315,
  BAD_PRISM_HEADER: 316,
  BAD_ERSPAN_HEADER: 317,
  BAD_ETHERIP_HEADER: 318,
  /** Rarer headers around a packet: tags, service headers, pseudo-headers of routers and firewalls. */
  BAD_LINK_HEADER: 319,

  UNSUPPORTED_LINK_TYPE: 384,
} as const;

const SNAPLEN_SHIFT = (PacketClass.SNAPLEN_CUT - PacketClass.MALFORMED) << CLASS_SHIFT;

/** Returns the class (`PacketClass`) in which packets stopped by the weird `code` are counted. */
export function packetClassOf(code: number): number {
  return code >> CLASS_SHIFT;
}

/** Returns the `cut_...` weird of a `TRUNCATED_...` code: the capture ended there, not the packet. */
export function snaplenWeird(truncated: number): number {
  return truncated + SNAPLEN_SHIFT;
}

const NAMES: readonly (string | undefined)[] = weirdNames();

function weirdNames(): (string | undefined)[] {
  const names: (string | undefined)[] = [];
  for (const [key, code] of Object.entries(Weird)) {
    if (key === "TRUNCATED_LAST") continue;
    names[code] = key.toLowerCase();
    if (key.startsWith("TRUNCATED_"))
      names[snaplenWeird(code)] = key.toLowerCase().replace("truncated", "cut");
  }
  return names;
}

/** Returns the stable snake_case name of a weird: `truncated_tcp_header`. Cold: for reports. */
export function weirdName(code: number): string {
  return NAMES[code] ?? `weird_${code}`;
}
