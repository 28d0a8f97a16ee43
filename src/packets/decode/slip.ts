/**
 * Serial Line IP as the BSDs capture it (tcpdump.org/linktypes, LINKTYPE_SLIP). A header compressed on the line (RFC
 * 1144) is uncompressed after the pseudo-header.
 *
 *    0           1      2                        16
 *   | direction | kind | compressed header      | IP
 */
import type { DecodedPacket } from "./decoded-packet.ts";
import { follow, Layer, truncationWeird } from "./layers.ts";
import { Weird } from "./weirds.ts";

const HEADER_LENGTH = 16;

/** Decodes the header at `offset`; `bytes` is borrowed. Returns 0 or a weird. */
export function decodeSlip(_bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  if (end - offset < HEADER_LENGTH) return truncationWeird(Weird.TRUNCATED_SLIP_HEADER, end, out);
  return follow(Layer.RAW_IP, offset + HEADER_LENGTH, end, out);
}
