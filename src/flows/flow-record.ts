/**
 * One flow as the table stores it: 64 bytes, one cache line, of which the first sixteen are the key of an IPv4 flow.
 * The first three words of IPv6 addresses stand apart, since only IPv6 flows need them.
 */

/** Words (32 bits) and doubles (64 bits) of a record; the words of the times and counters share its bytes. */
export const RECORD_WORDS = 16;
export const RECORD_DOUBLES = 8;

/** Offsets in words. */
export const RecordWord = {
  ADDRESS_A: 0,
  ADDRESS_B: 1,
  PORTS: 2,
  /** Kind in the lowest bits (`packet-batch.ts`), then `FlowBit`s. */
  STATE: 3,
  FIRST_SECONDS: 4,
  FIRST_NANOSECONDS: 5,
  LAST_SECONDS: 6,
  LAST_NANOSECONDS: 7,
} as const;

/** Offsets in doubles: after the eight words above. The counter of side B follows that of A. */
export const RecordDouble = {
  PACKETS_A: 4,
  PACKETS_B: 5,
  BYTES_A: 6,
  BYTES_B: 7,
} as const;

/** Words per record of the store of IPv6 address parts: three of A, then three of B, then nothing. */
export const WIDE_WORDS = 8;
/** Of those, the words in use. */
export const WIDE_WORDS_USED = 6;

const WASM_PAGE_LENGTH = 65_536;

/** The memory of all records. Record 0 is never used: 0 says "none". */
export class FlowRecords {
  readonly words: Int32Array;
  readonly doubles: Float64Array;
  readonly wide: Int32Array;

  /**
   * Room for `capacity` records. The operating system gives memory to a page when it is first touched, so that room
   * for the most there may be costs only addresses and records never move.
   */
  constructor(capacity: number) {
    const buffer = pageAligned((capacity + 1) * RECORD_WORDS * 4);
    this.words = new Int32Array(buffer);
    this.doubles = new Float64Array(buffer);
    this.wide = new Int32Array(pageAligned((capacity + 1) * WIDE_WORDS * 4));
  }
}

/**
 * Zeroed memory that begins on a page, so that a record is one cache line and not parts of two: glibc puts a large
 * ArrayBuffer 16 bytes after the beginning of a page, WebAssembly's memory begins on one. Measured with a million
 * flows, that is a quarter of the time spent on counting.
 */
function pageAligned(length: number): ArrayBuffer {
  try {
    return new WebAssembly.Memory({ initial: Math.ceil(length / WASM_PAGE_LENGTH) }).buffer;
  } catch (error) {
    // It reserves gigabytes of addresses; where those are limited (ulimit -v), slower memory will do.
    if (error instanceof RangeError) return new ArrayBuffer(length);
    throw error;
  }
}
