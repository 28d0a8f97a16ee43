/** EtherType values (IEEE 802 numbers registry at IANA) that the decoder follows or names. */
export const EtherType = {
  IPV4: 0x0800,
  ARP: 0x0806,
  RARP: 0x8035,
  VLAN: 0x8100,
  IPV6: 0x86dd,
  SLOW_PROTOCOLS: 0x8809,
  MPLS_UNICAST: 0x8847,
  MPLS_MULTICAST: 0x8848,
  PPPOE_DISCOVERY: 0x8863,
  PPPOE_SESSION: 0x8864,
  EAPOL: 0x888e,
  QINQ: 0x88a8,
  LLDP: 0x88cc,
  TRANSPARENT_ETHERNET: 0x6558,
  PPP_IN_GRE: 0x880b,
  MAC_IN_MAC: 0x88e7,
  CISCO_METADATA: 0x8909,
  VN_TAG: 0x8926,
  E_TAG: 0x893f,
  NSH: 0x894f,
  CISCO_TIMESTAMP: 0x8988,
  /** Arista's, of the time of a mirrored frame. */
  ARISTA: 0xd28b,
  /** In GRE: mirrored frames (draft-foschiano-erspan-03, 4). */
  ERSPAN: 0x88be,
  ERSPAN_TYPE_3: 0x22eb,
  /** In GRE: Ethernet over IP of RouterOS; not registered. */
  EOIP: 0x6400,
  /** In GRE: raw Frame Relay (RFC 1701). */
  FRAME_RELAY: 0x6559,
  /** In GRE: packets that a router redirects by WCCP; not registered. */
  WCCP: 0x883e,
  /** QinQ before 802.1ad assigned it a number. */
  QINQ_OLD: 0x9100,
} as const;

/** Values up to this one are a length field: an 802.3 frame with LLC (IEEE 802.3, 3.2.6). */
export const MAX_LENGTH_FIELD = 1500;
