/** Maps a link type to the first layer of its packets. */
import { LinkType } from "../../net/link-types.ts";
import { Layer } from "./layers.ts";

const UNSUPPORTED = -1;
/** Exceeds every decoded link type. */
const TABLE_LENGTH = 512;

const LAYERS = new Int8Array(TABLE_LENGTH).fill(UNSUPPORTED);
LAYERS[LinkType.NULL] = Layer.LOOPBACK;
LAYERS[LinkType.ETHERNET] = Layer.ETHERNET;
LAYERS[LinkType.SLIP] = Layer.SLIP;
LAYERS[LinkType.PPP] = Layer.PPP;
LAYERS[LinkType.DLT_RAW] = Layer.RAW_IP;
LAYERS[LinkType.DLT_RAW_OPENBSD] = Layer.RAW_IP;
LAYERS[LinkType.PPP_HDLC] = Layer.PPP_HDLC;
LAYERS[LinkType.PPP_ETHER] = Layer.PPPOE;
LAYERS[LinkType.ATM_RFC1483] = Layer.LLC;
LAYERS[LinkType.RAW] = Layer.RAW_IP;
LAYERS[LinkType.C_HDLC] = Layer.CISCO_HDLC;
LAYERS[LinkType.IEEE802_11] = Layer.WIFI;
LAYERS[LinkType.FRELAY] = Layer.FRAME_RELAY;
LAYERS[LinkType.LOOP] = Layer.LOOPBACK;
LAYERS[LinkType.ENC] = Layer.ENC;
LAYERS[LinkType.LINUX_SLL] = Layer.LINUX_SLL;
LAYERS[LinkType.PFLOG] = Layer.PFLOG;
LAYERS[LinkType.IEEE802_11_PRISM] = Layer.PRISM;
LAYERS[LinkType.IEEE802_11_RADIOTAP] = Layer.RADIOTAP;
LAYERS[LinkType.APPLE_IP_OVER_IEEE1394] = Layer.FIREWIRE;
LAYERS[LinkType.USER2] = Layer.PKTAP_OR_PRIVATE;
LAYERS[LinkType.IEEE802_11_AVS] = Layer.PRISM;
LAYERS[LinkType.PPP_PPPD] = Layer.PPP_WITH_DIRECTION;
LAYERS[LinkType.JUNIPER_PPPOE] = Layer.JUNIPER_ETHERNET;
LAYERS[LinkType.JUNIPER_ETHER] = Layer.JUNIPER_ETHERNET;
LAYERS[LinkType.JUNIPER_PPP] = Layer.JUNIPER_PPP;
LAYERS[LinkType.JUNIPER_FRELAY] = Layer.JUNIPER_FRAME_RELAY;
LAYERS[LinkType.JUNIPER_CHDLC] = Layer.JUNIPER_CISCO_HDLC;
LAYERS[LinkType.MFR] = Layer.MULTILINK_FRAME_RELAY;
LAYERS[LinkType.PPI] = Layer.PPI;
LAYERS[LinkType.PPP_WITH_DIR] = Layer.PPP_WITH_DIRECTION;
LAYERS[LinkType.C_HDLC_WITH_DIR] = Layer.CISCO_HDLC_WITH_DIRECTION;
LAYERS[LinkType.FRELAY_WITH_DIR] = Layer.FRAME_RELAY_WITH_DIRECTION;
LAYERS[LinkType.MPLS] = Layer.MPLS;
LAYERS[LinkType.IPNET] = Layer.IPNET;
LAYERS[LinkType.IPV4] = Layer.IPV4;
LAYERS[LinkType.IPV6] = Layer.IPV6;
LAYERS[LinkType.NFLOG] = Layer.NFLOG;
LAYERS[LinkType.IPOIB] = Layer.IPOIB;
LAYERS[LinkType.PKTAP] = Layer.PKTAP;
LAYERS[LinkType.LINUX_SLL2] = Layer.LINUX_SLL2;
LAYERS[LinkType.DSA_TAG_BRCM] = Layer.SWITCH_TAG;
LAYERS[LinkType.DSA_TAG_BRCM_PREPEND] = Layer.SWITCH_TAG_BEFORE;
LAYERS[LinkType.DSA_TAG_DSA] = Layer.SWITCH_TAG;
LAYERS[LinkType.DSA_TAG_EDSA] = Layer.LONG_SWITCH_TAG;

/** Returns the first `Layer` of packets with a LINKTYPE_ value, or a negative number if it is not decoded. */
export function layerOfLinkType(linkType: number): number {
  return linkType >= 0 && linkType < TABLE_LENGTH ? LAYERS[linkType] : UNSUPPORTED;
}

/**
 * Returns the `Layer` of a packet whose DLT_ value is in a header (PKTAP, PPI), or a negative number. Of the decoded
 * values only raw IP and RFC 1483 differ from their LINKTYPE_ values; the table contains the first under both, and the
 * second does not occur in such headers. These headers do not nest.
 */
export function layerOfDlt(dlt: number): number {
  const layer = layerOfLinkType(dlt);
  switch (layer) {
    case Layer.PKTAP:
    case Layer.PKTAP_OR_PRIVATE:
    case Layer.PPI:
      return UNSUPPORTED;
    default:
      return layer;
  }
}
