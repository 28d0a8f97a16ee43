/** Decoders of rarer link layers by `Layer`: tags of switches, pseudo-headers of firewalls and routers. */

import { decodeAristaTag } from "./arista-tag.ts";
import { decodeCiscoHdlcWithDirection } from "./cisco-hdlc.ts";
import { decodeCiscoMetadata, decodeCiscoTimestamp } from "./cisco-tags.ts";
import type { DecodedPacket } from "./decoded-packet.ts";
import { decodeEnc } from "./enc.ts";
import { decodeFrameRelay, decodeFrameRelayWithDirection, decodeMultilinkFrameRelay } from "./frame-relay.ts";
import { decodeIpnet } from "./ipnet.ts";
import { decodeIpoib } from "./ipoib.ts";
import { decodeJuniper } from "./juniper.ts";
import { Layer } from "./layers.ts";
import { decodeMacInMac } from "./mac-in-mac.ts";
import { decodeNsh } from "./nsh.ts";
import { decodePflog } from "./pflog.ts";
import { decodeSlip } from "./slip.ts";
import { decodeLongSwitchTag, decodeSwitchTag, decodeSwitchTagBefore } from "./switch-tags.ts";
import { decodeETag, decodeVnTag } from "./vn-tag.ts";

/** Decodes the header of `layer`, which is at least `FIRST_RARER_LINK`; `bytes` is borrowed. Returns 0 or a weird. */
export function decodeRarerLink(
  layer: number,
  bytes: Uint8Array,
  offset: number,
  end: number,
  out: DecodedPacket,
): number {
  switch (layer) {
    case Layer.VN_TAG:
      return decodeVnTag(bytes, offset, end, out);
    case Layer.E_TAG:
      return decodeETag(bytes, offset, end, out);
    case Layer.CISCO_METADATA:
      return decodeCiscoMetadata(bytes, offset, end, out);
    case Layer.ARISTA_TAG:
      return decodeAristaTag(bytes, offset, end, out);
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
    default:
      throw new Error(`no decoder for layer ${layer}`);
  }
}
