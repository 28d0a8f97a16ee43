/**
 * LINKTYPE_ values: what stands before the network header, as capture files number it (the same everywhere, unlike
 * the DLT_ values of one operating system). Source: the registry at tcpdump.org/linktypes.html, libpcap's
 * `pcap-common.c`.
 */
export const LinkType = {
  NULL: 0,
  ETHERNET: 1,
  PPP: 9,
  /** BSD's DLT_RAW as some writers leave it in the file; the same layout as `RAW`. */
  DLT_RAW: 12,
  /** OpenBSD's DLT_RAW as some writers leave it in the file; the same layout as `RAW`. */
  DLT_RAW_OPENBSD: 14,
  PPP_HDLC: 50,
  PPP_ETHER: 51,
  RAW: 101,
  C_HDLC: 104,
  IEEE802_11: 105,
  LOOP: 108,
  LINUX_SLL: 113,
  IEEE802_11_PRISM: 119,
  IEEE802_11_RADIOTAP: 127,
  APPLE_IP_OVER_IEEE1394: 138,
  /** A private number that Apple's kernel and libpcap use for PKTAP. */
  USER2: 149,
  IEEE802_11_AVS: 163,
  PPP_PPPD: 166,
  PPI: 192,
  PPP_WITH_DIR: 204,
  IPV4: 228,
  IPV6: 229,
  NFLOG: 239,
  PKTAP: 258,
  LINUX_SLL2: 276,
} as const;

const NAMES = new Map<number, string>(
  Object.entries(LinkType).map(([name, value]) => [value, name.startsWith("DLT_RAW") ? "RAW" : name]),
);

/** The registry's name of a link type, or `LINKTYPE_<number>` for one this project does not know. */
export function linkTypeName(linkType: number): string {
  return NAMES.get(linkType) ?? `LINKTYPE_${linkType}`;
}
