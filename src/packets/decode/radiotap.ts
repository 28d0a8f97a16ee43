/**
 * Radiotap (radiotap.org): a Wi-Fi driver's metadata of a frame. Little-endian. Only its length and the flags field,
 * the second optional one, are used here.
 *
 *    0         1   2        4                                       (TSFT 8, at a multiple of 8) (flags 1) ...
 *   | version | 0 | length | present: a bit per field; bit 31: another such word follows | fields
 */
import { readUint16LittleEndian } from "../../net/byte-reads.ts";
import type { DecodedPacket } from "./decoded-packet.ts";
import { follow, Layer, truncationWeird, withoutFrameCheck } from "./layers.ts";
import { Weird } from "./weirds.ts";

const LENGTH_OFFSET = 2;
const PRESENT_OFFSET = 4;
const WORD_LENGTH = 4;
const MIN_LENGTH = 8;
const VERSION = 0;
const TSFT_PRESENT = 0x01;
const FLAGS_PRESENT = 0x02;
/** Bit 31, in the last byte of a word. */
const ANOTHER_WORD = 0x80;
const TSFT_LENGTH = 8;
const Flag = { FRAME_CHECK_AT_END: 0x10, PADDED: 0x20, BAD_FRAME_CHECK: 0x40 } as const;

/** Decodes the header at `offset`; `bytes` is borrowed. Returns 0 or a weird. */
export function decodeRadiotap(bytes: Uint8Array, offset: number, end: number, out: DecodedPacket): number {
  if (end - offset < MIN_LENGTH) return truncationWeird(Weird.TRUNCATED_RADIOTAP_HEADER, end, out);
  const length = readUint16LittleEndian(bytes, offset + LENGTH_OFFSET);
  if (bytes[offset] !== VERSION || length < MIN_LENGTH) return Weird.BAD_RADIOTAP_HEADER;
  if (end - offset < length) return truncationWeird(Weird.TRUNCATED_RADIOTAP_HEADER, end, out);
  const flags = readFlags(bytes, offset, offset + length);
  if (flags < 0) return Weird.BAD_RADIOTAP_HEADER;
  // The receiver dropped this corrupt frame, and its sender retransmits it.
  if ((flags & Flag.BAD_FRAME_CHECK) !== 0) return Weird.BAD_WIFI_FRAME_CHECK;
  const frame = offset + length;
  const frameEnd = (flags & Flag.FRAME_CHECK_AT_END) !== 0 ? withoutFrameCheck(frame, end, out) : end;
  return follow((flags & Flag.PADDED) !== 0 ? Layer.WIFI_PADDED : Layer.WIFI, frame, frameEnd, out);
}

/** Returns the flags field, 0 if there is none, -1 if the header is too short for its fields. */
function readFlags(bytes: Uint8Array, offset: number, headerEnd: number): number {
  const present = bytes[offset + PRESENT_OFFSET];
  let field = offset + PRESENT_OFFSET;
  do {
    field += WORD_LENGTH;
    if (field > headerEnd) return -1;
  } while ((bytes[field - 1] & ANOTHER_WORD) !== 0);
  if ((present & FLAGS_PRESENT) === 0) return 0;
  if ((present & TSFT_PRESENT) !== 0) {
    const misaligned = (field - offset) % TSFT_LENGTH;
    field += TSFT_LENGTH + (misaligned === 0 ? 0 : TSFT_LENGTH - misaligned);
  }
  return field < headerEnd ? bytes[field] : -1;
}
