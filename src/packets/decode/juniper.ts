/**
 * The header that JunOS puts before captured packets (tcpdump.org/linktypes, LINKTYPE_JUNIPER_ETHER and similar;
 * layout: tcpdump `print-juniper.c`).
 *
 *    0             3       4
 *   | magic "MGC" | flags | (with extensions: length 2, that many bytes) | frame
 *                                                                        | (without link layer: 4 bytes, IP)
 */
import { readUint16 } from "../../net/byte-reads.ts";
import type { DecodedPacket } from "./decoded-packet.ts";
import { follow, Layer, truncationWeird } from "./layers.ts";
import { Weird } from "./weirds.ts";

const MAGIC_HIGH = 0x4d47;
const MAGIC_LOW = 0x43;
const MAGIC_LOW_OFFSET = 2;
const FLAGS_OFFSET = 3;
const FIXED_LENGTH = 4;
const Flag = { WITHOUT_LINK_LAYER: 0x02, EXTENSIONS: 0x80 } as const;
const EXTENSIONS_LENGTH_LENGTH = 2;
const PROTOCOL_LENGTH = 4;

/** Decodes the header at `offset`, which is followed by `layer`; `bytes` is borrowed. Returns 0 or a weird. */
export function decodeJuniper(
  layer: number,
  bytes: Uint8Array,
  offset: number,
  end: number,
  out: DecodedPacket,
): number {
  if (end - offset < FIXED_LENGTH) return truncationWeird(Weird.TRUNCATED_JUNIPER_HEADER, end, out);
  if (readUint16(bytes, offset) !== MAGIC_HIGH || bytes[offset + MAGIC_LOW_OFFSET] !== MAGIC_LOW) {
    return Weird.BAD_LINK_HEADER;
  }
  const flags = bytes[offset + FLAGS_OFFSET];
  let frame = offset + FIXED_LENGTH;
  if ((flags & Flag.EXTENSIONS) !== 0) {
    if (end - frame < EXTENSIONS_LENGTH_LENGTH)
      return truncationWeird(Weird.TRUNCATED_JUNIPER_HEADER, end, out);
    frame += EXTENSIONS_LENGTH_LENGTH + readUint16(bytes, frame);
    if (frame > end) return truncationWeird(Weird.TRUNCATED_JUNIPER_HEADER, end, out);
  }
  if ((flags & Flag.WITHOUT_LINK_LAYER) === 0) return follow(layer, frame, end, out);
  const packet = frame + PROTOCOL_LENGTH;
  if (end <= packet) return truncationWeird(Weird.TRUNCATED_JUNIPER_HEADER, end, out);
  const version = bytes[packet] >> 4;
  // The protocol may also be MPLS or ISO; only IP identifies itself.
  return version === 4 || version === 6
    ? follow(Layer.RAW_IP, packet, end, out)
    : Weird.UNKNOWN_ADDRESS_FAMILY;
}
