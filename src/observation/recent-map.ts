/** A map that holds so many entries and no more: when it is full, the one that was set longest ago makes room. */

export class RecentMap<V> {
  readonly #limit: number;
  readonly #entries = new Map<string, V>();
  /**
   * Goes on where it stopped: what lies before it is gone, and what is set again comes after it. One that began anew
   * would step over all that was deleted, as many as there are entries.
   */
  readonly #oldest = this.#entries.keys();
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
      this.#entries.delete(this.#oldest.next().value ?? key);
      this.dropped++;
    }
    this.#entries.set(key, value);
  }

  /** The one set longest ago comes first. */
  values(): IterableIterator<V> {
    return this.#entries.values();
  }
}
