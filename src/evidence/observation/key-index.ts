/**
 * Finds entries by number, from the hash of their key: open addressing with linear probing, with the hash beside the number.
 * The kernel has its own index for flows (`packets/kernel/assembly/flow-index.ts`).
 */

const INITIAL_SLOTS = 1 << 14;
/** Load limit in eighths of the slots, beyond which the index doubles. */
const MAX_EIGHTHS = 5;

export class KeyIndex {
  /** Pairs (hash, number); number 0 is an empty slot. Read directly by lookups. */
  slots = new Int32Array(INITIAL_SLOTS * 2);
  /** Number of slots, a power of two, minus one. */
  mask = INITIAL_SLOTS - 1;
  #count = 0;

  /** Adds an entry that is not in the index. */
  insert(hash: number, entry: number): void {
    if ((this.#count + 1) * 8 > (this.mask + 1) * MAX_EIGHTHS) this.#grow();
    this.#count++;
    insertInto(this.slots, this.mask, hash, entry);
  }

  /** Removes an entry; later ones of the same run move up, so no tombstones are left. */
  remove(hash: number, entry: number): void {
    const { slots, mask } = this;
    let hole = hash & mask;
    while (slots[hole * 2 + 1] !== entry) hole = (hole + 1) & mask;
    this.#count--;
    for (let next = (hole + 1) & mask; slots[next * 2 + 1] !== 0; next = (next + 1) & mask) {
      const home = slots[next * 2] & mask;
      // Only entries that may be at the hole move up: their home is not between the hole and their position.
      if (((next - home) & mask) >= ((next - hole) & mask)) {
        slots[hole * 2] = slots[next * 2];
        slots[hole * 2 + 1] = slots[next * 2 + 1];
        hole = next;
      }
    }
    slots[hole * 2 + 1] = 0;
  }

  #grow(): void {
    const old = this.slots;
    const mask = (this.mask + 1) * 2 - 1;
    const slots = new Int32Array((mask + 1) * 2);
    for (let i = 0; i < old.length; i += 2) if (old[i + 1] !== 0) insertInto(slots, mask, old[i], old[i + 1]);
    this.slots = slots;
    this.mask = mask;
  }
}

function insertInto(slots: Int32Array, mask: number, hash: number, entry: number): void {
  let slot = hash & mask;
  while (slots[slot * 2 + 1] !== 0) slot = (slot + 1) & mask;
  slots[slot * 2] = hash;
  slots[slot * 2 + 1] = entry;
}
