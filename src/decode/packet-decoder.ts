/**
 * Walks one packet from its link layer to the ports of the innermost TCP or UDP header that can be reached:
 * link -> network -> (tunnel -> ...) -> transport. No object, string, view or exception per packet.
 */
import { LinkType } from "../net/link-types.ts";
import type { DecodedPacket } from "./decoded-packet.ts";
import { decodeEthernet, decodeVlan } from "./ethernet.ts";
import { decodeIpv4 } from "./ipv4.ts";
import { decodeIpv6 } from "./ipv6.ts";
import { Layer } from "./layers.ts";
import { decodeTcp } from "./tcp.ts";
import { decodeUdp } from "./udp.ts";
import { Weird } from "./weirds.ts";

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
  out.reset();
  const wireLength = originalLength - fcsLength;
  const length =
    fcsLength > 0 && wireLength < capturedLength && wireLength >= 0 ? wireLength : capturedLength;
  const end = offset + length;
  out.capturedEnd = end;
  out.cutBySnaplen = capturedLength < wireLength ? 1 : 0;
  const layer = layerOfLinkType(linkType);
  out.weird = layer < 0 ? Weird.UNSUPPORTED_LINK_TYPE : walk(layer, bytes, offset, end, out);
  return out.weird;
}

/** Whether packets of this link type can be decoded. */
export function isSupportedLinkType(linkType: number): boolean {
  return layerOfLinkType(linkType) >= 0;
}

function layerOfLinkType(linkType: number): number {
  switch (linkType) {
    case LinkType.ETHERNET:
      return Layer.ETHERNET;
    default:
      return -1;
  }
}

function walk(layer: number, bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  for (let depth = 0; depth < MAX_LAYERS; depth++) {
    const weird = decodeLayer(layer, bytes, offset, end, out);
    if (weird !== 0) return weird;
    layer = out.nextLayer;
    if (layer === Layer.DONE) return 0;
    offset = out.nextOffset;
    end = out.nextEnd;
  }
  return Weird.TOO_MANY_LAYERS;
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
    case Layer.VLAN:
      return decodeVlan(bytes, offset, end, out);
    case Layer.IPV4:
      return decodeIpv4(bytes, offset, end, out);
    case Layer.IPV6:
      return decodeIpv6(bytes, offset, end, out);
    case Layer.TCP:
      return decodeTcp(bytes, offset, end, out);
    case Layer.UDP:
      return decodeUdp(bytes, offset, end, out);
    default:
      // Every other layer is added here together with its file.
      throw new Error(`no decoder for layer ${layer}`);
  }
}
