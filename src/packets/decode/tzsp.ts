/**
 * TZSP, the TaZmen Sniffer Protocol: forwarded captured frames (RouterOS, Kismet; layout from Wireshark's
 * packet-tzsp.c).
 *
 *    0         1      2          4
 *   | version | type | protocol | tags: number, length, content; 0 and 1 are alone, 1 is the last | frame
 */
import { readUint16 } from "../../net/byte-reads.ts";
import type { DecodedPacket } from "./decoded-packet.ts";
import { looksLikeEthernet } from "./inner-headers.ts";
import { follow, Layer } from "./layers.ts";
import { enterTunnel, skipTunnel, Tunnel } from "./tunnels.ts";

const TYPE_OFFSET = 1;
const PROTOCOL_OFFSET = 2;
const HEADER_LENGTH = 4;
const VERSION = 1;
const RECEIVED = 0;
const FOR_TRANSMISSION = 1;
const Protocol = { ETHERNET: 1, WIFI: 18, PRISM: 119, AVS: 127 } as const;
const Tag = { PADDING: 0, END: 1 } as const;
const TAG_HEADER_LENGTH = 2;
/** Real packets have up to about twenty; more are an attack on the decoder. */
const MAX_TAGS = 64;

/** Decodes the header at `offset`, the payload of a UDP packet; `bytes` is borrowed. Returns 0 or a weird. */
export function decodeTzsp(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  if (end - offset < HEADER_LENGTH || bytes[offset] !== VERSION) {
    return follow(Layer.DONE, offset, end, out);
  }
  const type = bytes[offset + TYPE_OFFSET];
  const frame = type === RECEIVED || type === FOR_TRANSMISSION ? frameOffset(bytes, offset, end) : -1;
  const layer = frame < 0 ? Layer.DONE : innerLayer(readUint16(bytes, offset + PROTOCOL_OFFSET));
  if (layer === Layer.DONE || (layer === Layer.ETHERNET && !looksLikeEthernet(bytes, frame, end))) {
    return skipTunnel(Tunnel.TZSP, offset, end, out);
  }
  return enterTunnel(Tunnel.TZSP, layer, frame, end, out);
}

/** Returns the end of the tags, or -1. */
function frameOffset(bytes: Uint8Array, offset: number, end: number): number {
  let at = offset + HEADER_LENGTH;
  for (let i = 0; i < MAX_TAGS && at < end; i++) {
    const tag = bytes[at];
    if (tag === Tag.END) return at + 1;
    if (tag === Tag.PADDING) at += 1;
    else if (end - at < TAG_HEADER_LENGTH) return -1;
    else at += TAG_HEADER_LENGTH + bytes[at + 1];
  }
  return -1;
}

function innerLayer(protocol: number): number {
  switch (protocol) {
    case Protocol.ETHERNET:
      return Layer.ETHERNET;
    case Protocol.WIFI:
      return Layer.WIFI;
    case Protocol.PRISM:
    case Protocol.AVS:
      return Layer.PRISM;
    default:
      return Layer.DONE;
  }
}
