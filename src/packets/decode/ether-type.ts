/** Dispatches from an EtherType to the layer after it. */
import { EtherType, MAX_LENGTH_FIELD } from "../../net/ether-types.ts";
import type { DecodedPacket } from "./decoded-packet.ts";
import { follow, Layer } from "./layers.ts";
import { Weird } from "./weirds.ts";

/**
 * Sets the next layer for the payload of an EtherType at `offset`. Returns 0, or the weird for a payload without an IP
 * header.
 */
export function followEtherType(etherType: number, offset: number, end: number, out: DecodedPacket): number {
  out.etherType = etherType;
  if (etherType === EtherType.IPV4) return follow(Layer.IPV4, offset, end, out);
  if (etherType === EtherType.IPV6) return follow(Layer.IPV6, offset, end, out);
  return followRarerEtherType(etherType, offset, end, out);
}

/** The same for a field that may instead be the length of an 802.3 frame (IEEE 802.3, 3.2.6), followed by LLC. */
export function followTypeOrLength(type: number, offset: number, end: number, out: DecodedPacket): number {
  if (type <= MAX_LENGTH_FIELD) return follow(Layer.LLC, offset, Math.min(offset + type, end), out);
  return followEtherType(type, offset, end, out);
}

/** A separate function, like others of its kind: it keeps the compiler's inlining budget for the common case. */
function followRarerEtherType(etherType: number, offset: number, end: number, out: DecodedPacket): number {
  switch (etherType) {
    case EtherType.VLAN:
    case EtherType.QINQ:
    case EtherType.QINQ_OLD:
      return follow(Layer.VLAN, offset, end, out);
    case EtherType.MPLS_UNICAST:
    case EtherType.MPLS_MULTICAST:
      return follow(Layer.MPLS, offset, end, out);
    case EtherType.PPPOE_SESSION:
      return follow(Layer.PPPOE, offset, end, out);
    case EtherType.TRANSPARENT_ETHERNET:
      return follow(Layer.ETHERNET, offset, end, out);
    case EtherType.PPP_IN_GRE:
      return follow(Layer.PPP, offset, end, out);
    case EtherType.VN_TAG:
      return follow(Layer.VN_TAG, offset, end, out);
    case EtherType.E_TAG:
      return follow(Layer.E_TAG, offset, end, out);
    case EtherType.CISCO_METADATA:
      return follow(Layer.CISCO_METADATA, offset, end, out);
    case EtherType.CISCO_TIMESTAMP:
      return follow(Layer.CISCO_TIMESTAMP, offset, end, out);
    case EtherType.ARISTA:
      return follow(Layer.ARISTA_TAG, offset, end, out);
    case EtherType.NSH:
      return follow(Layer.NSH, offset, end, out);
    case EtherType.MAC_IN_MAC:
      return follow(Layer.MAC_IN_MAC, offset, end, out);
    case EtherType.ARP:
    case EtherType.RARP:
      return Weird.ARP;
    case EtherType.LLDP:
      return Weird.LLDP;
    case EtherType.EAPOL:
      return Weird.EAPOL;
    case EtherType.SLOW_PROTOCOLS:
      return Weird.SLOW_PROTOCOLS;
    case EtherType.PPPOE_DISCOVERY:
      return Weird.PPPOE_DISCOVERY;
    default:
      return Weird.UNKNOWN_ETHER_TYPE;
  }
}
