/**
 * Walks one packet from its link layer to the ports of the innermost TCP or UDP header that can be reached:
 * link -> network -> (tunnel -> ...) -> transport. No object, string, view or exception per packet.
 */
import { decodeAh } from "./ah.ts";
import { decodeCiscoHdlc, decodeCiscoHdlcWithDirection } from "./cisco-hdlc.ts";
import { decodeCiscoMetadata, decodeCiscoTimestamp } from "./cisco-tags.ts";
import { DecodedPacket } from "./decoded-packet.ts";
import { decodeEnc } from "./enc.ts";
import { decodeEthernet, decodeVlan } from "./ethernet.ts";
import { decodeFirewire } from "./firewire.ts";
import { decodeFrameRelay, decodeFrameRelayWithDirection, decodeMultilinkFrameRelay } from "./frame-relay.ts";
import { decodeGre } from "./gre.ts";
import { decodeIpnet } from "./ipnet.ts";
import { decodeIpoib } from "./ipoib.ts";
import { decodeIpv4 } from "./ipv4.ts";
import { decodeIpv6, decodeIpv6Extensions } from "./ipv6.ts";
import { decodeJuniper } from "./juniper.ts";
import { follow, Layer } from "./layers.ts";
import { layerOfLinkType } from "./link-layer.ts";
import { decodeLinuxSll, decodeLinuxSll2 } from "./linux-cooked.ts";
import { decodeLlc } from "./llc.ts";
import { decodeLoopback } from "./loopback.ts";
import { decodeMacInMac } from "./mac-in-mac.ts";
import { decodeMpls } from "./mpls.ts";
import { decodeNflog } from "./nflog.ts";
import { decodeNsh } from "./nsh.ts";
import { decodePflog } from "./pflog.ts";
import { decodePktap, decodePktapOrPrivate } from "./pktap.ts";
import { decodePpi } from "./ppi.ts";
import { decodePpp, decodePppHdlc, decodePppWithDirection } from "./ppp.ts";
import { decodePppoe } from "./pppoe.ts";
import { decodePrism } from "./prism.ts";
import { decodeRadiotap } from "./radiotap.ts";
import { decodeRawIp } from "./raw-ip.ts";
import { decodeSlip } from "./slip.ts";
import { decodeLongSwitchTag, decodeSwitchTag, decodeSwitchTagBefore } from "./switch-tags.ts";
import { decodeTcp } from "./tcp.ts";
import { decodeTeredo } from "./teredo.ts";
import { decodeUdp } from "./udp.ts";
import { decodeETag, decodeVnTag } from "./vn-tag.ts";
import { PacketClass, packetClassOf, Weird } from "./weirds.ts";
import { decodePaddedWifi, decodeWifi } from "./wifi.ts";
import { decodeWifiAggregate } from "./wifi-aggregate.ts";

/** Headers within headers that are followed: real ones have up to ten or so; more is an attack on the walk. */
const MAX_LAYERS = 24;

/**
 * Decodes the packet at `bytes[offset]` into `out`, which it resets first.
 *
 * @param linkType LINKTYPE_ value of the packet's interface.
 * @param bytes Borrowed; only `bytes[offset .. offset + capturedLength - 1]` is read.
 * @param originalLength Bytes of the packet on the wire, frame check sequence included.
 * @param fcsLength Bytes of frame check sequence at the end of the original packet.
 * @returns `out.weird`: 0 when the ports were reached, else what stopped the walk.
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
  out.weird = layer < 0 ? Weird.UNSUPPORTED_LINK_TYPE : walkLayers(layer, bytes, offset, end, out);
  return out.weird;
}

/** Makes `out` ready for a packet; returns where its bytes end, without a frame check sequence. */
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
  out.cutBySnaplen = capturedLength < wireLength ? 1 : 0;
  return offset + length;
}

/** Whether packets of this link type can be decoded. */
export function isSupportedLinkType(linkType: number): boolean {
  return layerOfLinkType(linkType) >= 0;
}

