/** What was reported of live flows, by flow entry: the group, and the bytes reported since the group last changed. */

const INITIAL_CAPACITY = 1024;

export class ReportedFlows {
  /** Number of the group plus 1; 0: nothing was reported of the flow. */
  #groups = new Int32Array(INITIAL_CAPACITY);
  #bytes = new Float64Array(INITIAL_CAPACITY);

  has(record: number): boolean {
    return record < this.#groups.length && this.#groups[record] !== 0;
  }

  /** null: nothing was reported of the flow. */
  groupOf(record: number): number | null {
    return this.has(record) ? this.#groups[record] - 1 : null;
  }

  /** Bytes that were reported under this group. */
  bytesOf(record: number): number {
    return this.has(record) ? this.#bytes[record] : 0;
  }

  /** Adds bytes of a flow that were reported. */
  add(record: number, group: number, bytes: number): void {
    this.#reserve(record);
    if (this.#groups[record] !== group + 1) this.#bytes[record] = 0;
    this.#groups[record] = group + 1;
    this.#bytes[record] += bytes;
  }

  /** The flow in an entry has ended; the entry may be reused. */
  forget(record: number): void {
    if (!this.has(record)) return;
    this.#groups[record] = 0;
    this.#bytes[record] = 0;
  }

  #reserve(record: number): void {
    let capacity = this.#groups.length;
    if (record < capacity) return;
    while (record >= capacity) capacity *= 2;
    const groups = new Int32Array(capacity);
    groups.set(this.#groups);
    this.#groups = groups;
    const bytes = new Float64Array(capacity);
    bytes.set(this.#bytes);
    this.#bytes = bytes;
  }
}
