/**
 * Walks one packet from its link layer to the ports of the innermost reachable TCP or UDP header: link -> network ->
 * (tunnel -> ...) -> transport. No object, string, view or exception per packet.
 */
import { decodeAh } from "./ah.ts";
import { decodeCapwap } from "./capwap.ts";
import { decodeCiscoHdlc } from "./cisco-hdlc.ts";
import { confirmsBareIp, isWholeIp, mayBeBareIp } from "./claimed-ethernet.ts";
import { DecodedPacket } from "./decoded-packet.ts";
import { decodeErspan } from "./erspan.ts";
import { decodeEtherIp } from "./etherip.ts";
import { decodeEthernet, decodeVlan } from "./ethernet.ts";
import { decodeFirewire } from "./firewire.ts";
import { decodeGeneve } from "./geneve.ts";
import { decodeGre } from "./gre.ts";
import { decodeGtpU } from "./gtp-u.ts";
import { decodeIpv4 } from "./ipv4.ts";
import { decodeIpv6, decodeIpv6Extensions } from "./ipv6.ts";
import { decodeL2tp } from "./l2tp.ts";
import { decodeL2tpv3 } from "./l2tpv3.ts";
import { follow, frameCheckLeft, Layer, NO_FRAME_CHECK } from "./layers.ts";
import { layerOfLinkType } from "./link-layer.ts";
import { decodeLinuxSll, decodeLinuxSll2 } from "./linux-cooked.ts";
import { decodeLisp } from "./lisp.ts";
import { decodeLlc } from "./llc.ts";
import { decodeLoopback } from "./loopback.ts";
import { decodeMpls } from "./mpls.ts";
import { decodeMplsInUdp } from "./mpls-in-udp.ts";
import { decodeNflog } from "./nflog.ts";
import { decodePktap, decodePktapOrPrivate } from "./pktap.ts";
import { decodePpi } from "./ppi.ts";
import { decodePpp, decodePppHdlc, decodePppWithDirection } from "./ppp.ts";
import { decodePppoe } from "./pppoe.ts";
import { decodePrism } from "./prism.ts";
import { decodeRadiotap } from "./radiotap.ts";
import { decodeRarerLink } from "./rarer-links.ts";
import { decodeRawIp } from "./raw-ip.ts";
import { decodeTcp } from "./tcp.ts";
import { decodeTeredo } from "./teredo.ts";
import { Tunnel } from "./tunnels.ts";
import { decodeTzsp } from "./tzsp.ts";
import { decodeUdp } from "./udp.ts";
import { decodeVxlan } from "./vxlan.ts";
import { decodeVxlanGpe } from "./vxlan-gpe.ts";
import { PacketClass, packetClassOf, Weird } from "./weirds.ts";
import { decodePaddedWifi, decodeSwappedWifi, decodeWifi } from "./wifi.ts";
import { decodeWifiAggregate } from "./wifi-aggregate.ts";

/** Maximum nested headers: real packets have up to about ten; more are an attack on the decoder. */
const MAX_LAYERS = 24;

/**
 * Decodes the packet at `bytes[offset]` into `out`, which it resets first.
 *
 * @param linkType LINKTYPE_ value of the packet's interface.
 * @param bytes Borrowed; only `bytes[offset .. offset + capturedLength - 1]` is read.
 * @param originalLength Bytes of the packet on the wire, including the frame check sequence.
 * @param fcsLength Bytes of frame check sequence at the end of the original packet.
 * @returns `out.weird`: 0 if the ports were reached, else what stopped the walk.
 */
export function decodePacket(
  linkType: number,
  bytes: Uint8Array,
  offset: number,
  capturedLength: number,
  originalLength: number,
  fcsLength: number,
  out: DecodedPacket,
): number {
  const end = begin(offset, capturedLength, originalLength, fcsLength, out);
  const layer = layerOfLinkType(linkType);
  const weird = layer < 0 ? Weird.UNSUPPORTED_LINK_TYPE : walkLayers(layer, bytes, offset, end, out);
  out.weird = weird;
  if (weird === 0 || layer !== Layer.ETHERNET || !mayBeBareIp(weird)) return weird;
  const wireLength = out.truncatedBySnaplen === 0 ? end - offset : originalLength - fcsLength;
  if (isWholeIp(bytes, offset, end, wireLength)) retryAsBareIp(weird, bytes, offset, end, out);
  return out.weird;
}

