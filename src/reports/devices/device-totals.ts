/** Bytes by who has an address and by group of flows, as flows end. Bounded: beyond the limit they count for the others. */
import { OTHERS, OUTSIDE } from "../../evidence/devices/tenancies.ts";
import type { ServiceTable } from "../../knowledge/port-list/service-table.ts";
import type { AttributedFlow } from "../collector.ts";
import { GroupNumbers } from "../group-numbers.ts";

/** Rows that are kept at most: each of one tenancy and one group. */
const MAX_ROWS = 262_144;

/** Columns of a row. */
const COLUMNS = 5;
const GROUP = 0;
const SENT = 1;
const RECEIVED = 2;
const FLOWS = 3;
/** The next row of the same index; -1: none. */
const NEXT = 4;

/** More indexes than there can be: a factor in the key of a row, small enough that most keys are whole numbers of 31 bits. */
const MOST_INDEXES = 2 ** 17;

/** What the flows of one group have moved at one end. Bytes. */
export interface EndTraffic {
  /** The number of the group. */
  readonly group: number;
  sent: number;
  received: number;
  flows: number;
}

export class DeviceTotals {
  readonly #services: ServiceTable;
  readonly #maxRows: number;
  #groups: GroupNumbers;
  /** The place of each row, by index and group. */
  #places = new Map<number, number>();
  #rows = new Float64Array(64 * COLUMNS);
  /** The first row of each index. */
  #heads = new Map<number, number>();

  /** @param maxRows rows of tenancies; the others and what is outside have as many as there are groups */
  constructor(services: ServiceTable, maxRows = MAX_ROWS) {
    this.#services = services;
    this.#maxRows = maxRows;
    this.#groups = new GroupNumbers(services);
  }

  /** The id of each group, by its number. Owned by the caller. */
  groupIds(): string[] {
    return this.#groups.ids();
  }

  /** Adds a flow (borrowed for the call). */
  add(shown: AttributedFlow): void {
    const { flow } = shown;
    const group = this.#groups.of(shown);
    const first = this.#row(shown.tenancyAt(0), group);
    const second = this.#row(shown.tenancyAt(1), group);
    const bytes = [flow.bytes(0), flow.bytes(1)];
    const rows = this.#rows;
    rows[first + SENT] += bytes[0];
    rows[first + RECEIVED] += bytes[1];
    rows[first + FLOWS] += 1;
    rows[second + SENT] += bytes[1];
    rows[second + RECEIVED] += bytes[0];
    // Both ends may be of one row: it has the flow once.
    if (second !== first) rows[second + FLOWS] += 1;
  }

  /** A copy that is added to apart from this one. */
  copy(): DeviceTotals {
    const copy = new DeviceTotals(this.#services, this.#maxRows);
    copy.#groups = this.#groups.copy();
    copy.#places = new Map(this.#places);
    copy.#rows = this.#rows.slice();
    copy.#heads = new Map(this.#heads);
    return copy;
  }

  /** All indexes that have something. Borrowed. */
  get indexes(): Iterable<number> {
    return this.#heads.keys();
  }

  /** What some indexes have together, each group once. Owned by the caller. */
  of(indexes: readonly number[]): EndTraffic[] {
    const sums: EndTraffic[] = [];
    const byGroup = indexes.length > 1 ? new Map<number, EndTraffic>() : null;
    const rows = this.#rows;
    for (const index of indexes) {
      for (let row = this.#heads.get(index) ?? -1; row >= 0; row = rows[row + NEXT]) {
        const group = rows[row + GROUP];
        let sum = byGroup?.get(group);
        if (sum === undefined) {
          sum = { group, sent: 0, received: 0, flows: 0 };
          byGroup?.set(group, sum);
          sums.push(sum);
        }
        sum.sent += rows[row + SENT];
        sum.received += rows[row + RECEIVED];
        sum.flows += rows[row + FLOWS];
      }
    }
    return sums;
  }

  /** Where the row of an index and a group begins. */
  #row(index: number, group: number): number {
    const newest = this.#heads.get(index);
    if (newest !== undefined && this.#rows[newest + GROUP] === group) return newest;
    const key = group * MOST_INDEXES + index - OTHERS;
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    const isBounded = index !== OUTSIDE && index !== OTHERS;
    if (isBounded && this.#places.size >= this.#maxRows) return this.#row(OTHERS, group);
    const row = this.#places.size * COLUMNS;
    if (row + COLUMNS > this.#rows.length) {
      const rows = new Float64Array(this.#rows.length * 2);
      rows.set(this.#rows);
      this.#rows = rows;
    }
    this.#places.set(key, row);
    this.#rows[row + GROUP] = group;
    this.#rows[row + NEXT] = this.#heads.get(index) ?? -1;
    this.#heads.set(index, row);
    return row;
  }
}
