/** A map with a maximum number of entries: when it is full, those that were set least recently are evicted. */

/**
 * Fraction of the limit evicted at a time, as a power of two (at least one entry). To find the oldest entry, a `Map` steps
 * over the deleted ones, of which there may be as many as others, so this is not done for each.
 */
export const EVICTION_SHIFT = 6;

export class RecentMap<V> {
  readonly #limit: number;
  readonly #entries = new Map<string, V>();
  /** Evicted entries. */
  dropped = 0;

  /** `limit` is at least 1. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): V | undefined {
    return this.#entries.get(key);
  }

  /** Sets an entry and makes it the newest one. */
  set(key: string, value: V): void {
    if (!this.#entries.delete(key) && this.#entries.size >= this.#limit) {
      this.#evict(Math.max(1, this.#limit >> EVICTION_SHIFT));
    }
    this.#entries.set(key, value);
  }

  /** The least recently set one comes first. */
  values(): IterableIterator<V> {
    return this.#entries.values();
  }

  #evict(count: number): void {
    let left = count;
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest);
      this.dropped++;
      if (--left === 0) return;
    }
  }
}
