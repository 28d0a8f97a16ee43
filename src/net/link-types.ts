/**
 * LINKTYPE_ values: the header before the network header, as numbered in capture files (the same everywhere, unlike an
 * operating system's DLT_ values). Source: the registry at tcpdump.org/linktypes.html, libpcap's `pcap-common.c`.
 */
import { UNDECODED_LINK_TYPES } from "./link-type-names.ts";

export const LinkType = {
  NULL: 0,
  ETHERNET: 1,
  SLIP: 8,
  PPP: 9,
  /** BSD's DLT_RAW, which some writers store as it is; same layout as `RAW`. */
  DLT_RAW: 12,
  /** OpenBSD's DLT_RAW, which some writers store as it is; same layout as `RAW`. */
  DLT_RAW_OPENBSD: 14,
  PPP_HDLC: 50,
  PPP_ETHER: 51,
  ATM_RFC1483: 100,
  RAW: 101,
  C_HDLC: 104,
  IEEE802_11: 105,
  FRELAY: 107,
  LOOP: 108,
  ENC: 109,
  LINUX_SLL: 113,
  PFLOG: 117,
  IEEE802_11_PRISM: 119,
  IEEE802_11_RADIOTAP: 127,
  APPLE_IP_OVER_IEEE1394: 138,
  /** A private number that Apple's kernel and libpcap use for PKTAP. */
  USER2: 149,
  IEEE802_11_AVS: 163,
  PPP_PPPD: 166,
  JUNIPER_PPPOE: 167,
  JUNIPER_ETHER: 178,
  JUNIPER_PPP: 179,
  JUNIPER_FRELAY: 180,
  JUNIPER_CHDLC: 181,
  MFR: 182,
  PPI: 192,
  PPP_WITH_DIR: 204,
  C_HDLC_WITH_DIR: 205,
  FRELAY_WITH_DIR: 206,
  MPLS: 219,
  IPNET: 226,
  IPV4: 228,
  IPV6: 229,
  NFLOG: 239,
  IPOIB: 242,
  PKTAP: 258,
  LINUX_SLL2: 276,
  DSA_TAG_BRCM: 281,
  DSA_TAG_BRCM_PREPEND: 282,
  DSA_TAG_DSA: 284,
  DSA_TAG_EDSA: 285,
} as const;

/** The number of each name; of the three for raw IP, the registered one. */
const NUMBERS = new Map<string, number>([
  ...Object.entries(UNDECODED_LINK_TYPES).map(([value, name]) => [name, Number(value)] as const),
  ...Object.entries(LinkType).filter(([name]) => !name.startsWith("DLT_RAW")),
]);

const NAMES = new Map<number, string>([
  ...[...NUMBERS].map(([name, value]) => [value, name] as const),
  [LinkType.DLT_RAW, "RAW"],
  [LinkType.DLT_RAW_OPENBSD, "RAW"],
]);

/** Returns the registered name of a link type, or `LINKTYPE_<number>` if it has none. */
export function linkTypeName(linkType: number): string {
  return NAMES.get(linkType) ?? `LINKTYPE_${linkType}`;
}

/** Formats a link type of this name for people: `USER0 (147)`. Cold: for reports. */
export function linkTypeText(name: string): string {
  const number = NUMBERS.get(name);
  return number === undefined ? name : `${name} (${number})`;
}
