/**
 * The layers that the walk through a packet can be at. A protocol file decodes its own header and leaves in
 * `DecodedPacket.next...` what follows it; it knows nothing of its neighbours. `packet-decoder.ts` does the walking.
 */
import type { DecodedPacket } from "./decoded-packet.ts";
import { cutBySnaplen } from "./weirds.ts";

/** What stands at an offset. `DONE` ends the walk: the ports were reached. */
export const Layer = {
  DONE: 0,
  ETHERNET: 1,
  VLAN: 2,
  LLC: 3,
  MPLS: 4,
  PPPOE: 5,
  PPP: 6,
  LOOPBACK: 7,
  LINUX_SLL: 8,
  LINUX_SLL2: 9,
  WIFI: 10,
  RADIOTAP: 11,
  PPI: 12,
  PKTAP: 13,
  NFLOG: 14,
  FIREWIRE: 15,
  PPP_HDLC: 16,
  CISCO_HDLC: 17,
  PPP_WITH_DIRECTION: 18,
  RAW_IP: 19,
  IPV4: 20,
  IPV6: 21,
  AH: 22,
  GRE: 23,
  TCP: 24,
  UDP: 25,
  /** 802.11 whose header the driver padded to a multiple of 4. */
  WIFI_PADDED: 27,
  /** PRISM or AVS header of a Wi-Fi driver. */
  PRISM: 28,
  /** A private link type that is PKTAP only where it looks like it. */
  PKTAP_OR_PRIVATE: 29,
  /** The extension header of IPv6 whose number stands in `DecodedPacket.protocol`. */
  IPV6_EXTENSION: 30,
  ERSPAN: 31,
  ETHERIP: 32,
  L2TPV3: 33,
  /** 802.11 whose frame control has its two bytes the other way round. */
  WIFI_SWAPPED: 35,
  /** The subframes of an 802.11 A-MSDU. */
  WIFI_SUBFRAMES: 34,
  /** From here to `LAST_IN_UDP`: tunnels in UDP, whose ports the walk returns to where nothing inside has ports. */
  FIRST_IN_UDP: 40,
  TEREDO: 40,
  VXLAN: 41,
  VXLAN_GPE: 42,
  GENEVE: 43,
  GTP_U: 44,
  L2TP: 45,
  TZSP: 46,
  MPLS_IN_UDP: 47,
  CAPWAP: 48,
  LISP: 49,
  LAST_IN_UDP: 59,
  /** From here on: what `rarer-links.ts` decodes. */
  FIRST_RARER_LINK: 60,
  VN_TAG: 60,
  E_TAG: 61,
  CISCO_METADATA: 62,
  CISCO_TIMESTAMP: 63,
  NSH: 64,
  MAC_IN_MAC: 65,
  PFLOG: 66,
  ENC: 67,
  SLIP: 68,
  FRAME_RELAY: 69,
  FRAME_RELAY_WITH_DIRECTION: 70,
  MULTILINK_FRAME_RELAY: 71,
  CISCO_HDLC_WITH_DIRECTION: 72,
  IPNET: 73,
  IPOIB: 74,
  /** Ethernet with 4 bytes of a switch chip's behind its addresses. */
  SWITCH_TAG: 75,
  /** The same with 8 bytes. */
  LONG_SWITCH_TAG: 76,
  /** Ethernet with 4 bytes of a switch chip's before it. */
  SWITCH_TAG_BEFORE: 77,
  /** Juniper's pseudo-header with a frame of its own kind behind it. */
  JUNIPER_ETHERNET: 78,
  JUNIPER_PPP: 79,
  JUNIPER_FRAME_RELAY: 80,
  JUNIPER_CISCO_HDLC: 81,
  ARISTA_TAG: 82,
} as const;

/** Sets what the walk does next and answers 0, so that a protocol file can end in `return follow(...)`. */
export function follow(layer: number, offset: number, end: number, out: DecodedPacket): number {
  out.nextLayer = layer;
  out.nextOffset = offset;
  out.nextEnd = end;
  return 0;
}

/** An IP header follows on another one: hardware addresses that stand before the outer one are not of the inner one's link. */
export function leaveLink(out: DecodedPacket): void {
  if (out.senderOffset > out.sourceOffset) return;
  out.senderOffset = -1;
  out.receiverOffset = -1;
}

/**
 * The weird for a header that needs more than the bytes up to `end`: `truncated` itself where a header's own length
 * set the end, its `cut_...` twin where the snaplen did.
 */
export function shortOf(truncated: number, end: number, out: DecodedPacket): number {
  return out.cutBySnaplen !== 0 && end === out.capturedEnd ? cutBySnaplen(truncated) : truncated;
}

const FRAME_CHECK_LENGTH = 4;
/** Value of `DecodedPacket.frameCheckLeft`: none is there, and perhaps not all of the frame. */
export const NO_FRAME_CHECK = -1;

/** What the snaplen leaves of a frame check that ends a packet, when it takes `missing` bytes: `frameCheckLeft`. */
export function frameCheckLeft(missing: number): number {
  return missing <= 0 ? FRAME_CHECK_LENGTH : Math.max(FRAME_CHECK_LENGTH - missing, NO_FRAME_CHECK);
}

/**
 * Takes the frame check sequence that a header within the packet said is there off the end of the frame at `offset`,
 * and returns the new end: as much of it as was captured, and nothing where it was taken off before.
 */
export function withoutFrameCheck(offset: number, end: number, out: DecodedPacket): number {
  const left = end === out.capturedEnd ? out.frameCheckLeft : FRAME_CHECK_LENGTH;
  if (left === NO_FRAME_CHECK || end - offset < left) return end;
  out.frameCheckLeft = NO_FRAME_CHECK;
  out.capturedEnd = end - left;
  out.cutBySnaplen = 0;
  return out.capturedEnd;
}
