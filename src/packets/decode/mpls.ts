/**
 * MPLS label stack (RFC 3032, 2.1).
 *
 *    0                       20      23  24            32
 *   | label                 | class | S | time to live |  bits; S = 1: the last one. Nothing identifies the payload.
 */
import type { DecodedPacket } from "./decoded-packet.ts";
import { looksLikeIp, pseudowireFrame } from "./inner-headers.ts";
import { follow, Layer, truncationWeird } from "./layers.ts";
import { CONTROL_WORD_LENGTH, isLastLabel, LABEL_LENGTH, MAX_LABELS } from "./mpls-labels.ts";
import { Weird } from "./weirds.ts";

const ETHERNET_HEADER_LENGTH = 14;

/**
 * Decodes the labels from `offset`; `bytes` is borrowed. Returns 0 or a weird. The payload is identified by IP's
 * version nibble (RFC 4928), or else as a pseudowire if it looks like Ethernet.
 */
export function decodeMpls(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  for (let i = 0; i < MAX_LABELS; i++) {
    if (end - offset < LABEL_LENGTH) return truncationWeird(Weird.TRUNCATED_MPLS_LABEL, end, out);
    const isBottom = isLastLabel(bytes, offset);
    offset += LABEL_LENGTH;
    if (isBottom) return followStack(bytes, offset, end, out);
  }
  return Weird.TOO_MANY_LAYERS;
}

function followStack(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  if (end <= offset) return truncationWeird(Weird.TRUNCATED_IP_HEADER, end, out);
  const frame = looksLikeIp(bytes, offset, end, out) ? -1 : pseudowireFrame(bytes, offset, end);
  if (frame >= 0) return follow(Layer.ETHERNET, frame, end, out);
  const version = bytes[offset] >> 4;
  if (version === 4) return follow(Layer.IPV4, offset, end, out);
  if (version === 6) return follow(Layer.IPV6, offset, end, out);
  const begin = version === 0 ? Math.min(offset + CONTROL_WORD_LENGTH, end) : offset;
  // Too short to verify: reported as a truncated frame.
  if (end - begin <= ETHERNET_HEADER_LENGTH) return follow(Layer.ETHERNET, begin, end, out);
  return Weird.UNKNOWN_MPLS_PAYLOAD;
}
