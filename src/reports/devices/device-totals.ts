/**
 * Bytes by owner of an address and by group of flows, added when flows end. Bounded: traffic beyond the limit counts for the
 * others.
 */
import { OTHERS, OUTSIDE } from "../../evidence/devices/tenancies.ts";
import type { ServiceTable } from "../../knowledge/port-list/service-table.ts";
import type { AttributedFlow } from "../collector.ts";
import { GroupNumbers } from "../group-numbers.ts";

/** Maximum number of rows, each of one tenancy and one group. */
const MAX_ROWS = 262_144;

/** Columns of a row. */
const COLUMNS = 6;
const GROUP = 0;
const INDEX = 1;
const SENT = 2;
const RECEIVED = 3;
const FLOWS = 4;
/** Next row of the same index; -1: none. */
const NEXT = 5;

/** Lowest index; `#heads` is indexed relative to it. */
const LOWEST = OTHERS;
const INITIAL_SLOTS = 256;
/** Spread groups and indexes, both small numbers, over the slots (Knuth, "Sorting and Searching", 6.4). */
const GROUP_MULTIPLIER = 0x9e3779b1;
const INDEX_MULTIPLIER = 0x85ebca6b;

/** Traffic of the flows of one group at one end. Bytes. */
export interface EndTraffic {
  /** Number of the group. */
  readonly group: number;
  sent: number;
  received: number;
  flows: number;
}

export class DeviceTotals {
  readonly #services: ServiceTable;
  readonly #maxRows: number;
  #groups: GroupNumbers;
  #rows = new Float64Array(64 * COLUMNS);
  #rowCount = 0;
  /** Offset of each row plus 1, hashed by index and group with open addressing; 0: empty. */
  #slots = new Int32Array(INITIAL_SLOTS);
  /** Offset plus 1 of the first row of each index from `LOWEST` on; 0: none. */
  #heads = new Int32Array(INITIAL_SLOTS);

  /** @param maxRows limit for rows of tenancies; the others and the outside have at most one row per group */
  constructor(services: ServiceTable, maxRows = MAX_ROWS) {
    this.#services = services;
    this.#maxRows = maxRows;
    this.#groups = new GroupNumbers(services);
  }

  /** Id of each group, by its number. Owned by the caller. */
  groupIds(): string[] {
    return this.#groups.ids();
  }

  /** Adds a flow (borrowed for the call). */
  add(attributed: AttributedFlow): void {
    const { flow } = attributed;
    const group = this.#groups.of(attributed);
    const first = this.#row(attributed.tenancyAt(0), group);
    const second = this.#row(attributed.tenancyAt(1), group);
    const bytesOfA = flow.bytes(0);
    const bytesOfB = flow.bytes(1);
    const rows = this.#rows;
    rows[first + SENT] += bytesOfA;
    rows[first + RECEIVED] += bytesOfB;
    rows[first + FLOWS] += 1;
    rows[second + SENT] += bytesOfB;
    rows[second + RECEIVED] += bytesOfA;
    // Both ends may share a row, which then counts the flow once.
    if (second !== first) rows[second + FLOWS] += 1;
  }

  /** Returns an independent copy. */
  copy(): DeviceTotals {
    const copy = new DeviceTotals(this.#services, this.#maxRows);
    copy.#groups = this.#groups.copy();
    copy.#rows = this.#rows.slice();
    copy.#rowCount = this.#rowCount;
    copy.#slots = this.#slots.slice();
    copy.#heads = this.#heads.slice();
    return copy;
  }

  /** All indexes with traffic. Owned by the caller. */
  get indexes(): number[] {
    const indexes: number[] = [];
    for (const [i, head] of this.#heads.entries()) if (head !== 0) indexes.push(i + LOWEST);
    return indexes;
  }

  /** Combined traffic of some indexes, each group once. Owned by the caller. */
  of(indexes: readonly number[]): EndTraffic[] {
    const totals: EndTraffic[] = [];
    const byGroup = indexes.length > 1 ? new Map<number, EndTraffic>() : null;
    const rows = this.#rows;
    for (const index of indexes) {
      for (let row = this.#headOf(index); row >= 0; row = rows[row + NEXT]) {
        const group = rows[row + GROUP];
        let sum = byGroup?.get(group);
        if (sum === undefined) {
          sum = { group, sent: 0, received: 0, flows: 0 };
          byGroup?.set(group, sum);
          totals.push(sum);
        }
        sum.sent += rows[row + SENT];
        sum.received += rows[row + RECEIVED];
        sum.flows += rows[row + FLOWS];
      }
    }
    return totals;
  }

  /** Offset of the first row of an index, -1 if it has none. */
  #headOf(index: number): number {
    const at = index - LOWEST;
    return at < this.#heads.length ? this.#heads[at] - 1 : -1;
  }

  /** Offset of the row of an index and a group. */
  #row(index: number, group: number): number {
    const rows = this.#rows;
    const newest = this.#headOf(index);
    if (newest >= 0 && rows[newest + GROUP] === group) return newest;
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = slotOf(index, group, mask);
    while (slots[slot] !== 0) {
      const row = slots[slot] - 1;
      if (rows[row + INDEX] === index && rows[row + GROUP] === group) return row;
      slot = (slot + 1) & mask;
    }
    const isBounded = index !== OUTSIDE && index !== OTHERS;
    if (isBounded && this.#rowCount >= this.#maxRows) return this.#row(OTHERS, group);
    return this.#addRow(index, group, newest);
  }

  #addRow(index: number, group: number, next: number): number {
    const row = this.#rowCount++ * COLUMNS;
    if (row + COLUMNS > this.#rows.length) this.#rows = doubled(this.#rows);
    this.#rows[row + INDEX] = index;
    this.#rows[row + GROUP] = group;
    this.#rows[row + NEXT] = next;
    while (index - LOWEST >= this.#heads.length) {
      const heads = new Int32Array(this.#heads.length * 2);
      heads.set(this.#heads);
      this.#heads = heads;
    }
    this.#heads[index - LOWEST] = row + 1;
    if (this.#rowCount * 2 > this.#slots.length) this.#resizeSlots(this.#slots.length * 2);
    else this.#insert(row);
    return row;
  }

  /** Rehashes all rows into `count` slots, a power of two. */
  #resizeSlots(count: number): void {
    this.#slots = new Int32Array(count);
    for (let i = 0; i < this.#rowCount; i++) this.#insert(i * COLUMNS);
  }

  #insert(row: number): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = slotOf(this.#rows[row + INDEX], this.#rows[row + GROUP], mask);
    while (slots[slot] !== 0) slot = (slot + 1) & mask;
    slots[slot] = row + 1;
  }
}

function slotOf(index: number, group: number, mask: number): number {
  const product = Math.imul(index, INDEX_MULTIPLIER) + Math.imul(group, GROUP_MULTIPLIER);
  return (product ^ (product >>> 15)) & mask;
}

function doubled(rows: Float64Array): Float64Array<ArrayBuffer> {
  const more = new Float64Array(rows.length * 2);
  more.set(rows);
  return more;
}
