/** The contract of the file formats: pure, bytes in, records out. `record-reader.ts` does the reading. */
import type { InputError } from "../../errors.ts";
import type { PacketBlock } from "../packet-block.ts";

/**
 * Captured bytes that one packet has at most: libpcap's MAXIMUM_SNAPLEN and Wireshark's limit. A record that claims
 * more is damage, and no memory is allocated for it.
 */
export const MAX_CAPTURED_LENGTH = 262_144;

/**
 * Whether a packet can have had `original` bytes on the wire (docs/contract.md, "Impossible times and lengths"). No link
 * and no offload makes more of one packet than `MAX_CAPTURED_LENGTH`.
 */
export function isPlausibleLength(captured: number, original: number): boolean {
  return original >= captured && original <= MAX_CAPTURED_LENGTH;
}

/** Bytes that a parser may ask to see in one piece: a record with its header and options. */
export const MAX_RECORD_LENGTH = 1 << 20;

/** Entries of interfaces that one source may have: the bound of what they cost in memory, over all sections. */
export const MAX_INTERFACES = 65_536;

/** The parser of one capture; it keeps what it must remember between calls (byte order, interfaces, position). */
export interface RecordParser {
  readonly format: "pcap" | "pcapng";
  /** What stopped it for good, or null. */
  readonly error: InputError | null;
  /**
   * Appends records from `bytes[offset .. end - 1]` (borrowed) to `block` until it is full, the next record is not
   * all there, or something is wrong (`error`); it may stop before, but never without a record where one is there. Returns the bytes consumed; may be more than `end - offset`, where
   * what is to be skipped goes on after `end`.
   */
  parse(bytes: Uint8Array, offset: number, end: number, block: PacketBlock): number;
  /**
   * The capture ended with these bytes (borrowed) unconsumed: the error that says what was cut, or null where a
   * clean end is possible. `skipped` is what the parser wanted to skip beyond the end.
   */
  finish(bytes: Uint8Array, offset: number, end: number, skipped: number): InputError | null;
}
