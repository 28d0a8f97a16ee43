/**
 * Collects the rows of a history (docs/contract.md, "Totals over time"). For captures, each flow counts by its attribution at
 * its end; while interfaces are monitored, `countLive` counts live flows by their attribution at that time.
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
import { SeriesCollector } from "../series/series-collector.ts";
import { bucketStart, SeriesTotals } from "../series/series-totals.ts";
import { type Moved, WaitingTraffic } from "../series/waiting-traffic.ts";
import type { BucketRow } from "./bucket-row.ts";
import { buildBucketRows } from "./build-bucket-rows.ts";
import { ReportedFlows } from "./reported-flows.ts";

export class HistoryCollector implements Collector<readonly BucketRow[]>, BucketWatch {
  readonly bucketSeconds: number;
  readonly buckets: BucketWatch = this;
  readonly #services: ServiceTable;
  readonly #groups: GroupNumbers;
  readonly #totals = new SeriesTotals();
  readonly #waiting = new WaitingTraffic();
  readonly #reported = new ReportedFlows();
  /** Follows flows across bucket boundaries. */
  readonly #series: SeriesCollector;

  /** @param bucketSeconds length of a bucket, a whole number; buckets begin at its multiples since 1970 */
  constructor(services: ServiceTable, bucketSeconds: number) {
    this.#services = services;
    this.#groups = new GroupNumbers(services);
    this.bucketSeconds = bucketSeconds;
    this.#series = new SeriesCollector(services, bucketSeconds, {
      groups: this.#groups,
      totals: this.#totals,
      waiting: this.#waiting,
    });
  }

  leaveBucket(flow: FlowView): void {
    this.#series.leaveBucket(flow);
  }

  seeLatePacket(flow: FlowView, packet: PacketRow): void {
    this.#series.seeLatePacket(flow, packet);
  }

  addUndecoded(seconds: number, packets: number, bytes: number): void {
    this.#series.addUndecoded(seconds, packets, bytes);
  }

  forget(entry: number): void {
    this.#series.forget(entry);
    this.#reported.forget(entry);
  }

  add(attributed: AttributedFlow): void {
    if (this.#reported.has(attributed.flow.entry)) this.#countBefore(attributed, Number.POSITIVE_INFINITY);
    else this.#series.add(attributed);
  }

  /**
   * Counts the traffic of a live flow (borrowed) in buckets that begin before a time, by its current attribution; traffic
   * that was already counted is not counted again.
   */
  countLive(attributed: AttributedFlow, before: number): void {
    const { entry, firstSeconds } = attributed.flow;
    const start = bucketStart(firstSeconds, this.bucketSeconds);
    if (start >= before) return;
    if (!this.#reported.has(entry)) {
      const indexes = [attributed.tenancyAt(0), attributed.tenancyAt(1)] as const;
      this.#totals.addFlow(start, this.#groups.of(attributed), indexes, originatorSide(attributed.oriented));
    }
    this.#countBefore(attributed, before);
  }

  /** Takes the rows, not taken before, of the buckets that begin before a time. Owned by the caller. */
  takeBefore(seconds: number, reading: Reading): BucketRow[] {
    const removed = this.#totals.takeBefore(seconds);
    return buildBucketRows(reading, removed, this.#groups, this.#services, this.bucketSeconds);
  }

  /** Not supported: what is reported while flows live is taken by `takeBefore`. */
  snapshot(): Collector<readonly BucketRow[]> {
    throw new Error("a history is taken bucket by bucket, not by snapshots");
  }

  report(reading: Reading): Steps<readonly BucketRow[]> {
    return inOneStep(() =>
      buildBucketRows(reading, this.#totals.buckets, this.#groups, this.#services, this.bucketSeconds),
    );
  }

  #countBefore(attributed: AttributedFlow, before: number): void {
    const { flow } = attributed;
    const { entry } = flow;
    const group = this.#groups.of(attributed);
    const indexes = [attributed.tenancyAt(0), attributed.tenancyAt(1)] as const;
    const bucket = bucketStart(flow.lastSeconds, this.bucketSeconds);
    const known = this.#reported.groupOf(entry);
    if (known !== null && known !== group)
      this.#totals.addRetold(bucket, known, this.#reported.bytesOf(entry));
    let bytes = 0;
    const add = (moved: Moved) => {
      this.#totals.add(moved, group, indexes);
      bytes += moved.bytes[0] + moved.bytes[1];
    };
    this.#waiting.removeBefore(entry, before, add);
    if (bucket < before) {
      const rest = this.#waiting.unreported(flow, bucket);
      add(rest);
      this.#waiting.markReported(entry, rest);
    }
    this.#reported.add(entry, group, bytes);
  }
}
