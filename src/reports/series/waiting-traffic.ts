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
  readonly #maxSlots: number;
  /** By flow entry: how much of the flow's counters was already reported, and its newest slot (0: none). */
  #reported = new Float64Array(INITIAL_CAPACITY * NUMBERS);
  #newest = new Int32Array(INITIAL_CAPACITY);
  /** By slot of waiting traffic, from 1 on. */
  #numbers = new Float64Array(INITIAL_CAPACITY * NUMBERS);
  #buckets = new Uint32Array(INITIAL_CAPACITY);
  /** The next older slot of the same flow, or the next free one. */
  #next = new Int32Array(INITIAL_CAPACITY);
  #used = 0;
  #firstFree = 0;
  readonly #moved = new Moved();

  /** @param maxSlots maximum number of slots: each is a bucket that a live flow has left */
  constructor(maxSlots = MAX_WAITING) {
    this.#maxSlots = maxSlots;
  }

  /** Traffic of a flow (borrowed) since the last report, assigned to the given bucket. Borrowed until the next call. */
  unreported(flow: FlowView, bucket: number): Moved {
    const moved = this.#moved;
    const base = flow.entry * NUMBERS;
    // Nothing was reported of entries beyond the end.
    const isKnown = base < this.#reported.length;
    for (let side = 0; side < 2; side++) {
      moved.packets[side] = flow.packets(side) - (isKnown ? this.#reported[base + PACKETS + side] : 0);
      moved.bytes[side] = flow.bytes(side) - (isKnown ? this.#reported[base + BYTES + side] : 0);
    }
    moved.bucket = bucket;
    return moved;
  }

  /** Stores traffic of a flow and marks it as reported. Returns false if there is no room: then it is only marked. */
  store(entry: number, moved: Moved): boolean {
    this.markReported(entry, moved);
    const newest = this.#newest[entry];
    const slot =
      newest !== 0 && this.#buckets[newest] === moved.bucket ? newest : this.#allocate(entry, moved);
    if (slot === 0) return false;
    for (let side = 0; side < 2; side++) {
      this.#numbers[slot * NUMBERS + PACKETS + side] += moved.packets[side];
      this.#numbers[slot * NUMBERS + BYTES + side] += moved.bytes[side];
    }
    return true;
  }

  /** Marks traffic of a flow as reported. */
  markReported(entry: number, moved: Moved): void {
    this.#reserve(entry);
    for (let side = 0; side < 2; side++) {
      this.#reported[entry * NUMBERS + PACKETS + side] += moved.packets[side];
      this.#reported[entry * NUMBERS + BYTES + side] += moved.bytes[side];
    }
  }

  /** Visits what is stored of the flow in an entry, each bucket once or several times; borrowed for the call. */
  forEach(entry: number, visit: (moved: Moved) => void): void {
    for (let slot = this.#newest[entry] ?? 0; slot !== 0; slot = this.#next[slot]) {
      visit(this.#movedOf(slot));
    }
  }

  /** The flow in an entry has ended; the entry may be reused. */
  forget(entry: number): void {
    if (entry >= this.#newest.length) return;
    this.#reported.fill(0, entry * NUMBERS, (entry + 1) * NUMBERS);
    for (let slot = this.#newest[entry]; slot !== 0; ) {
      const next = this.#next[slot];
      this.#next[slot] = this.#firstFree;
      this.#firstFree = slot;
      slot = next;
    }
    this.#newest[entry] = 0;
  }

  /** Merges the stored traffic of each flow into buckets of `seconds`, a multiple of the previous length. */
  regroup(seconds: number): void {
    for (let slot = 1; slot <= this.#used; slot++) {
      const bucket = this.#buckets[slot];
      if (bucket !== NO_TIME) this.#buckets[slot] = bucket - (bucket % seconds);
    }
    for (const newest of this.#newest) {
      for (let slot = newest; slot !== 0; slot = this.#next[slot]) this.#joinOlder(slot);
    }
  }

  /** Merges the older slots of the same bucket that follow a slot into it. */
  #joinOlder(slot: number): void {
    for (let older = this.#next[slot]; older !== 0; older = this.#next[slot]) {
      if (this.#buckets[older] !== this.#buckets[slot]) return;
      for (let i = 0; i < NUMBERS; i++) {
        this.#numbers[slot * NUMBERS + i] += this.#numbers[older * NUMBERS + i];
      }
      this.#next[slot] = this.#next[older];
      this.#next[older] = this.#firstFree;
      this.#firstFree = older;
    }
  }

  /** Visits and removes what is stored of a flow in buckets that begin before a time; borrowed for the call. */
  removeBefore(entry: number, before: number, visit: (moved: Moved) => void): void {
    if (entry >= this.#newest.length) return;
    let later = 0;
    for (let slot = this.#newest[entry]; slot !== 0; ) {
      const next = this.#next[slot];
      if (this.#buckets[slot] < before) {
        visit(this.#movedOf(slot));
        this.#next[slot] = this.#firstFree;
        this.#firstFree = slot;
        if (later === 0) this.#newest[entry] = next;
        else this.#next[later] = next;
      } else later = slot;
      slot = next;
    }
  }

  #movedOf(slot: number): Moved {
    const moved = this.#moved;
    moved.bucket = this.#buckets[slot];
    for (let side = 0; side < 2; side++) {
      moved.packets[side] = this.#numbers[slot * NUMBERS + PACKETS + side];
      moved.bytes[side] = this.#numbers[slot * NUMBERS + BYTES + side];
    }
    return moved;
  }

  /** Allocates a slot for a flow, all zero; 0 if there is no room. */
  #allocate(entry: number, { bucket }: Moved): number {
    let slot = this.#firstFree;
    if (slot !== 0) this.#firstFree = this.#next[slot];
    else if (this.#used >= this.#maxSlots) return 0;
    else slot = ++this.#used;
    if (slot >= this.#next.length) {
      this.#numbers = grown(this.#numbers, new Float64Array(this.#numbers.length * 2));
      this.#buckets = grown(this.#buckets, new Uint32Array(this.#buckets.length * 2));
      this.#next = grown(this.#next, new Int32Array(this.#next.length * 2));
    }
    this.#numbers.fill(0, slot * NUMBERS, (slot + 1) * NUMBERS);
    this.#buckets[slot] = bucket;
    this.#next[slot] = this.#newest[entry];
    this.#newest[entry] = slot;
    return slot;
  }

  #reserve(entry: number): void {
    let capacity = this.#newest.length;
    if (entry < capacity) return;
    while (entry >= capacity) capacity *= 2;
    this.#newest = grown(this.#newest, new Int32Array(capacity));
    this.#reported = grown(this.#reported, new Float64Array(capacity * NUMBERS));
  }
}

/** Copies `array` to the beginning of `larger` and returns `larger`. */
function grown<T extends Int32Array | Uint32Array | Float64Array>(array: T, larger: T): T {
  larger.set(array);
  return larger;
}
