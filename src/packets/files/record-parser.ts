/** Interface of the file format parsers: pure, bytes in, records out. `record-reader.ts` does the reading. */
import type { InputError } from "../../errors.ts";
import type { PacketBlock } from "../packet-block.ts";

/**
 * Maximum captured bytes of a packet: libpcap's MAXIMUM_SNAPLEN and Wireshark's limit. A record that claims more is
 * damaged, and no memory is allocated for it.
 */
export const MAX_CAPTURED_LENGTH = 262_144;

/**
 * Whether a packet can have had `original` bytes on the wire (docs/contract.md, "Impossible times and lengths"). No
 * link and no offload produces packets longer than `MAX_CAPTURED_LENGTH`.
 */
export function isPlausibleLength(captured: number, original: number): boolean {
  return original >= captured && original <= MAX_CAPTURED_LENGTH;
}

/** Maximum contiguous bytes that a parser may need: a record with its header and options. */
export const MAX_RECORD_LENGTH = 1 << 20;

/** Maximum interface entries of a source: bounds their memory over all sections. */
export const MAX_INTERFACES = 65_536;

/** The parser of one capture. Keeps its state (byte order, interfaces, position) between calls. */
export interface RecordParser {
  readonly format: "pcap" | "pcapng";
  /** The error that stopped it permanently, or null. */
  readonly error: InputError | null;
  /**
   * Appends records from `bytes[offset .. end - 1]` (borrowed) to `block` until it is full, the next record is
   * incomplete, or an error occurs (`error`). It may stop earlier, but never without a record if one is complete.
   * Returns the bytes consumed; may be more than `end - offset` if bytes after `end` are to be skipped.
   */
  parse(bytes: Uint8Array, offset: number, end: number, block: PacketBlock): number;
  /**
   * Called if the capture ended with these bytes (borrowed) unconsumed: returns an error that describes the truncation,
   * or null if a clean end is possible. `skipped` is the number of bytes to skip beyond the end.
   */
  finish(bytes: Uint8Array, offset: number, end: number, skipped: number): InputError | null;
}
