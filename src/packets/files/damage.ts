/** Recognizes causes of damage where a capture becomes invalid: another capture joined to it, or converted line ends. */
import { readUint32, readUint32LittleEndian } from "../../net/byte-reads.ts";
import { BYTE_ORDER_MAGIC, BYTE_ORDER_MAGIC_OFFSET, SECTION_HEADER_BLOCK } from "./pcapng-blocks.ts";

/** Magic number of a classic pcap, and the version 2.4 that follows it. */
const PCAP_BEGINNINGS: ReadonlyMap<number, number> = new Map([
  [0xd4c3b2a1, 0x02000400],
  [0x4d3cb2a1, 0x02000400],
  [0x34cdb2a1, 0x02000400],
  [0xa1b2c3d4, 0x00020004],
  [0xa1b23c4d, 0x00020004],
  [0xa1b2cd34, 0x00020004],
]);
const PCAP_BEGINNING_LENGTH = 8;
const PCAPNG_BEGINNING_LENGTH = 12;

/** Minimum line feeds examined; in unchanged bytes, one in 256 follows a carriage return. */
const LEAST_LINE_FEEDS = 8;
/** Bytes that suffice to recognize the cause. */
export const DAMAGE_LENGTH = 1 << 14;

/** Whether there is the file header of a classic pcap at `offset`. `bytes` is borrowed. */
export function isPcapAt(bytes: Uint8Array, offset: number, end: number): boolean {
  if (end - offset < PCAP_BEGINNING_LENGTH) return false;
  return PCAP_BEGINNINGS.get(readUint32(bytes, offset)) === readUint32(bytes, offset + 4);
}

/** Whether there is the first section of a pcapng at `offset`. `bytes` is borrowed. */
export function isPcapngAt(bytes: Uint8Array, offset: number, end: number): boolean {
  if (end - offset < PCAPNG_BEGINNING_LENGTH) return false;
  if (readUint32(bytes, offset) !== SECTION_HEADER_BLOCK) return false;
  const magic = offset + BYTE_ORDER_MAGIC_OFFSET;
  return (
    readUint32(bytes, magic) === BYTE_ORDER_MAGIC || readUint32LittleEndian(bytes, magic) === BYTE_ORDER_MAGIC
  );
}

/**
 * Returns the end of a message about an invalid pcap record at `offset`: the cause, if the first `DAMAGE_LENGTH` bytes
 * show it; else "".
 */
export function damageHint(bytes: Uint8Array, offset: number, end: number): string {
  if (isPcapngAt(bytes, offset, end)) {
    return "; a pcapng begins there, joined to the pcap before it: split the file at that byte";
  }
  return hasChangedLineEnds(bytes.subarray(offset, Math.min(end, offset + DAMAGE_LENGTH)))
    ? `; ${CHANGED_LINE_ENDS}`
    : "";
}

/** Advice on a capture with a carriage return inserted before each line feed, which is reversible. */
export const CHANGED_LINE_ENDS =
  "its line ends were changed, as by a transfer in text mode: transfer it again in binary mode, " +
  String.raw`or undo it with perl -pe 's/\r\n/\n/'`;

/**
 * Whether every line feed follows a carriage return, and there are enough of them; the byte before the first one is
 * unknown.
 */
function hasChangedLineEnds(bytes: Uint8Array): boolean {
  let lineFeeds = 0;
  for (let at = bytes.indexOf(0x0a, 1); at >= 0; at = bytes.indexOf(0x0a, at + 1)) {
    if (bytes[at - 1] !== 0x0d) return false;
    lineFeeds++;
  }
  return lineFeeds >= LEAST_LINE_FEEDS;
}