function walkLayers(
  layer: number,
  bytes: Uint8Array,
  offset: number,
  end: number,
  out: DecodedPacket,
): number {
  for (let depth = 0; depth < MAX_LAYERS; depth++) {
    const weird = decodeLayer(layer, bytes, offset, end, out);
    if (weird !== 0) return isWithoutIpInTunnel(weird, out) ? Weird.GRE_WITHOUT_IP : weird;
    layer = out.nextLayer;
    if (layer === Layer.DONE) return 0;
    offset = out.nextOffset;
    end = out.nextEnd;
  }
  return Weird.TOO_MANY_LAYERS;
}

/** Only GRE leads from IP back to layers that may hold something else: ARP in its Ethernet, LCP in its PPP. */
function isWithoutIpInTunnel(weird: number, out: DecodedPacket): boolean {
  return out.ipVersion !== 0 && packetClassOf(weird) === PacketClass.NON_IP;
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
      // A function of its own, so that the compiler inlines what nearly every packet takes.
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
    case Layer.VN_TAG:
      return decodeVnTag(bytes, offset, end, out);
    case Layer.E_TAG:
      return decodeETag(bytes, offset, end, out);
    case Layer.CISCO_METADATA:
      return decodeCiscoMetadata(bytes, offset, end, out);
    case Layer.CISCO_TIMESTAMP:
      return decodeCiscoTimestamp(bytes, offset, end, out);
    case Layer.NSH:
      return decodeNsh(bytes, offset, end, out);
    case Layer.MAC_IN_MAC:
      return decodeMacInMac(bytes, offset, end, out);
    case Layer.PFLOG:
      return decodePflog(bytes, offset, end, out);
    case Layer.ENC:
      return decodeEnc(bytes, offset, end, out);
    case Layer.SLIP:
      return decodeSlip(bytes, offset, end, out);
    case Layer.FRAME_RELAY:
      return decodeFrameRelay(bytes, offset, end, out);
    case Layer.FRAME_RELAY_WITH_DIRECTION:
      return decodeFrameRelayWithDirection(bytes, offset, end, out);
    case Layer.MULTILINK_FRAME_RELAY:
      return decodeMultilinkFrameRelay(bytes, offset, end, out);
    case Layer.CISCO_HDLC_WITH_DIRECTION:
      return decodeCiscoHdlcWithDirection(bytes, offset, end, out);
    case Layer.IPNET:
      return decodeIpnet(bytes, offset, end, out);
    case Layer.IPOIB:
      return decodeIpoib(bytes, offset, end, out);
    case Layer.SWITCH_TAG:
      return decodeSwitchTag(bytes, offset, end, out);
    case Layer.LONG_SWITCH_TAG:
      return decodeLongSwitchTag(bytes, offset, end, out);
    case Layer.SWITCH_TAG_BEFORE:
      return decodeSwitchTagBefore(bytes, offset, end, out);
    case Layer.JUNIPER_ETHERNET:
      return decodeJuniper(Layer.ETHERNET, bytes, offset, end, out);
    case Layer.JUNIPER_PPP:
      return decodeJuniper(Layer.PPP, bytes, offset, end, out);
    case Layer.JUNIPER_FRAME_RELAY:
      return decodeJuniper(Layer.FRAME_RELAY, bytes, offset, end, out);
    case Layer.JUNIPER_CISCO_HDLC:
      return decodeJuniper(Layer.CISCO_HDLC, bytes, offset, end, out);
    case Layer.WIFI_SUBFRAMES:
      return decodeWifiAggregate(walkLayers, bytes, offset, end, out);
    case Layer.TEREDO:
      return decodeTunnelInUdp(bytes, offset, end, out);
    default:
      throw new Error(`no decoder for layer ${layer}`);
  }
}

/** What was decoded up to the UDP header that a tunnel may stand in, while `isInTunnel`: tunnels of this kind do not nest. */
const outer = new DecodedPacket();
let isInTunnel = false;

/** Whether the port told the truth only inner ports tell: without them the outer UDP packet stands as it was. */
function decodeTunnelInUdp(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  decodeTeredo(bytes, offset, end, out);
  if (out.nextLayer === Layer.DONE || isInTunnel) return follow(Layer.DONE, offset, end, out);
  outer.copyFrom(out);
  isInTunnel = true;
  const weird = walkLayers(out.nextLayer, bytes, out.nextOffset, out.nextEnd, out);
  isInTunnel = false;
  if (weird !== 0) out.copyFrom(outer);
  return follow(Layer.DONE, offset, end, out);
}
