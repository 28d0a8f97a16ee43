/**
 * L2TPv3 data, over IP as protocol 115 (RFC 3931, 4.1.1.1) and, behind 4 bytes, over UDP (`l2tp.ts`).
 *
 *    0            4
 *   | session id | cookie: 0, 4 or 8 bytes | sublayer: 0 or 4 bytes | Ethernet or PPP       session id 0: control
 *
 * Cookie and sublayer are negotiated in control messages or configured. No header contains their lengths, so the first
 * possible offset at which a frame with IP fits is used.
 */
import { readUint32 } from "../../net/byte-reads.ts";
import type { DecodedPacket } from "./decoded-packet.ts";
import { looksLikeEthernet, looksLikePpp } from "./inner-headers.ts";
import { Layer, truncationWeird } from "./layers.ts";
import { enterTunnel, Tunnel } from "./tunnels.ts";
import { Weird } from "./weirds.ts";

const SESSION_LENGTH = 4;
const MAX_COOKIE_AND_SUBLAYER = 12;
const STEP = 4;

/** Decodes the header at `offset` in IP; `bytes` is borrowed. Returns 0 or a weird. */
export function decodeL2tpv3(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  if (end - offset < SESSION_LENGTH) return truncationWeird(Weird.TRUNCATED_L2TP_HEADER, end, out);
  const frame = l2tpv3Frame(bytes, offset, end, out);
  if (frame >= 0) return enterTunnel(Tunnel.L2TPV3, l2tpv3Layer(bytes, frame, end), frame, end, out);
  out.tunnels |= Tunnel.L2TPV3;
  const isTruncated = out.truncatedBySnaplen !== 0 && end === out.capturedEnd;
  return isTruncated ? truncationWeird(Weird.TRUNCATED_L2TP_HEADER, end, out) : Weird.TUNNEL_WITHOUT_IP;
}

/** Returns the offset of the frame whose session id is at `offset`, or -1. */
export function l2tpv3Frame(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  if (end - offset < SESSION_LENGTH || readUint32(bytes, offset) === 0) return -1;
  const first = offset + SESSION_LENGTH;
  for (let at = first; at <= first + MAX_COOKIE_AND_SUBLAYER; at += STEP) {
    if (looksLikeEthernet(bytes, at, end) || looksLikePpp(bytes, at, end, out)) return at;
  }
  return -1;
}

/** Returns the layer of that frame. */
export function l2tpv3Layer(bytes: Uint8Array, frame: number, end: number): number {
  return looksLikeEthernet(bytes, frame, end) ? Layer.ETHERNET : Layer.PPP;
}
