/** What was told of live flows: under which group, and how many bytes since that was another one. By the number of a flow's record. */

const FIRST_ROOM = 1024;

export class ToldFlows {
  /** One more than the number of the group; 0: nothing was told of the flow. */
  #groups = new Int32Array(FIRST_ROOM);
  #bytes = new Float64Array(FIRST_ROOM);

  has(record: number): boolean {
    return record < this.#groups.length && this.#groups[record] !== 0;
  }

  /** null: nothing was told of the flow. */
  groupOf(record: number): number | null {
    return this.has(record) ? this.#groups[record] - 1 : null;
  }

  /** Bytes that were told under this group. */
  bytesOf(record: number): number {
    return this.has(record) ? this.#bytes[record] : 0;
  }

  /** Notes bytes of a flow that were told. */
  tell(record: number, group: number, bytes: number): void {
    this.#makeRoomFor(record);
    if (this.#groups[record] !== group + 1) this.#bytes[record] = 0;
    this.#groups[record] = group + 1;
    this.#bytes[record] += bytes;
  }

  /** The flow in a record has ended: another may begin there. */
  forget(record: number): void {
    if (!this.has(record)) return;
    this.#groups[record] = 0;
    this.#bytes[record] = 0;
  }

  #makeRoomFor(record: number): void {
    let room = this.#groups.length;
    if (record < room) return;
    while (record >= room) room *= 2;
    const groups = new Int32Array(room);
    groups.set(this.#groups);
    this.#groups = groups;
    const bytes = new Float64Array(room);
    bytes.set(this.#bytes);
    this.#bytes = bytes;
  }
}
