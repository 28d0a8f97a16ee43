/**
 * The flows in the order in which they were last heard of: a heap whose keys may be older than the truth. Hearing of
 * a flow costs nothing; a stale key is put right when it comes to the top, so the flow taken is always the one that
 * has been silent longest. A flow that begins anew at an earlier time, after a clock was set back, is moved at once.
 */
export class IdleQueue {
  #records = new Int32Array(1024);
  #times = new Float64Array(1024);
  #count = 0;
  /** Where in the heap each record is. */
  #places = new Int32Array(1024);

  get size(): number {
    return this.#count;
  }

  /** Adds a record that was last heard of at `time` (seconds). */
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

  /** Files a record of the queue under `time` if that is earlier than what it is filed under. */
  advance(record: number, time: number): void {
    const place = this.#places[record];
    if (time < this.#times[place]) this.#rise(place, record, time);
  }

  /** Takes the record at the top away. */
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
      // Below its equals too: of flows last heard of at the same moment the newest must not be the first to go.
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

/** `larger`, beginning with what `array` holds. */
function doubled<T extends Int32Array | Float64Array>(array: T, larger: T): T {
  larger.set(array);
  return larger;
}
