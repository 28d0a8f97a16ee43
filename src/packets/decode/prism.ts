/**
 * Headers that Wi-Fi drivers used before radiotap: the Prism header (tcpdump.org/linktypes, LINKTYPE_IEEE802_11_PRISM)
 * and AVS's (LINKTYPE_IEEE802_11_AVS), which some write under Prism's number.
 *
 *   Prism  0              4                                        AVS  0                 4
 *         | message code | header length, byte order of the host |     | magic, version | header length, big-endian |
 */
import { readUint32, readUint32LittleEndian } from "../../net/byte-reads.ts";
import type { DecodedPacket } from "./decoded-packet.ts";
import { follow, Layer, truncationWeird } from "./layers.ts";
import { Weird } from "./weirds.ts";

const LENGTH_OFFSET = 4;
const MIN_LENGTH = 8;
/** Exceeds every header (64 or 144 bytes): larger lengths were read in the wrong byte order. */
const MAX_LENGTH = 0xffff;
const AVS_MAGIC = 0x80211;
const AVS_VERSION_BITS = 12;

/** Decodes the header at `offset`; `bytes` is borrowed. Returns 0 or a weird. */
export function decodePrism(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  if (end - offset < MIN_LENGTH) return truncationWeird(Weird.TRUNCATED_PRISM_HEADER, end, out);
  const isAvs = readUint32(bytes, offset) >>> AVS_VERSION_BITS === AVS_MAGIC;
  let length = readUint32LittleEndian(bytes, offset + LENGTH_OFFSET);
  if (isAvs || length > MAX_LENGTH) length = readUint32(bytes, offset + LENGTH_OFFSET);
  if (length < MIN_LENGTH || length > MAX_LENGTH) return Weird.BAD_PRISM_HEADER;
  if (end - offset < length) return truncationWeird(Weird.TRUNCATED_PRISM_HEADER, end, out);
  return follow(Layer.WIFI, offset + length, end, out);
}
