/**
 * The flows ordered by the time of their last packet: a heap whose keys may be outdated. A packet costs nothing here;
 * an outdated key is corrected when it reaches the top, so the flow removed is always the one idle longest. A flow that
 * restarts at an earlier time, after a clock was set back, is moved at once.
 */
export class IdleQueue {
  #entries = new Int32Array(1024);
  #times = new Float64Array(1024);
  #count = 0;
  /** Heap index of each entry. */
  #positions = new Int32Array(1024);

  get size(): number {
    return this.#count;
  }

  /** Adds an entry whose last packet was at `time` (seconds). */
  push(entry: number, time: number): void {
    if (this.#count === this.#entries.length) {
      this.#entries = doubled(this.#entries, new Int32Array(this.#count * 2));
      this.#times = doubled(this.#times, new Float64Array(this.#count * 2));
    }
    while (entry >= this.#positions.length) {
      this.#positions = doubled(this.#positions, new Int32Array(this.#positions.length * 2));
    }
    this.#siftUp(this.#count++, entry, time);
  }

  /** The entry at the top; 0 for an empty queue. */
  get entry(): number {
    return this.#count === 0 ? 0 : this.#entries[0];
  }

  /** The key of the entry at the top: not after the time of its last packet. */
  get time(): number {
    return this.#count === 0 ? Number.POSITIVE_INFINITY : this.#times[0];
  }

  /** Moves the entry at the top to a later key. */
  postpone(time: number): void {
    this.#siftDown(this.#entries[0], time);
  }

  /** Moves an entry of the queue to `time` if that is earlier than its key. */
  advance(entry: number, time: number): void {
    const position = this.#positions[entry];
    if (time < this.#times[position]) this.#siftUp(position, entry, time);
  }

  /** Removes the entry at the top. */
  pop(): void {
    const last = --this.#count;
    if (last > 0) this.#siftDown(this.#entries[last], this.#times[last]);
  }

  #siftUp(position: number, entry: number, time: number): void {
    while (position > 0) {
      const parent = (position - 1) >> 1;
      if (this.#times[parent] <= time) break;
      this.#put(position, this.#entries[parent], this.#times[parent]);
      position = parent;
    }
    this.#put(position, entry, time);
  }

  #siftDown(entry: number, time: number): void {
    let position = 0;
    for (;;) {
      let child = 2 * position + 1;
      if (child >= this.#count) break;
      if (child + 1 < this.#count && this.#times[child + 1] < this.#times[child]) child++;
      // Sink below equal keys too: of flows last seen at the same moment the newest must not be removed first.
      if (this.#times[child] > time) break;
      this.#put(position, this.#entries[child], this.#times[child]);
      position = child;
    }
    this.#put(position, entry, time);
  }

  #put(position: number, entry: number, time: number): void {
    this.#entries[position] = entry;
    this.#times[position] = time;
    this.#positions[entry] = position;
  }
}

/** Returns `larger` after copying `array` into it. */
function doubled<T extends Int32Array | Float64Array>(array: T, larger: T): T {
  larger.set(array);
  return larger;
}
