/**
 * One flow as the table stores it: 64 bytes, one cache line, of which the first sixteen are the key of an IPv4 flow.
 * IPv6 addresses stand apart, so that only IPv6 flows need the memory.
 */
import { NO_TIME } from "../net/moment.ts";

/** Words (32 bits) and doubles (64 bits) of a record; the words of the times and counters share its bytes. */
export const RECORD_WORDS = 16;
export const RECORD_DOUBLES = 8;

/** Offsets in words. */
export const RecordWord = {
  /** An IPv4 address; not used for IPv6. */
  ADDRESS_A: 0,
  /** An IPv4 address; for IPv6 the number of the entry in `wide` that has both addresses. */
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

/** Words per entry of the store of IPv6 addresses: four of A, then four of B. */
export const WIDE_WORDS = 8;

const NANO = 1e-9;
const WASM_PAGE_LENGTH = 65_536;

/** The memory of all records. Record 0 and entry 0 are never used: 0 says "none". */
export class FlowRecords {
  readonly words: Int32Array;
  readonly doubles: Float64Array;
  readonly wide: Int32Array;
  /** Numbers 1 to `#used` have been given out; those given back are chained through their first word. */
  #used = 0;
  #free = 0;
  #wideUsed = 0;
  #wideFree = 0;

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

  /** The highest number that was ever given out. */
  get used(): number {
    return this.#used;
  }

  /** A record that is not in use; its words hold anything. */
  take(): number {
    const record = this.#free;
    if (record === 0) return ++this.#used;
    this.#free = this.words[record * RECORD_WORDS];
    return record;
  }

  /** Gives a record back. */
  give(record: number): void {
    this.words.fill(0, record * RECORD_WORDS, (record + 1) * RECORD_WORDS);
    this.words[record * RECORD_WORDS] = this.#free;
    this.#free = record;
  }

  /** When the flow in a record was last heard of, in seconds; before all time for one without a time. */
  lastHeard(record: number): number {
    const base = record * RECORD_WORDS;
    const seconds = this.words[base + RecordWord.LAST_SECONDS] >>> 0;
    if (seconds === NO_TIME) return Number.NEGATIVE_INFINITY;
    return seconds + this.words[base + RecordWord.LAST_NANOSECONDS] * NANO;
  }

  /** An entry of `wide` that is not in use. */
  takeWide(): number {
    const entry = this.#wideFree;
    if (entry === 0) return ++this.#wideUsed;
    this.#wideFree = this.wide[entry * WIDE_WORDS];
    return entry;
  }

  /** Gives an entry of `wide` back. */
  giveWide(entry: number): void {
    this.wide[entry * WIDE_WORDS] = this.#wideFree;
    this.#wideFree = entry;
  }
}

/**
 * Zeroed memory that begins on a page, so that a record is one cache line and not parts of two: glibc puts a large
 * ArrayBuffer 16 bytes after the beginning of a page, WebAssembly's memory begins on one. Measured with a million
 * flows, that was a quarter of the time spent on counting.
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
