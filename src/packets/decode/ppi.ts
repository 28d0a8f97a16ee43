/**
 * Per-Packet Information (CACE Technologies, "PPI Packet Header format" 1.0.10). Little-endian; the link type is a
 * DLT_ value.
 *
 *    0         1       2        4     8
 *   | version | flags | length | DLT | fields: type 2, length 2, data |
 */
import { readUint16LittleEndian, readUint32LittleEndian } from "../../net/byte-reads.ts";
import type { DecodedPacket } from "./decoded-packet.ts";
import { follow, Layer, truncationWeird, withoutFrameCheck } from "./layers.ts";
import { layerOfDlt } from "./link-layer.ts";
import { Weird } from "./weirds.ts";

const FLAGS_OFFSET = 1;
const LENGTH_OFFSET = 2;
const DLT_OFFSET = 4;
const MIN_LENGTH = 8;
const VERSION = 0;
const FIELDS_ALIGNED = 0x01;
const FIELD_LENGTH_OFFSET = 2;
const FIELD_HEADER_LENGTH = 4;
const FIELD_ALIGNMENT = 4;
const WIFI_COMMON = 2;
const WIFI_COMMON_LENGTH = 20;
const WIFI_FLAGS_OFFSET = 12;
const WifiFlag = { FRAME_CHECK_AT_END: 0x0001, BAD_FRAME_CHECK: 0x0004 } as const;

/** Decodes the header at `offset`; `bytes` is borrowed. Returns 0 or a weird. */
export function decodePpi(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  if (end - offset < MIN_LENGTH) return truncationWeird(Weird.TRUNCATED_PPI_HEADER, end, out);
  const length = readUint16LittleEndian(bytes, offset + LENGTH_OFFSET);
  if (bytes[offset] !== VERSION || length < MIN_LENGTH) return Weird.BAD_PPI_HEADER;
  if (end - offset < length) return truncationWeird(Weird.TRUNCATED_PPI_HEADER, end, out);
  const layer = layerOfDlt(readUint32LittleEndian(bytes, offset + DLT_OFFSET));
  if (layer < 0) return Weird.UNSUPPORTED_LINK_TYPE;
  const packet = offset + length;
  if (layer !== Layer.WIFI) return follow(layer, packet, end, out);
  const flags = readWifiFlags(bytes, offset, packet);
  if ((flags & WifiFlag.BAD_FRAME_CHECK) !== 0) return Weird.BAD_WIFI_FRAME_CHECK;
  const hasFrameCheck = (flags & WifiFlag.FRAME_CHECK_AT_END) !== 0;
  return follow(layer, packet, hasFrameCheck ? withoutFrameCheck(packet, end, out) : end, out);
}

/** Returns the flags of the 802.11-Common field, or 0 without one. */
function readWifiFlags(bytes: Uint8Array, offset: number, headerEnd: number): number {
  const isAligned = (bytes[offset + FLAGS_OFFSET] & FIELDS_ALIGNED) !== 0;
  let field = offset + MIN_LENGTH;
  while (headerEnd - field >= FIELD_HEADER_LENGTH) {
    const length = readUint16LittleEndian(bytes, field + FIELD_LENGTH_OFFSET);
    const isWhole = length >= WIFI_COMMON_LENGTH && headerEnd - field >= FIELD_HEADER_LENGTH + length;
    if (readUint16LittleEndian(bytes, field) === WIFI_COMMON) {
      return isWhole ? readUint16LittleEndian(bytes, field + WIFI_FLAGS_OFFSET) : 0;
    }
    field += FIELD_HEADER_LENGTH + length;
    if (isAligned) field += -(field - offset) & (FIELD_ALIGNMENT - 1);
  }
  return 0;
}