/** The result of decoding a possible bare IP packet as a frame. */
const asFrame = new DecodedPacket();

/** Retries a packet that ended with `weird` as a frame as bare IP; restores the first result if that fails. */
function retryAsBareIp(
  weird: number,
  bytes: Uint8Array,
  offset: number,
  end: number,
  out: DecodedPacket,
): void {
  asFrame.copyFrom(out);
  const { capturedEnd, truncatedBySnaplen, frameCheckLeft } = out;
  out.reset();
  out.capturedEnd = capturedEnd;
  out.truncatedBySnaplen = truncatedBySnaplen;
  out.frameCheckLeft = frameCheckLeft;
  out.weird = walkLayers(Layer.RAW_IP, bytes, offset, end, out);
  if (confirmsBareIp(out.weird)) out.isBareIp = 1;
  else {
    out.copyFrom(asFrame);
    out.weird = weird;
  }
}

/** Prepares `out` for a packet; returns the end of its bytes, without a frame check sequence. */
function begin(
  offset: number,
  capturedLength: number,
  originalLength: number,
  fcsLength: number,
  out: DecodedPacket,
): number {
  out.reset();
  const wireLength = originalLength - fcsLength;
  const length =
    fcsLength > 0 && wireLength < capturedLength && wireLength >= 0 ? wireLength : capturedLength;
  out.capturedEnd = offset + length;
  out.truncatedBySnaplen = capturedLength < wireLength ? 1 : 0;
  // Already removed if the capture's own header announced it, even if another header does too.
  out.frameCheckLeft = fcsLength > 0 ? NO_FRAME_CHECK : frameCheckLeft(wireLength - capturedLength);
  return offset + length;
}

/** Whether packets of this link type can be decoded. */
export function isSupportedLinkType(linkType: number): boolean {
  return layerOfLinkType(linkType) >= 0;
}

/** State before the innermost UDP payload that was tried as a tunnel. */
const outer = new DecodedPacket();

function walkLayers(
  layer: number,
  bytes: Uint8Array,
  offset: number,
  end: number,
  out: DecodedPacket,
): number {
  let hasOuter = false;
  for (let depth = 0; depth < MAX_LAYERS; depth++) {
    if (layer >= Layer.FIRST_IN_UDP && layer <= Layer.LAST_IN_UDP) {
      outer.copyFrom(out);
      hasOuter = true;
    }
    const weird = decodeLayer(layer, bytes, offset, end, out);
    if (weird !== 0) return hasOuter ? returnToOuter(out) : weirdWithoutPorts(weird, out);
    layer = out.nextLayer;
    if (layer === Layer.DONE) return 0;
    offset = out.nextOffset;
    end = out.nextEnd;
  }
  return hasOuter ? returnToOuter(out) : weirdWithoutPorts(Weird.TOO_MANY_LAYERS, out);
}

/** Restores the outer packet: only inner ports confirm a tunnel found by UDP port. Returns 0. */
function returnToOuter(out: DecodedPacket): number {
  const tunnels = out.tunnels;
  out.copyFrom(outer);
  out.tunnels = tunnels;
  return follow(Layer.DONE, out.payloadOffset, out.payloadEnd, out);
}

/** Returns the weird of a packet without ports: in a tunnel, layers after IP may contain ARP or LCP. */
function weirdWithoutPorts(weird: number, out: DecodedPacket): number {
  out.tunnelsInside = 0;
  if (out.ipVersion === 0 || packetClassOf(weird) !== PacketClass.NON_IP) return weird;
  return (out.tunnels & (Tunnel.ETHERIP | Tunnel.L2TPV3)) !== 0
    ? Weird.TUNNEL_WITHOUT_IP
    : Weird.GRE_WITHOUT_IP;
}

function decodeLayer(
  layer: number,
  bytes: Uint8Array,
  offset: number,
  end: number,
  out: DecodedPacket,
): number {
  switch (layer) {
    case Layer.ETHERNET:
      return decodeEthernet(bytes, offset, end, out);
    case Layer.IPV4:
      return decodeIpv4(bytes, offset, end, out);
    case Layer.TCP:
      return decodeTcp(bytes, offset, end, out);
    case Layer.UDP:
      return decodeUdp(bytes, offset, end, out);
    case Layer.IPV6:
      return decodeIpv6(bytes, offset, end, out);
    case Layer.VLAN:
      return decodeVlan(bytes, offset, end, out);
    default:
      // A separate function, so that the compiler inlines the common layers.
      return decodeRarerLayer(layer, bytes, offset, end, out);
  }
}

