/**
 * Traffic in one monitoring interval, by group and device, reported at its end (docs/contract.md, "Totals over time"): bytes
 * of a flow wait until its first payload was judged, for at most ten seconds, and then count by the flow's current
 * attribution. The number of bytes that would be attributed differently by now is reported, too.
 */
import { OTHERS, OUTSIDE } from "../../evidence/devices/tenancies.ts";
import { originatorSide } from "../../flows/orientation.ts";
import type { ServiceTable } from "../../knowledge/port-list/service-table.ts";
import { NO_TIME } from "../../net/moment.ts";
import { type AttributedFlow, type Collector, inOneStep, type Reading, type Steps } from "../collector.ts";
import { GroupNumbers } from "../group-numbers.ts";
import { buildSeries } from "./build-series.ts";
import type { BucketDevice, BucketGroup } from "./series-report.ts";
import { SeriesTotals } from "./series-totals.ts";
import { WaitingTraffic } from "./waiting-traffic.ts";

/** Seconds after which bytes are reported even if the payload was not judged. */
const MAX_WAIT_SECONDS = 10;
const INITIAL_CAPACITY = 1024;
/** Everything between two reports is in one bucket. */
const BUCKET = 0;

/** Bytes by direction. */
export interface DirectionBytes {
  /** From devices of the local network to ends beyond it, excluding multicast and broadcast addresses. */
  readonly up: number;
  /** From those ends to the devices. */
  readonly down: number;
}

/** Traffic reported for one interval. Owned. */
export interface IntervalTraffic {
  /** By bytes, largest first, then id. */
  readonly groups: readonly BucketGroup[];
  /** By bytes, largest first, then id; empty without evidence. */
  readonly devices: readonly BucketDevice[];
  /** What moved in the interval, reported or not; null without evidence. */
  readonly directions: DirectionBytes | null;
  /** Bytes, since the start, that were reported for another group than the current one of their flow. */
  readonly retold: number;
}

/** Snapshots share the reported totals with it: nothing may be read before a snapshot has visited all live flows. */
export class LiveSeriesCollector implements Collector<IntervalTraffic> {
  readonly #ledger: Ledger;

  constructor(services: ServiceTable) {
    this.#ledger = new Ledger(services);
  }

  add(attributed: AttributedFlow): void {
    this.#ledger.count(attributed);
    this.#ledger.retoldByEnded += this.#ledger.report(attributed);
    this.#ledger.end(attributed.flow.entry);
  }

