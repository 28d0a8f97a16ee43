/** Attempts by the rows of the list that their ports match: the basis of the coverage matrix. */
import type { ServiceRow } from "../../knowledge/port-list/service-row.ts";
import type { AttemptVerdict } from "./reach-report.ts";

/** Attempts at one row by verdict. */
export interface RowCounts {
  /** Apple traffic, or of a row that names no product at all. */
  readonly own: Map<AttemptVerdict, number>;
  /** Attempts that may be anybody's. */
  readonly other: Map<AttemptVerdict, number>;
  /** Flows to multicast or broadcast addresses, which need no answer. */
  toGroups: number;
}

export class RowAttempts {
  readonly #counts = new Map<ServiceRow, RowCounts>();

  /** Adds an attempt; each of `rows` has its port. */
  add(rows: readonly ServiceRow[], verdict: AttemptVerdict, isOwn: boolean): void {
    for (const row of rows) {
      const counts = this.#countsOf(row);
      const map = isOwn ? counts.own : counts.other;
      map.set(verdict, (map.get(verdict) ?? 0) + 1);
    }
  }

  /** Adds a flow to a multicast or broadcast address. */
  addToGroup(rows: readonly ServiceRow[]): void {
    for (const row of rows) this.#countsOf(row).toGroups++;
  }

  /** The counts of a row, or null. */
  of(row: ServiceRow): RowCounts | null {
    return this.#counts.get(row) ?? null;
  }

  /** Returns a copy. */
  copy(): RowAttempts {
    const copy = new RowAttempts();
    for (const [row, { own, other, toGroups }] of this.#counts)
      copy.#counts.set(row, { own: new Map(own), other: new Map(other), toGroups });
    return copy;
  }

  #countsOf(row: ServiceRow): RowCounts {
    let counts = this.#counts.get(row);
    if (counts === undefined) {
      counts = { own: new Map(), other: new Map(), toGroups: 0 };
      this.#counts.set(row, counts);
    }
    return counts;
  }
}