function decodeRarerLayer(
  layer: number,
  bytes: Uint8Array,
  offset: number,
  end: number,
  out: DecodedPacket,
): number {
  switch (layer) {
    case Layer.LLC:
      return decodeLlc(bytes, offset, end, out);
    case Layer.MPLS:
      return decodeMpls(bytes, offset, end, out);
    case Layer.PPPOE:
      return decodePppoe(bytes, offset, end, out);
    case Layer.PPP:
      return decodePpp(bytes, offset, end, out);
    case Layer.PPP_HDLC:
      return decodePppHdlc(bytes, offset, end, out);
    case Layer.PPP_WITH_DIRECTION:
      return decodePppWithDirection(bytes, offset, end, out);
    case Layer.CISCO_HDLC:
      return decodeCiscoHdlc(bytes, offset, end, out);
    case Layer.LOOPBACK:
      return decodeLoopback(bytes, offset, end, out);
    case Layer.RAW_IP:
      return decodeRawIp(bytes, offset, end, out);
    case Layer.LINUX_SLL:
      return decodeLinuxSll(bytes, offset, end, out);
    case Layer.LINUX_SLL2:
      return decodeLinuxSll2(bytes, offset, end, out);
    case Layer.WIFI:
      return decodeWifi(bytes, offset, end, out);
    case Layer.WIFI_PADDED:
      return decodePaddedWifi(bytes, offset, end, out);
    case Layer.RADIOTAP:
      return decodeRadiotap(bytes, offset, end, out);
    case Layer.PRISM:
      return decodePrism(bytes, offset, end, out);
    case Layer.PPI:
      return decodePpi(bytes, offset, end, out);
    case Layer.PKTAP:
      return decodePktap(bytes, offset, end, out);
    case Layer.PKTAP_OR_PRIVATE:
      return decodePktapOrPrivate(bytes, offset, end, out);
    case Layer.NFLOG:
      return decodeNflog(bytes, offset, end, out);
    case Layer.FIREWIRE:
      return decodeFirewire(bytes, offset, end, out);
    case Layer.IPV6_EXTENSION:
      return decodeIpv6Extensions(bytes, offset, end, out);
    case Layer.AH:
      return decodeAh(bytes, offset, end, out);
    case Layer.GRE:
      return decodeGre(bytes, offset, end, out);
    case Layer.ERSPAN:
      return decodeErspan(bytes, offset, end, out);
    case Layer.ETHERIP:
      return decodeEtherIp(bytes, offset, end, out);
    case Layer.L2TPV3:
      return decodeL2tpv3(bytes, offset, end, out);
    case Layer.WIFI_SWAPPED:
      return decodeSwappedWifi(bytes, offset, end, out);
    case Layer.WIFI_SUBFRAMES:
      return decodeWifiAggregate(walkLayers, bytes, offset, end, out);
    default:
      return layer >= Layer.FIRST_RARER_LINK
        ? decodeRarerLink(layer, bytes, offset, end, out)
        : decodeTunnelInUdp(layer, bytes, offset, end, out);
  }
}

function decodeTunnelInUdp(
  layer: number,
  bytes: Uint8Array,
  offset: number,
  end: number,
  out: DecodedPacket,
): number {
  switch (layer) {
    case Layer.TEREDO:
      return decodeTeredo(bytes, offset, end, out);
    case Layer.VXLAN:
      return decodeVxlan(bytes, offset, end, out);
    case Layer.VXLAN_GPE:
      return decodeVxlanGpe(bytes, offset, end, out);
    case Layer.GENEVE:
      return decodeGeneve(bytes, offset, end, out);
    case Layer.GTP_U:
      return decodeGtpU(bytes, offset, end, out);
    case Layer.L2TP:
      return decodeL2tp(bytes, offset, end, out);
    case Layer.TZSP:
      return decodeTzsp(bytes, offset, end, out);
    case Layer.MPLS_IN_UDP:
      return decodeMplsInUdp(bytes, offset, end, out);
    case Layer.CAPWAP:
      return decodeCapwap(bytes, offset, end, out);
    case Layer.LISP:
      return decodeLisp(bytes, offset, end, out);
    default:
      throw new Error(`no decoder for layer ${layer}`);
  }
}
