/** What was reported of live flows, by flow entry: the group, and the bytes reported since the group last changed. */

const INITIAL_CAPACITY = 1024;

export class ReportedFlows {
  /** Number of the group plus 1; 0: nothing was reported of the flow. */
  #groups = new Int32Array(INITIAL_CAPACITY);
  #bytes = new Float64Array(INITIAL_CAPACITY);

  has(entry: number): boolean {
    return entry < this.#groups.length && this.#groups[entry] !== 0;
  }

  /** null: nothing was reported of the flow. */
  groupOf(entry: number): number | null {
    return this.has(entry) ? this.#groups[entry] - 1 : null;
  }

  /** Bytes that were reported under this group. */
  bytesOf(entry: number): number {
    return this.has(entry) ? this.#bytes[entry] : 0;
  }

  /** Adds bytes of a flow that were reported. */
  add(entry: number, group: number, bytes: number): void {
    this.#reserve(entry);
    if (this.#groups[entry] !== group + 1) this.#bytes[entry] = 0;
    this.#groups[entry] = group + 1;
    this.#bytes[entry] += bytes;
  }

  /** The flow in an entry has ended; the entry may be reused. */
  forget(entry: number): void {
    if (!this.has(entry)) return;
    this.#groups[entry] = 0;
    this.#bytes[entry] = 0;
  }

  #reserve(entry: number): void {
    let capacity = this.#groups.length;
    if (entry < capacity) return;
    while (entry >= capacity) capacity *= 2;
    const groups = new Int32Array(capacity);
    groups.set(this.#groups);
    this.#groups = groups;
    const bytes = new Float64Array(capacity);
    bytes.set(this.#bytes);
    this.#bytes = bytes;
  }
}
