/**
 * Traffic of live flows in buckets that they have left, kept until their attribution is known: by flow entry. Most flows stay
 * in one bucket and have nothing here. Bounded.
 */
import type { FlowView } from "../../flows/flow-view.ts";
import { NO_TIME } from "../../net/moment.ts";

/** Maximum number of waiting buckets of flows: about 45 MB. */
const MAX_WAITING = 1_048_576;

/** Packets and bytes of each side, A and B. */
const NUMBERS = 4;
const PACKETS = 0;
const BYTES = 2;
const INITIAL_CAPACITY = 1024;

/** Traffic of a flow in one bucket. One reused object: always borrowed. */
export class Moved {
  /** Start of the bucket, seconds since 1970; `NO_TIME` for packets without a time. */
  bucket = NO_TIME;
  /** By side. */
  readonly packets = [0, 0];
  readonly bytes = [0, 0];
}

export class WaitingTraffic {
  readonly #most: number;
  /** By flow entry: how much of the flow's counters was already reported, and its newest waiting entry (0: none). */
  #told = new Float64Array(INITIAL_CAPACITY * NUMBERS);
  #newest = new Int32Array(INITIAL_CAPACITY);
  /** By waiting entry, from 1 on. */
  #numbers = new Float64Array(INITIAL_CAPACITY * NUMBERS);
  #buckets = new Uint32Array(INITIAL_CAPACITY);
  /** The next older waiting entry of the same flow, or the next free one. */
  #next = new Int32Array(INITIAL_CAPACITY);
  #used = 0;
  #free = 0;
  readonly #moved = new Moved();

  /** @param most maximum number of waiting entries: each is a bucket that a live flow has left */
  constructor(most = MAX_WAITING) {
    this.#most = most;
  }

  /** Traffic of a flow (borrowed) since the last report, assigned to the given bucket. Borrowed until the next call. */
  rest(flow: FlowView, bucket: number): Moved {
    const moved = this.#moved;
    const base = flow.entry * NUMBERS;
    // Nothing was reported of entries beyond the end.
    const isKnown = base < this.#told.length;
    for (let side = 0; side < 2; side++) {
      moved.packets[side] = flow.packets(side) - (isKnown ? this.#told[base + PACKETS + side] : 0);
      moved.bytes[side] = flow.bytes(side) - (isKnown ? this.#told[base + BYTES + side] : 0);
    }
    moved.bucket = bucket;
    return moved;
  }

  /** Stores traffic of a flow and marks it as reported. Returns false if there is no room: then it is only marked. */
  keep(record: number, moved: Moved): boolean {
    this.note(record, moved);
    const newest = this.#newest[record];
    const entry =
      newest !== 0 && this.#buckets[newest] === moved.bucket ? newest : this.#begin(record, moved);
    if (entry === 0) return false;
    for (let side = 0; side < 2; side++) {
      this.#numbers[entry * NUMBERS + PACKETS + side] += moved.packets[side];
      this.#numbers[entry * NUMBERS + BYTES + side] += moved.bytes[side];
    }
    return true;
  }

  /** Marks traffic of a flow as reported. */
  note(record: number, moved: Moved): void {
    this.#makeRoomFor(record);
    for (let side = 0; side < 2; side++) {
      this.#told[record * NUMBERS + PACKETS + side] += moved.packets[side];
      this.#told[record * NUMBERS + BYTES + side] += moved.bytes[side];
    }
  }

  /** Visits what is stored of the flow in an entry, each bucket once or several times; borrowed for the call. */
  forEach(record: number, visit: (moved: Moved) => void): void {
    for (let entry = this.#newest[record] ?? 0; entry !== 0; entry = this.#next[entry]) {
      visit(this.#movedIn(entry));
    }
  }

  /** The flow in an entry has ended; the entry may be reused. */
  forget(record: number): void {
    if (record >= this.#newest.length) return;
    this.#told.fill(0, record * NUMBERS, (record + 1) * NUMBERS);
    for (let entry = this.#newest[record]; entry !== 0; ) {
      const next = this.#next[entry];
      this.#next[entry] = this.#free;
      this.#free = entry;
      entry = next;
    }
    this.#newest[record] = 0;
  }

  /** Merges the stored traffic of each flow into buckets of `seconds`, a multiple of the previous length. */
  regroup(seconds: number): void {
    for (let entry = 1; entry <= this.#used; entry++) {
      const bucket = this.#buckets[entry];
      if (bucket !== NO_TIME) this.#buckets[entry] = bucket - (bucket % seconds);
    }
    for (const newest of this.#newest) {
      for (let entry = newest; entry !== 0; entry = this.#next[entry]) this.#joinOlder(entry);
    }
  }

  /** Merges the older entries of the same bucket that follow an entry into it. */
  #joinOlder(entry: number): void {
    for (let older = this.#next[entry]; older !== 0; older = this.#next[entry]) {
      if (this.#buckets[older] !== this.#buckets[entry]) return;
      for (let i = 0; i < NUMBERS; i++) {
        this.#numbers[entry * NUMBERS + i] += this.#numbers[older * NUMBERS + i];
      }
      this.#next[entry] = this.#next[older];
      this.#next[older] = this.#free;
      this.#free = older;
    }
  }

  /** Visits and removes what is stored of a flow in buckets that begin before a time; borrowed for the call. */
  release(record: number, before: number, visit: (moved: Moved) => void): void {
    if (record >= this.#newest.length) return;
    let later = 0;
    for (let entry = this.#newest[record]; entry !== 0; ) {
      const next = this.#next[entry];
      if (this.#buckets[entry] < before) {
        visit(this.#movedIn(entry));
        this.#next[entry] = this.#free;
        this.#free = entry;
        if (later === 0) this.#newest[record] = next;
        else this.#next[later] = next;
      } else later = entry;
      entry = next;
    }
  }

  #movedIn(entry: number): Moved {
    const moved = this.#moved;
    moved.bucket = this.#buckets[entry];
    for (let side = 0; side < 2; side++) {
      moved.packets[side] = this.#numbers[entry * NUMBERS + PACKETS + side];
      moved.bytes[side] = this.#numbers[entry * NUMBERS + BYTES + side];
    }
    return moved;
  }

  /** Allocates an entry for a flow, all zero; 0 if there is no room. */
  #begin(record: number, { bucket }: Moved): number {
    let entry = this.#free;
    if (entry !== 0) this.#free = this.#next[entry];
    else if (this.#used >= this.#most) return 0;
    else entry = ++this.#used;
    if (entry >= this.#next.length) {
      this.#numbers = grown(this.#numbers, new Float64Array(this.#numbers.length * 2));
      this.#buckets = grown(this.#buckets, new Uint32Array(this.#buckets.length * 2));
      this.#next = grown(this.#next, new Int32Array(this.#next.length * 2));
    }
    this.#numbers.fill(0, entry * NUMBERS, (entry + 1) * NUMBERS);
    this.#buckets[entry] = bucket;
    this.#next[entry] = this.#newest[record];
    this.#newest[record] = entry;
    return entry;
  }

  #makeRoomFor(record: number): void {
    let room = this.#newest.length;
    if (record < room) return;
    while (record >= room) room *= 2;
    this.#newest = grown(this.#newest, new Int32Array(room));
    this.#told = grown(this.#told, new Float64Array(room * NUMBERS));
  }
}

/** Copies `array` to the beginning of `larger` and returns `larger`. */
function grown<T extends Int32Array | Uint32Array | Float64Array>(array: T, larger: T): T {
  larger.set(array);
  return larger;
}
