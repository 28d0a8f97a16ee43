/** Current and recent throughput by key, in fixed memory per key. */

/** Number of intervals kept. */
export const HISTORY_LENGTH = 60;

/** Bytes per second by key. */
export interface Rates<K extends string> {
  /** In the last interval; 0 for a key without traffic. */
  rateOf(key: K): number;
  /** Of the last intervals, oldest first, at most 60; owned by the caller. */
  historyOf(key: K): number[];
}

/** Traffic of each key, from one interval to the next. */
export class RateTable<K extends string> implements Rates<K> {
  /** The entry before `#next` is the newest. */
  readonly #rings = new Map<K, Float64Array>();
  readonly #seconds = new Float64Array(HISTORY_LENGTH);
  #next = 0;
  #intervals = 0;

  /** Adds the bytes of an interval of `seconds` (above 0). A key may occur several times, or not at all. */
  update(moved: Iterable<readonly [K, number]>, seconds: number): void {
    this.#seconds[this.#next] = seconds;
    for (const ring of this.#rings.values()) ring[this.#next] = 0;
    for (const [key, bytes] of moved) {
      if (bytes === 0) continue;
      let ring = this.#rings.get(key);
      if (ring === undefined) {
        ring = new Float64Array(HISTORY_LENGTH);
        this.#rings.set(key, ring);
      }
      ring[this.#next] += bytes;
    }
    this.#next = (this.#next + 1) % HISTORY_LENGTH;
    this.#intervals = Math.min(this.#intervals + 1, HISTORY_LENGTH);
    if (this.#next === 0) this.#forgetSilent();
  }

  rateOf(key: K): number {
    return this.#intervals === 0 ? 0 : this.#rateAt(key, (this.#next + HISTORY_LENGTH - 1) % HISTORY_LENGTH);
  }

  historyOf(key: K): number[] {
    const first = this.#next + HISTORY_LENGTH - this.#intervals;
    return Array.from({ length: this.#intervals }, (_, i) => this.#rateAt(key, (first + i) % HISTORY_LENGTH));
  }

  /** Bytes of the last intervals together, at most 60 of them. */
  recentBytesOf(key: K): number {
    return this.#rings.get(key)?.reduce((sum, bytes) => sum + bytes, 0) ?? 0;
  }

  #rateAt(key: K, index: number): number {
    return (this.#rings.get(key)?.[index] ?? 0) / this.#seconds[index];
  }

  #forgetSilent(): void {
    for (const [key, ring] of this.#rings) if (ring.every((bytes) => bytes === 0)) this.#rings.delete(key);
  }
}
