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
import { BucketLength } from "./bucket-length.ts";
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
  readonly buckets: BucketWatch = this;
  readonly #length: BucketLength | { readonly seconds: number };
  readonly #services: ServiceTable;
  readonly #groups: GroupNumbers;
  readonly #totals: SeriesTotals;
  readonly #waiting: WaitingTraffic;
  readonly #late = new Moved();

  /**
   * @param length of a bucket, a whole number of seconds; buckets begin at its multiples since 1970. Or one that is found while
   *   flows are shown; owned by the collector
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
    this.#note(flow.lastSeconds);
    const moved = this.#waiting.rest(flow, this.#bucketOf(flow.lastSeconds));
    if (!this.#waiting.keep(flow.entry, moved)) this.#totals.addUntold(moved);
  }

  seeLatePacket({ entry }: FlowView, { side, length, seconds }: PacketRow): void {
    this.#note(seconds);
    const late = this.#late;
    late.bucket = this.#bucketOf(seconds);
    late.packets[side] = 1;
    late.bytes[side] = length;
    late.packets[1 - side] = 0;
    late.bytes[1 - side] = 0;
    if (!this.#waiting.keep(entry, late)) this.#totals.addUntold(late);
  }

  addUndecoded(seconds: number, packets: number, bytes: number): void {
    this.#note(seconds);
    this.#totals.addUndecoded(this.#bucketOf(seconds), packets, bytes);
  }

  forget(record: number): void {
    this.#waiting.forget(record);
  }

  add(shown: AttributedFlow): void {
    const { flow } = shown;
    this.#note(flow.firstSeconds);
    this.#note(flow.lastSeconds);
    const group = this.#groups.of(shown);
    const indexes = [shown.tenancyAt(0), shown.tenancyAt(1)] as const;
    this.#totals.add(this.#waiting.rest(flow, this.#bucketOf(flow.lastSeconds)), group, indexes);
    this.#waiting.forEach(flow.entry, (moved) => this.#totals.add(moved, group, indexes));
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

  /** Something is in the bucket of a time: what was collected moves to longer ones where there are too many now. */
  #note(seconds: number): void {
    if (!(this.#length instanceof BucketLength) || !this.#length.note(seconds)) return;
    this.#totals.regroup(this.bucketSeconds);
    this.#waiting.regroup(this.bucketSeconds);
  }

  /** When the bucket of a time begins. */
  #bucketOf(seconds: number): number {
    return bucketStart(seconds, this.bucketSeconds);
  }
}