  snapshot(): Collector<IntervalTraffic> {
    return new LiveSeriesSnapshot(this.#ledger);
  }

  /** All flows have ended. */
  report(reading: Reading): Steps<IntervalTraffic> {
    this.#ledger.retoldByLive = 0;
    return inOneStep(() => this.#ledger.closeInterval(reading));
  }

  /** Bytes that the live flow in an entry moved between the last two snapshots. */
  movedBy(entry: number): number {
    return this.#ledger.movedBy(entry);
  }
}

/** Visits the live flows at the end of an interval. */
class LiveSeriesSnapshot implements Collector<IntervalTraffic> {
  readonly #ledger: Ledger;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
    ledger.retoldByLive = 0;
  }

  add(attributed: AttributedFlow): void {
    this.#ledger.count(attributed);
    if (this.#ledger.isDue(attributed)) this.#ledger.retoldByLive += this.#ledger.report(attributed);
  }

  snapshot(): Collector<IntervalTraffic> {
    return new LiveSeriesSnapshot(this.#ledger);
  }

  report(reading: Reading): Steps<IntervalTraffic> {
    return inOneStep(() => this.#ledger.closeInterval(reading));
  }
}

/** What was reported of each flow, and what moved since the last report. */
class Ledger {
  /** Like `retold`: for the flows that lived at the last snapshot, and for those that have ended. */
  retoldByLive = 0;
  retoldByEnded = 0;
  readonly #groups: GroupNumbers;
  /** What was reported of live flows, with the number of the group in place of the bucket. */
  readonly #reported = new WaitingTraffic();
  #totals = new SeriesTotals();
  /** Bytes of both sides by flow entry: at the last snapshot, and their growth before it. */
  #counted = new Float64Array(2 * INITIAL_CAPACITY);
  #moved = new Float32Array(INITIAL_CAPACITY);
  /** Whether the flow in an entry was reported. */
  #isReported = new Uint8Array(INITIAL_CAPACITY);
  #up = 0;
  #down = 0;
  /** Whether a tenancy belongs to a device. */
  readonly #devices = new Map<number, boolean>();
  #newestSeconds = 0;

  constructor(services: ServiceTable) {
    this.#groups = new GroupNumbers(services);
  }

  /** Counts what a flow moved since it was last counted. */
  count(attributed: AttributedFlow): void {
    const { flow } = attributed;
    const { entry, lastSeconds } = flow;
    if (entry >= this.#moved.length) this.#reserve(entry);
    if (lastSeconds !== NO_TIME && lastSeconds > this.#newestSeconds) this.#newestSeconds = lastSeconds;
    const bytes0 = flow.bytes(0) - this.#counted[2 * entry];
    const bytes1 = flow.bytes(1) - this.#counted[2 * entry + 1];
    this.#moved[entry] = bytes0 + bytes1;
    if (bytes0 + bytes1 === 0) return;
    this.#counted[2 * entry] += bytes0;
    this.#counted[2 * entry + 1] += bytes1;
    const isDevice0 = this.#isDeviceAt(attributed, 0);
    if (isDevice0 === this.#isDeviceAt(attributed, 1) || flow.isGroup(isDevice0 ? 1 : 0)) return;
    this.#up += isDevice0 ? bytes0 : bytes1;
    this.#down += isDevice0 ? bytes1 : bytes0;
  }

  /** Whether a side is a device of the local network, as far as is known in this interval. */
  #isDeviceAt(attributed: AttributedFlow, side: number): boolean {
    const tenancy = attributed.tenancyAt(side);
    if (tenancy === OUTSIDE) return false;
    const known = this.#devices.get(tenancy);
    if (known !== undefined) return known;
    const isDevice = tenancy === OTHERS || attributed.deviceAt(side) !== null;
    this.#devices.set(tenancy, isDevice);
    return isDevice;
  }

  /** Whether the bytes of a live flow are reported now: its payload was judged, will not be, or the wait is over. */
  isDue({ flow: { isObserved, firstSeconds }, attribution }: AttributedFlow): boolean {
    return (
      !isObserved ||
      attribution.evidence !== null ||
      attribution.protocol !== null ||
      firstSeconds === NO_TIME ||
      this.#newestSeconds - firstSeconds >= MAX_WAIT_SECONDS
    );
  }

  /**
   * Reports what a flow moved since the last report under its current group; returns the bytes that were reported under
   * another one.
   */
  report(attributed: AttributedFlow): number {
    const { flow } = attributed;
    const { entry } = flow;
    const group = this.#groups.of(attributed);
    const tenancies = [attributed.tenancyAt(0), attributed.tenancyAt(1)] as const;
    if (this.#isReported[entry] === 0) {
      this.#isReported[entry] = 1;
      this.#totals.addFlow(BUCKET, group, tenancies, originatorSide(attributed.oriented));
    }
    const moved = this.#reported.unreported(flow, BUCKET);
    if (moved.packets[0] + moved.packets[1] > 0) {
      this.#totals.add(moved, group, tenancies);
      moved.bucket = group;
      this.#reported.store(entry, moved);
    }
    let retold = 0;
    this.#reported.forEach(entry, (part) => {
      if (part.bucket !== group) retold += part.bytes[0] + part.bytes[1];
    });
    return retold;
  }

  /** The flow in an entry has ended and was reported: bytes reported under another group remain so. */
  end(entry: number): void {
    this.#reported.forget(entry);
    this.#counted.fill(0, 2 * entry, 2 * entry + 2);
    this.#moved[entry] = 0;
    this.#isReported[entry] = 0;
  }

  closeInterval(reading: Reading): IntervalTraffic {
    const [bucket] = buildSeries(reading, this.#totals, this.#groups.ids(), 1).buckets;
    this.#totals = new SeriesTotals();
    const directions = reading.options.evidence ? { up: this.#up, down: this.#down } : null;
    this.#up = 0;
    this.#down = 0;
    this.#devices.clear();
    return {
      groups: bucket?.groups ?? [],
      devices: bucket?.devices ?? [],
      directions,
      retold: this.retoldByEnded + this.retoldByLive,
    };
  }

  movedBy(entry: number): number {
    return this.#moved[entry] ?? 0;
  }

  #reserve(entry: number): void {
    let capacity = this.#moved.length;
    while (entry >= capacity) capacity *= 2;
    const counted = new Float64Array(2 * capacity);
    counted.set(this.#counted);
    this.#counted = counted;
    const moved = new Float32Array(capacity);
    moved.set(this.#moved);
    this.#moved = moved;
    const isReported = new Uint8Array(capacity);
    isReported.set(this.#isReported);
    this.#isReported = isReported;
  }
}
