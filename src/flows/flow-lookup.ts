/**
 * Which record has the flow of a packet: finds records by the keys of the rows of a batch, makes them, takes them
 * away. With many flows, this is where the time goes: into cache misses.
 */
import type { FlowHash } from "./flow-hash.ts";
import { FlowIndex } from "./flow-index.ts";
import { FlowRecords, RECORD_WORDS, RecordWord, WIDE_WORDS } from "./flow-record.ts";
import { BATCH_CAPACITY, KIND_IPV6, KIND_MASK, type PacketBatch, ROW_WORDS, Row } from "./packet-batch.ts";
import { FlowBit } from "./tcp-state.ts";

export class FlowLookup {
  readonly records: FlowRecords;
  readonly #hash: FlowHash;
  readonly #index = new FlowIndex();
  /** The record that each row of the batch will probably want. */
  readonly #candidates = new Int32Array(BATCH_CAPACITY);
  /** Keeps the loads of `prefetch` alive: what nobody reads, a compiler leaves out. */
  touched = 0;

  /** Room for `capacity` records. `hash` must be the one that made the hashes of the batches. */
  constructor(capacity: number, hash: FlowHash) {
    this.records = new FlowRecords(capacity);
    this.#hash = hash;
  }

  /**
   * Passes over the batch that do one thing each, so that the cache misses of different packets overlap: one packet
   * at a time they would follow one another. The slots are loaded; then, in the cache, the record that each packet
   * will want is looked for (here branches are mispredicted, so nothing else is done); then the records are loaded.
   */
  prefetch(batch: PacketBatch): void {
    const { slots, mask } = this.#index;
    const rows = batch.words;
    const candidates = this.#candidates;
    const { words, wide } = this.records;
    const count = batch.count;
    let touched = 0;
    for (let i = 0; i < count; i++) touched ^= slots[(rows[i * ROW_WORDS + Row.HASH] & mask) * 2];
    for (let i = 0; i < count; i++) {
      const hash = rows[i * ROW_WORDS + Row.HASH];
      let slot = hash & mask;
      while (slots[slot * 2] !== hash && slots[slot * 2 + 1] !== 0) slot = (slot + 1) & mask;
      candidates[i] = slots[slot * 2 + 1];
    }
    for (let i = 0; i < count; i++) touched ^= words[candidates[i] * RECORD_WORDS];
    for (let i = 0; i < count; i++) {
      const base = candidates[i] * RECORD_WORDS;
      // For IPv4 this loads the beginning of the store again and again, which costs less than a branch.
      const isIpv6 = (words[base + RecordWord.STATE] & KIND_IPV6) >> 1;
      touched ^= wide[words[base + RecordWord.ADDRESS_B] * isIpv6 * WIDE_WORDS];
    }
    this.touched = touched;
  }

  /** The live record of row `i` of the batch that was prefetched last, or 0. */
  find(rows: Int32Array, i: number): number {
    const candidate = this.#candidates[i];
    const row = i * ROW_WORDS;
    // Earlier packets of the batch may have begun the flow, or ended it.
    return this.#isRecordOf(candidate, rows, row) ? candidate : this.#search(rows, row);
  }

  /** A new record with the key of a row; only the key is set. */
  create(rows: Int32Array, row: number): number {
    const record = this.records.take();
    this.#setKey(record, rows, row);
    this.#index.insert(rows[row + Row.HASH], record);
    return record;
  }

  /** Takes a record away: it is not live from now on. */
  remove(record: number): void {
    this.#index.remove(this.#hashOf(record), record);
    const { words } = this.records;
    const base = record * RECORD_WORDS;
    if ((words[base + RecordWord.STATE] & KIND_IPV6) !== 0) {
      this.records.giveWide(words[base + RecordWord.ADDRESS_B]);
    }
    this.records.give(record);
  }

  #search(rows: Int32Array, row: number): number {
    const { slots, mask } = this.#index;
    const hash = rows[row + Row.HASH];
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const record = slots[slot * 2 + 1];
      if (record === 0) return 0;
      if (slots[slot * 2] === hash && this.#isRecordOf(record, rows, row)) return record;
    }
  }

  /** Whether a record is live and has the key of a row. */
  #isRecordOf(record: number, rows: Int32Array, row: number): boolean {
    const words = this.records.words;
    const meta = rows[row + Row.META];
    const base = record * RECORD_WORDS;
    if (
      words[base + RecordWord.PORTS] !== rows[row + Row.PORTS] ||
      (words[base + RecordWord.STATE] & (KIND_MASK | FlowBit.LIVE)) !== ((meta & KIND_MASK) | FlowBit.LIVE)
    ) {
      return false;
    }
    if ((meta & KIND_IPV6) !== 0) return this.#hasAddresses(words[base + RecordWord.ADDRESS_B], rows, row);
    return (
      words[base + RecordWord.ADDRESS_A] === rows[row + Row.ADDRESS_A] &&
      words[base + RecordWord.ADDRESS_B] === rows[row + Row.ADDRESS_B]
    );
  }

  /** Whether an entry of the store of IPv6 addresses has those of a row. */
  #hasAddresses(entry: number, rows: Int32Array, row: number): boolean {
    const wide = this.records.wide;
    const base = entry * WIDE_WORDS;
    for (let i = 0; i < WIDE_WORDS; i++) if (wide[base + i] !== rows[row + Row.ADDRESS_A + i]) return false;
    return true;
  }

  #setKey(record: number, rows: Int32Array, row: number): void {
    const { words, wide } = this.records;
    const base = record * RECORD_WORDS;
    words[base + RecordWord.PORTS] = rows[row + Row.PORTS];
    if ((rows[row + Row.META] & KIND_IPV6) === 0) {
      words[base + RecordWord.ADDRESS_A] = rows[row + Row.ADDRESS_A];
      words[base + RecordWord.ADDRESS_B] = rows[row + Row.ADDRESS_B];
      return;
    }
    const entry = this.records.takeWide();
    words[base + RecordWord.ADDRESS_B] = entry;
    for (let i = 0; i < WIDE_WORDS; i++) wide[entry * WIDE_WORDS + i] = rows[row + Row.ADDRESS_A + i];
  }

  #hashOf(record: number): number {
    const { words, wide } = this.records;
    const base = record * RECORD_WORDS;
    const kind = words[base + RecordWord.STATE] & KIND_MASK;
    const a = words[base + RecordWord.ADDRESS_A];
    const b = words[base + RecordWord.ADDRESS_B];
    const ports = words[base + RecordWord.PORTS];
    if ((kind & KIND_IPV6) === 0) return this.#hash.ofIpv4(a, b, ports, kind);
    return this.#hash.ofIpv6(wide, b * WIDE_WORDS, ports, kind);
  }
}
