/** Bytes by who has an address and by group of flows, as flows end. Bounded: beyond the limit they count for the others. */
import type { Attribution } from "../../evidence/attribution/evidence.ts";
import { OTHERS, OUTSIDE } from "../../evidence/devices/tenancies.ts";
import type { PortMatch, ServiceTable } from "../../knowledge/port-list/service-table.ts";
import type { AttributedFlow } from "../collector.ts";
import type { GroupKey } from "../group-id.ts";

/** Rows that are kept at most: each of one tenancy and one group. */
const MAX_ROWS = 262_144;

/** What the flows of one group have moved at one end. Bytes. */
export interface EndTraffic {
  sent: number;
  received: number;
  flows: number;
}

/** By the number of a group. */
export type TrafficByGroup = ReadonlyMap<number, Readonly<EndTraffic>>;

export class DeviceTotals {
  readonly #services: ServiceTable;
  readonly #maxRows: number;
  #groups: GroupKey[] = [];
  #numbers = new Map<Attribution, Map<PortMatch, number>[]>();
  /** By the index of a tenancy, `OUTSIDE` and `OTHERS` among them. */
  #rows = new Map<number, Map<number, EndTraffic>>();
  #rowCount = 0;

  constructor(services: ServiceTable, maxRows = MAX_ROWS) {
    this.#services = services;
    this.#maxRows = maxRows;
  }

  /** The groups by their numbers. Borrowed. */
  get groups(): readonly GroupKey[] {
    return this.#groups;
  }

  /** What is at a tenancy, `OUTSIDE` or `OTHERS`; null: nothing. Borrowed. */
  at(index: number): TrafficByGroup | null {
    return this.#rows.get(index) ?? null;
  }

  /** All indexes that have something. */
  indexes(): readonly number[] {
    return [...this.#rows.keys()];
  }

  /** Adds a flow (borrowed for the call). */
  add(shown: AttributedFlow): void {
    const { flow } = shown;
    const group = this.#groupOf(shown);
    const ends = [shown.tenancyAt(0), shown.tenancyAt(1)];
    for (const side of [0, 1]) {
      const row = this.#row(ends[side], group);
      row.sent += flow.bytes(side);
      row.received += flow.bytes(1 - side);
      // Both ends may be of one row: it has the flow once.
      if (side === 0 || ends[0] !== ends[1]) row.flows++;
    }
  }

  /** A copy that is added to apart from this one. */
  copy(): DeviceTotals {
    const copy = new DeviceTotals(this.#services, this.#maxRows);
    copy.#groups = [...this.#groups];
    copy.#numbers = new Map(
      [...this.#numbers].map(([attribution, maps]) => [attribution, maps.map((map) => new Map(map))]),
    );
    copy.#rows = new Map(
      [...this.#rows].map(([index, rows]) => [
        index,
        new Map([...rows].map(([group, row]) => [group, { ...row }])),
      ]),
    );
    copy.#rowCount = this.#rowCount;
    return copy;
  }

  #row(index: number, group: number): EndTraffic {
    let rows = this.#rows.get(index);
    if (rows === undefined) {
      rows = new Map();
      this.#rows.set(index, rows);
    }
    const known = rows.get(group);
    if (known !== undefined) return known;
    const isBounded = index !== OUTSIDE && index !== OTHERS;
    if (isBounded && this.#rowCount >= this.#maxRows) return this.#row(OTHERS, group);
    if (isBounded) this.#rowCount++;
    const row = { sent: 0, received: 0, flows: 0 };
    rows.set(group, row);
    return row;
  }

  #groupOf({ flow, attribution, servicePort }: AttributedFlow): number {
    const { transport } = flow;
    const match = this.#services.lookup(transport, servicePort);
    let byTransport = this.#numbers.get(attribution);
    if (byTransport === undefined) {
      byTransport = [new Map(), new Map()];
      this.#numbers.set(attribution, byTransport);
    }
    const known = byTransport[transport].get(match);
    if (known !== undefined) return known;
    const number = this.#groups.push({ attribution, match, transport }) - 1;
    byTransport[transport].set(match, number);
    return number;
  }
}
