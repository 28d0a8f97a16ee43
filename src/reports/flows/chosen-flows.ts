/** Restricts a report to some flows: other collectors receive these, and the traffic of the rest is totalled. */
import {
  type AttributedFlow,
  type BucketWatch,
  type Collector,
  inOneStep,
  type Steps,
} from "../collector.ts";
import type { Traffic } from "../traffic/summary.ts";
import { addTraffic, noTraffic, type TrafficSum } from "../traffic/traffic-sum.ts";

/** Which flows are wanted: those that match everything given. */
export interface FlowChoice {
  /** Flows with a device at either end: its tenancies, as a session numbers them that reads the same. */
  readonly tenancies?: ReadonlySet<number>;
  /** Flows for which evidence names one of these products, by canonical name. */
  readonly products?: ReadonlySet<string>;
}

/** Reports the traffic of the flows that were left out. */
export class ChosenFlows implements Collector<Traffic> {
  readonly explains: boolean;
  readonly buckets?: BucketWatch;
  readonly #collectors: readonly Collector<unknown>[];
  readonly #choice: FlowChoice;
  readonly #others: TrafficSum;

  /** @param collectors those that receive the flows; none that watches packets or parts of flows */
  constructor(
    collectors: readonly Collector<unknown>[],
    choice: FlowChoice,
    others: TrafficSum = noTraffic(),
  ) {
    this.explains = collectors.some(({ explains }) => explains);
    // What flows leave in buckets that no collector receives counts for none.
    const [buckets] = collectors.flatMap((collector) => collector.buckets ?? []);
    if (buckets !== undefined) this.buckets = buckets;
    this.#collectors = collectors;
    this.#choice = choice;
    this.#others = others;
  }

  add(attributed: AttributedFlow): void {
    if (this.#isChosen(attributed)) {
      for (const collector of this.#collectors) collector.add(attributed);
      return;
    }
    const { flow } = attributed;
    addTraffic(this.#others, {
      flows: 1,
      packets: flow.packets(0) + flow.packets(1),
      bytes: flow.bytes(0) + flow.bytes(1),
    });
  }

  snapshot(): ChosenFlows {
    const copies = this.#collectors.map((collector) => collector.snapshot());
    return new ChosenFlows(copies, this.#choice, { ...this.#others });
  }

  report(): Steps<Traffic> {
    return inOneStep(() => ({ ...this.#others }));
  }

  #isChosen(attributed: AttributedFlow): boolean {
    const { tenancies, products } = this.#choice;
    // Both ends are looked up, always: tenancies are numbered in the order of these calls.
    const ends = [attributed.tenancyAt(0), attributed.tenancyAt(1)];
    if (tenancies !== undefined && !ends.some((end) => tenancies.has(end))) return false;
    return products === undefined || attributed.attribution.products.some(({ name }) => products.has(name));
  }
}
