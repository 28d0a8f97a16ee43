/**
 * Collects the traffic in each bucket of time, by group of flows and by device (docs/contract.md, "Totals over time"): a flow
 * counts in every bucket in which it has bytes, by its attribution at its end.
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
import { BucketLength } from "./bucket-length.ts";
import { buildSeries } from "./build-series.ts";
import type { Series } from "./series-report.ts";
import { bucketStart, SeriesTotals } from "./series-totals.ts";
import { Moved, WaitingTraffic } from "./waiting-traffic.ts";

/** Where totals are collected. */
export interface SeriesStores {
  readonly groups: GroupNumbers;
  readonly totals: SeriesTotals;
  readonly waiting: WaitingTraffic;
}

export class SeriesCollector implements Collector<Series>, BucketWatch {
  readonly buckets: BucketWatch = this;
  readonly #length: BucketLength | { readonly seconds: number };
  readonly #services: ServiceTable;
  readonly #groups: GroupNumbers;
  readonly #totals: SeriesTotals;
  readonly #waiting: WaitingTraffic;
  readonly #late = new Moved();

  /**
   * @param length of a bucket, a whole number of seconds; buckets begin at its multiples since 1970. Or a length that is
   *   determined while flows are shown; owned by the collector
   */
  constructor(services: ServiceTable, length: number | BucketLength, stores: Partial<SeriesStores> = {}) {
    this.#services = services;
    this.#length = typeof length === "number" ? { seconds: length } : length;
    this.#groups = stores.groups ?? new GroupNumbers(services);
    this.#totals = stores.totals ?? new SeriesTotals();
    this.#waiting = stores.waiting ?? new WaitingTraffic();
  }

  get bucketSeconds(): number {
    return this.#length.seconds;
  }

  leaveBucket(flow: FlowView): void {
    this.#addBucket(flow.lastSeconds);
    const moved = this.#waiting.unreported(flow, this.#bucketOf(flow.lastSeconds));
    if (!this.#waiting.store(flow.entry, moved)) this.#totals.addUnattributed(moved);
  }

  seeLatePacket({ entry }: FlowView, { side, length, seconds }: PacketRow): void {
    this.#addBucket(seconds);
    const late = this.#late;
    late.bucket = this.#bucketOf(seconds);
    late.packets[side] = 1;
    late.bytes[side] = length;
    late.packets[1 - side] = 0;
    late.bytes[1 - side] = 0;
    if (!this.#waiting.store(entry, late)) this.#totals.addUnattributed(late);
  }

  addUndecoded(seconds: number, packets: number, bytes: number): void {
    this.#addBucket(seconds);
    this.#totals.addUndecoded(this.#bucketOf(seconds), packets, bytes);
  }

  forget(entry: number): void {
    this.#waiting.forget(entry);
  }

  add(attributed: AttributedFlow): void {
    const { flow } = attributed;
    this.#addBucket(flow.firstSeconds);
    this.#addBucket(flow.lastSeconds);
    const group = this.#groups.of(attributed);
    const indexes = [attributed.tenancyAt(0), attributed.tenancyAt(1)] as const;
    this.#totals.add(this.#waiting.unreported(flow, this.#bucketOf(flow.lastSeconds)), group, indexes);
    this.#waiting.forEach(flow.entry, (moved) => this.#totals.add(moved, group, indexes));
    const start = this.#bucketOf(flow.firstSeconds);
    this.#totals.addFlow(start, group, indexes, originatorSide(attributed.oriented));
  }

  /** Shares what live flows left behind: exact if nothing is read before the snapshot has visited all of them. */
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

  /** Notes a time; moves the totals to longer buckets if there are too many now. */
  #addBucket(seconds: number): void {
    if (!(this.#length instanceof BucketLength) || !this.#length.add(seconds)) return;
    this.#totals.regroup(this.bucketSeconds);
    this.#waiting.regroup(this.bucketSeconds);
  }

  /** Start of the bucket of a time. */
  #bucketOf(seconds: number): number {
    return bucketStart(seconds, this.bucketSeconds);
  }
}
