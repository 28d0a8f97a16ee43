/**
 * The layers of a packet, and the transitions between them. Each protocol file decodes its own header and stores the
 * next layer in `DecodedPacket.next...`; it does not depend on other protocols. `packet-decoder.ts` drives the walk.
 */
import type { DecodedPacket } from "./decoded-packet.ts";
import { snaplenWeird } from "./weirds.ts";

/** The layer at an offset. `DONE` ends the walk: the ports were reached. */
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
  /** 802.11 with a header padded to a multiple of 4 by the driver. */
  WIFI_PADDED: 27,
  /** PRISM or AVS header of a Wi-Fi driver. */
  PRISM: 28,
  /** A private link type that is treated as PKTAP only if it looks like it. */
  PKTAP_OR_PRIVATE: 29,
  /** The IPv6 extension header whose number is in `DecodedPacket.protocol`. */
  IPV6_EXTENSION: 30,
  ERSPAN: 31,
  ETHERIP: 32,
  L2TPV3: 33,
  /** 802.11 with the two bytes of the frame control swapped. */
  WIFI_SWAPPED: 35,
  /** The subframes of an 802.11 A-MSDU. */
  WIFI_SUBFRAMES: 34,
  /** From here to `LAST_IN_UDP`: tunnels in UDP. If nothing inside has ports, the walk returns to the UDP ports. */
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
  /** From here on: decoded by `rarer-links.ts`. */
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
  /** Ethernet with 4 bytes of a switch chip's tag after its addresses. */
  SWITCH_TAG: 75,
  /** The same with 8 bytes. */
  LONG_SWITCH_TAG: 76,
  /** Ethernet preceded by 4 bytes of a switch chip's tag. */
  SWITCH_TAG_BEFORE: 77,
  /** Juniper's pseudo-header followed by a frame of a specific kind. */
  JUNIPER_ETHERNET: 78,
  JUNIPER_PPP: 79,
  JUNIPER_FRAME_RELAY: 80,
  JUNIPER_CISCO_HDLC: 81,
  ARISTA_TAG: 82,
} as const;

/** Sets the next step of the walk and returns 0, so that a protocol file can end in `return follow(...)`. */
export function follow(layer: number, offset: number, end: number, out: DecodedPacket): number {
  out.nextLayer = layer;
  out.nextOffset = offset;
  out.nextEnd = end;
  return 0;
}

/**
 * Called for an IP header within another: hardware addresses before the outer one do not belong to the inner one's
 * link.
 */
export function forgetLinkAddresses(out: DecodedPacket): void {
  if (out.senderOffset > out.sourceOffset) return;
  out.senderOffset = -1;
  out.receiverOffset = -1;
}

/**
 * Returns the weird for a header that needs more than the bytes up to `end`: `truncated` itself if a header's length
 * set the end, its `cut_...` counterpart if the snaplen did.
 */
export function truncationWeird(truncated: number, end: number, out: DecodedPacket): number {
  return out.truncatedBySnaplen !== 0 && end === out.capturedEnd ? snaplenWeird(truncated) : truncated;
}

const FRAME_CHECK_LENGTH = 4;
/** Value of `DecodedPacket.frameCheckLeft`: none, and the frame may be truncated. */
export const NO_FRAME_CHECK = -1;

/** Returns `frameCheckLeft` for a packet ending in a frame check sequence, if the snaplen removed `missing` bytes. */
export function frameCheckLeft(missing: number): number {
  return missing <= 0 ? FRAME_CHECK_LENGTH : Math.max(FRAME_CHECK_LENGTH - missing, NO_FRAME_CHECK);
}

/**
 * Removes the frame check sequence announced by a header within the packet from the end of the frame at `offset`, and
 * returns the new end: only the captured part, and nothing if it was removed before.
 */
export function withoutFrameCheck(offset: number, end: number, out: DecodedPacket): number {
  const left = end === out.capturedEnd ? out.frameCheckLeft : FRAME_CHECK_LENGTH;
  if (left === NO_FRAME_CHECK || end - offset < left) return end;
  out.frameCheckLeft = NO_FRAME_CHECK;
  out.capturedEnd = end - left;
  out.truncatedBySnaplen = 0;
  return out.capturedEnd;
}
