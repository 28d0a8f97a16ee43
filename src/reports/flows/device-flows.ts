/** Passes only the flows of some devices on to other collectors, and adds up the traffic of all other flows. */
import {
  type AttributedFlow,
  type BucketWatch,
  type Collector,
  inOneStep,
  type Steps,
} from "../collector.ts";
import type { Traffic } from "../traffic/summary.ts";
import { addTraffic, noTraffic, type TrafficSum } from "../traffic/traffic-sum.ts";

/** The report is the traffic of the flows that were not passed on. */
export class DeviceFlows implements Collector<Traffic> {
  readonly explains: boolean;
  readonly buckets?: BucketWatch;
  readonly #collectors: readonly Collector<unknown>[];
  readonly #tenancies: ReadonlySet<number>;
  readonly #others: TrafficSum;

  /**
   * @param collectors receive the flows; none may watch packets or parts of flows
   * @param tenancies those of the devices, as numbered by a session that reads the same input
   */
  constructor(
    collectors: readonly Collector<unknown>[],
    tenancies: ReadonlySet<number>,
    others: TrafficSum = noTraffic(),
  ) {
    this.explains = collectors.some(({ explains }) => explains);
    // Bucket traffic of flows that no collector receives counts nowhere.
    const [buckets] = collectors.flatMap((collector) => collector.buckets ?? []);
    if (buckets !== undefined) this.buckets = buckets;
    this.#collectors = collectors;
    this.#tenancies = tenancies;
    this.#others = others;
  }

  add(shown: AttributedFlow): void {
    // Always query both ends: the queries assign the numbers.
    const [first, second] = [shown.tenancyAt(0), shown.tenancyAt(1)];
    if (this.#tenancies.has(first) || this.#tenancies.has(second)) {
      for (const collector of this.#collectors) collector.add(shown);
      return;
    }
    const { flow } = shown;
    addTraffic(this.#others, {
      flows: 1,
      packets: flow.packets(0) + flow.packets(1),
      bytes: flow.bytes(0) + flow.bytes(1),
    });
  }

  snapshot(): DeviceFlows {
    const copies = this.#collectors.map((collector) => collector.snapshot());
    return new DeviceFlows(copies, this.#tenancies, { ...this.#others });
  }

  report(): Steps<Traffic> {
    return inOneStep(() => ({ ...this.#others }));
  }
}
