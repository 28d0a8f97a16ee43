/**
 * Collects what moved in each bucket of time, by group of flows and by device (docs/contract.md, "Totals over time"): a flow
 * counts in every bucket that it has bytes in, by what is known of it when it has ended.
 */
import type { FlowView } from "../../flows/flow-view.ts";
import { originatorSide } from "../../flows/orientation.ts";
import type { PacketRow } from "../../flows/packet-row.ts";
import type { ServiceTable } from "../../knowledge/port-list/service-table.ts";
import {
  type AttributedFlow,
  type BucketWatch,
  type Collector,
  inOneStep,
  type Reading,
  type Steps,
} from "../collector.ts";
import { GroupNumbers } from "../group-numbers.ts";
import { buildSeries } from "./build-series.ts";
import type { Series } from "./series-report.ts";
import { bucketStart, SeriesTotals } from "./series-totals.ts";
import { Moved, WaitingTraffic } from "./waiting-traffic.ts";

/** What is collected in. */
export interface SeriesStores {
  readonly groups: GroupNumbers;
  readonly totals: SeriesTotals;
  readonly waiting: WaitingTraffic;
}

export class SeriesCollector implements Collector<Series>, BucketWatch {
  readonly bucketSeconds: number;
  readonly buckets: BucketWatch = this;
  readonly #services: ServiceTable;
  readonly #groups: GroupNumbers;
  readonly #totals: SeriesTotals;
  readonly #waiting: WaitingTraffic;
  readonly #late = new Moved();

  /** @param bucketSeconds length of a bucket, a whole number; buckets begin at its multiples since 1970 */
  constructor(services: ServiceTable, bucketSeconds: number, stores: Partial<SeriesStores> = {}) {
    this.#services = services;
    this.bucketSeconds = bucketSeconds;
    this.#groups = stores.groups ?? new GroupNumbers(services);
    this.#totals = stores.totals ?? new SeriesTotals();
    this.#waiting = stores.waiting ?? new WaitingTraffic();
  }

  leaveBucket(flow: FlowView): void {
    const moved = this.#waiting.rest(flow, this.#bucketOf(flow.lastSeconds));
    if (!this.#waiting.keep(flow.record, moved)) this.#totals.addUntold(moved);
  }

  seeLate({ record }: FlowView, { side, length, seconds }: PacketRow): void {
    const late = this.#late;
    late.bucket = this.#bucketOf(seconds);
    late.packets[side] = 1;
    late.bytes[side] = length;
    late.packets[1 - side] = 0;
    late.bytes[1 - side] = 0;
    if (!this.#waiting.keep(record, late)) this.#totals.addUntold(late);
  }

  addUndecoded(seconds: number, packets: number, bytes: number): void {
    this.#totals.addUndecoded(this.#bucketOf(seconds), packets, bytes);
  }

  forget(record: number): void {
    this.#waiting.forget(record);
  }

  add(shown: AttributedFlow): void {
    const { flow } = shown;
    const group = this.#groups.of(shown);
    const indexes = [shown.tenancyAt(0), shown.tenancyAt(1)] as const;
    this.#totals.add(this.#waiting.rest(flow, this.#bucketOf(flow.lastSeconds)), group, indexes);
    this.#waiting.forEach(flow.record, (moved) => this.#totals.add(moved, group, indexes));
    const start = this.#bucketOf(flow.firstSeconds);
    this.#totals.addFlow(start, group, indexes, originatorSide(shown.oriented));
  }

  /** What live flows have left behind is shared: it is exact where nothing is read before the snapshot has come to all of them. */
  snapshot(): SeriesCollector {
    return new SeriesCollector(this.#services, this.bucketSeconds, {
      groups: this.#groups.copy(),
      totals: this.#totals.copy(),
      waiting: this.#waiting,
    });
  }

  report(reading: Reading): Steps<Series> {
    return inOneStep(() => buildSeries(reading, this.#totals, this.#groups.ids(), this.bucketSeconds));
  }

  /** When the bucket of a time begins. */
  #bucketOf(seconds: number): number {
    return bucketStart(seconds, this.bucketSeconds);
  }
}
