/**
 * The flows in the order in which they were last heard of: a heap whose keys may be older than the truth. Hearing of
 * a flow costs nothing; a stale key is put right when it comes to the top, so the flow taken is always the one that
 * has been silent longest.
 */
export class IdleQueue {
  #records = new Int32Array(1024);
  #times = new Float64Array(1024);
  #count = 0;

  get size(): number {
    return this.#count;
  }

  /** Adds a record that was last heard of at `time` (seconds). */
  push(record: number, time: number): void {
    if (this.#count === this.#records.length) this.#grow();
    let index = this.#count++;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (this.#times[parent] <= time) break;
      this.#records[index] = this.#records[parent];
      this.#times[index] = this.#times[parent];
      index = parent;
    }
    this.#records[index] = record;
    this.#times[index] = time;
  }

  /** The record at the top; 0 for an empty queue. */
  get record(): number {
    return this.#count === 0 ? 0 : this.#records[0];
  }

  /** The time under which the record at the top is filed: not after the time it was last heard of. */
  get time(): number {
    return this.#count === 0 ? Number.POSITIVE_INFINITY : this.#times[0];
  }

  /** Files the record at the top under a later time. */
  refile(time: number): void {
    this.#sink(this.#records[0], time);
  }

  /** Takes the record at the top away. */
  pop(): void {
    const last = --this.#count;
    if (last > 0) this.#sink(this.#records[last], this.#times[last]);
  }

  #sink(record: number, time: number): void {
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= this.#count) break;
      if (child + 1 < this.#count && this.#times[child + 1] < this.#times[child]) child++;
      // Below its equals too: of flows last heard of at the same moment the newest must not be the first to go.
      if (this.#times[child] > time) break;
      this.#records[index] = this.#records[child];
      this.#times[index] = this.#times[child];
      index = child;
    }
    this.#records[index] = record;
    this.#times[index] = time;
  }

  #grow(): void {
    const records = new Int32Array(this.#records.length * 2);
    records.set(this.#records);
    this.#records = records;
    const times = new Float64Array(this.#times.length * 2);
    times.set(this.#times);
    this.#times = times;
  }
}
