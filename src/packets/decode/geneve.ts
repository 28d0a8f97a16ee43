/**
 * Geneve (RFC 8926, 3.4). AWS gateway load balancers carry IP, others Ethernet.
 *
 *    0                    1       2               4                    7          8
 *   | version, options' n | flags | protocol type | network identifier | reserved | options: 4 n bytes | payload
 *   flags: 80 a control packet, 40 critical options, the rest 0
 */
import { readUint16 } from "../../net/byte-reads.ts";
import { EtherType } from "../../net/ether-types.ts";
import type { DecodedPacket } from "./decoded-packet.ts";
import { looksLikeEthernet, looksLikeIp, looksLikeMpls, looksLikeNsh } from "./inner-headers.ts";
import { follow, Layer } from "./layers.ts";
import { enterTunnel, skipTunnel, Tunnel } from "./tunnels.ts";

const FLAGS_OFFSET = 1;
const PROTOCOL_OFFSET = 2;
const HEADER_LENGTH = 8;
const VERSION_MASK = 0xc0;
const OPTIONS_MASK = 0x3f;
const OPTIONS_UNIT = 4;
const CONTROL = 0x80;
const RESERVED_FLAGS = 0x3f;

/** Decodes the header at `offset`, the payload of a UDP packet; `bytes` is borrowed. Returns 0 or a weird. */
export function decodeGeneve(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  if (end - offset < HEADER_LENGTH) return follow(Layer.DONE, offset, end, out);
  const flags = bytes[offset + FLAGS_OFFSET];
  if ((bytes[offset] & VERSION_MASK) !== 0 || (flags & RESERVED_FLAGS) !== 0) {
    return follow(Layer.DONE, offset, end, out);
  }
  const inner = offset + HEADER_LENGTH + (bytes[offset] & OPTIONS_MASK) * OPTIONS_UNIT;
  const protocol = readUint16(bytes, offset + PROTOCOL_OFFSET);
  const layer = (flags & CONTROL) !== 0 ? Layer.DONE : innerLayer(protocol, bytes, inner, end, out);
  if (layer === Layer.DONE) return skipTunnel(Tunnel.GENEVE, offset, end, out);
  return enterTunnel(Tunnel.GENEVE, layer, inner, end, out);
}

function innerLayer(
  protocol: number,
  bytes: Uint8Array,
  inner: number,
  end: number,
  out: DecodedPacket,
): number {
  switch (protocol) {
    case EtherType.TRANSPARENT_ETHERNET:
      return looksLikeEthernet(bytes, inner, end) ? Layer.ETHERNET : Layer.DONE;
    case EtherType.IPV4:
    case EtherType.IPV6:
      return looksLikeIp(bytes, inner, end, out) ? Layer.RAW_IP : Layer.DONE;
    case EtherType.MPLS_UNICAST:
      return looksLikeMpls(bytes, inner, end, out) ? Layer.MPLS : Layer.DONE;
    case EtherType.NSH:
      return looksLikeNsh(bytes, inner, end) ? Layer.NSH : Layer.DONE;
    default:
      return Layer.DONE;
  }
}
