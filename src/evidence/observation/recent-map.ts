/** A map that holds so many entries and no more: when it is full, those that were set longest ago make room. */

/**
 * As a power of two, the part of the limit that makes room at a time (where that is less than one, one). To find the
 * oldest entry a `Map` steps over as many deleted ones as there are others, so that is not done for each.
 */
export const ROOM_SHIFT = 6;

export class RecentMap<V> {
  readonly #limit: number;
  readonly #entries = new Map<string, V>();
  /** Entries that had to make room. */
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

  /** Makes the entry the newest one. */
  set(key: string, value: V): void {
    if (!this.#entries.delete(key) && this.#entries.size >= this.#limit) {
      this.#makeRoom(Math.max(1, this.#limit >> ROOM_SHIFT));
    }
    this.#entries.set(key, value);
  }

  /** The one set longest ago comes first. */
  values(): IterableIterator<V> {
    return this.#entries.values();
  }

  #makeRoom(count: number): void {
    let left = count;
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest);
      this.dropped++;
      if (--left === 0) return;
    }
  }
}
