/**
 * The flows ordered by the time of their last packet: a heap whose keys may be outdated. A packet costs nothing here;
 * an outdated key is corrected when it reaches the top, so the flow removed is always the one idle longest. A flow that
 * restarts at an earlier time, after a clock was set back, is moved at once.
 */
export class IdleQueue {
  #records = new Int32Array(1024);
  #times = new Float64Array(1024);
  #count = 0;
  /** Heap index of each entry. */
  #places = new Int32Array(1024);

  get size(): number {
    return this.#count;
  }

  /** Adds an entry whose last packet was at `time` (seconds). */
  push(record: number, time: number): void {
    if (this.#count === this.#records.length) {
      this.#records = doubled(this.#records, new Int32Array(this.#count * 2));
      this.#times = doubled(this.#times, new Float64Array(this.#count * 2));
    }
    while (record >= this.#places.length) {
      this.#places = doubled(this.#places, new Int32Array(this.#places.length * 2));
    }
    this.#rise(this.#count++, record, time);
  }

  /** The entry at the top; 0 for an empty queue. */
  get record(): number {
    return this.#count === 0 ? 0 : this.#records[0];
  }

  /** The key of the entry at the top: not after the time of its last packet. */
  get time(): number {
    return this.#count === 0 ? Number.POSITIVE_INFINITY : this.#times[0];
  }

  /** Moves the entry at the top to a later key. */
  refile(time: number): void {
    this.#sink(this.#records[0], time);
  }

  /** Moves an entry of the queue to `time` if that is earlier than its key. */
  advance(record: number, time: number): void {
    const place = this.#places[record];
    if (time < this.#times[place]) this.#rise(place, record, time);
  }

  /** Removes the entry at the top. */
  pop(): void {
    const last = --this.#count;
    if (last > 0) this.#sink(this.#records[last], this.#times[last]);
  }

  #rise(place: number, record: number, time: number): void {
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (this.#times[parent] <= time) break;
      this.#put(place, this.#records[parent], this.#times[parent]);
      place = parent;
    }
    this.#put(place, record, time);
  }

  #sink(record: number, time: number): void {
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= this.#count) break;
      if (child + 1 < this.#count && this.#times[child + 1] < this.#times[child]) child++;
      // Sink below equal keys too: of flows last seen at the same moment the newest must not be removed first.
      if (this.#times[child] > time) break;
      this.#put(place, this.#records[child], this.#times[child]);
      place = child;
    }
    this.#put(place, record, time);
  }

  #put(place: number, record: number, time: number): void {
    this.#records[place] = record;
    this.#times[place] = time;
    this.#places[record] = place;
  }
}

/** Returns `larger` after copying `array` into it. */
function doubled<T extends Int32Array | Float64Array>(array: T, larger: T): T {
  larger.set(array);
  return larger;
}
