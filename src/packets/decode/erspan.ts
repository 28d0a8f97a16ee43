/**
 * ERSPAN type II and III (draft-foschiano-erspan-03, 4.2 and 4.3): frames mirrored by a switch, in GRE. Type I has no
 * header of its own: GRE without a sequence number leads to its Ethernet (`gre.ts`).
 *
 *    0               2                          4
 *   | version, VLAN | class, T bit, session id | port index | Ethernet                              version 1: type II
 *                                              | timestamp | tag | frame type, O bit |              version 2: type III
 *                                                                12: O: platform's own, 8 | Ethernet or IP
 */
import { readUint16 } from "../../net/byte-reads.ts";
import type { DecodedPacket } from "./decoded-packet.ts";
import { Layer, truncationWeird } from "./layers.ts";
import { enterTunnel, Tunnel } from "./tunnels.ts";
import { Weird } from "./weirds.ts";

const TYPE_2_LENGTH = 8;
const TYPE_3_LENGTH = 12;
const SESSION_OFFSET = 2;
/** The switch truncated the frame. */
const TRUNCATED = 0x0400;
const FRAME_TYPE_OFFSET = 10;
const FRAME_TYPE_MASK = 0x7c00;
const FRAME_IS_IP = 2 << 10;
const PLATFORM_PRESENT = 0x0001;
const PLATFORM_LENGTH = 8;

/** Decodes the header at `offset`; `bytes` is borrowed. Returns 0 or a weird. */
export function decodeErspan(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  if (end - offset < TYPE_2_LENGTH) return truncationWeird(Weird.TRUNCATED_ERSPAN_HEADER, end, out);
  const version = bytes[offset] >> 4;
  if (version !== 1 && version !== 2) return Weird.BAD_ERSPAN_HEADER;
  let length = version === 1 ? TYPE_2_LENGTH : TYPE_3_LENGTH;
  if (end - offset < length) return truncationWeird(Weird.TRUNCATED_ERSPAN_HEADER, end, out);
  const last = version === 1 ? 0 : readUint16(bytes, offset + FRAME_TYPE_OFFSET);
  if ((last & PLATFORM_PRESENT) !== 0) length += PLATFORM_LENGTH;
  if (end - offset < length) return truncationWeird(Weird.TRUNCATED_ERSPAN_HEADER, end, out);
  if ((readUint16(bytes, offset + SESSION_OFFSET) & TRUNCATED) !== 0) {
    out.capturedEnd = end;
    out.truncatedBySnaplen = 1;
  }
  const layer = (last & FRAME_TYPE_MASK) === FRAME_IS_IP ? Layer.RAW_IP : Layer.ETHERNET;
  return enterTunnel(Tunnel.ERSPAN, layer, offset + length, end, out);
}
