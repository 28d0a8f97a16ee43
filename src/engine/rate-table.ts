/** How fast counters grow, and how fast they have grown lately: fixed memory for each of them. */

/** Intervals that are kept. */
export const HISTORY_LENGTH = 60;

interface Growth {
  /** The counter at the end of the last interval. */
  bytes: number;
  /** What it grew by; the newest interval stands before `#next`. */
  readonly ring: Float64Array;
}

/** Growth of counters of bytes by key, from one interval to the next. */
export class RateTable<K extends string> {
  readonly #growths = new Map<K, Growth>();
  readonly #seconds = new Float64Array(HISTORY_LENGTH);
  #next = 0;
  #intervals = 0;

  /** Notes the counters at the end of an interval of `seconds` (above 0). A key that is missing stands at 0. */
  update(counters: Iterable<readonly [K, number]>, seconds: number): void {
    this.#seconds[this.#next] = seconds;
    const missing = new Set(this.#growths.keys());
    for (const { ring } of this.#growths.values()) ring[this.#next] = 0;
    for (const [key, bytes] of counters) {
      let growth = this.#growths.get(key);
      if (growth === undefined) {
        growth = { bytes: 0, ring: new Float64Array(HISTORY_LENGTH) };
        this.#growths.set(key, growth);
      }
      // A counter sinks when later evidence says that a flow is another's: that is no traffic.
      growth.ring[this.#next] = Math.max(0, bytes - growth.bytes);
      growth.bytes = bytes;
      missing.delete(key);
    }
    for (const key of missing) (this.#growths.get(key) as Growth).bytes = 0;
    this.#next = (this.#next + 1) % HISTORY_LENGTH;
    this.#intervals = Math.min(this.#intervals + 1, HISTORY_LENGTH);
  }

  /** Bytes per second in the last interval; 0 for a key without traffic. */
  rateOf(key: K): number {
    return this.#intervals === 0 ? 0 : this.#rateAt(key, (this.#next + HISTORY_LENGTH - 1) % HISTORY_LENGTH);
  }

  /** Bytes per second of the last intervals, oldest first; owned by the caller. As many as there were, at most 60. */
  historyOf(key: K): number[] {
    const first = this.#next + HISTORY_LENGTH - this.#intervals;
    return Array.from({ length: this.#intervals }, (_, i) => this.#rateAt(key, (first + i) % HISTORY_LENGTH));
  }

  /** Bytes in the last intervals together, at most 60 of them. */
  recentBytesOf(key: K): number {
    return this.#growths.get(key)?.ring.reduce((sum, bytes) => sum + bytes, 0) ?? 0;
  }

  #rateAt(key: K, index: number): number {
    return (this.#growths.get(key)?.ring[index] ?? 0) / this.#seconds[index];
  }
}
