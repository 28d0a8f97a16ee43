/** How fast the traffic of each class grows, and how much of the latest traffic is Apple's. */
import { FLOW_CLASSES, type FlowClass } from "../evidence/attribution/evidence.ts";
import type { Summary } from "../reports/traffic/summary.ts";
import { RateTable } from "./rate-table.ts";

/** Bytes of the last intervals; each byte is in one of them. */
export interface RecentTraffic {
  /** Classes `identified` and `apple`. */
  readonly apples: number;
  /** `listed` and `range` with a candidate of Apple's that is not withdrawn. */
  readonly couldBe: number;
  /** Everything else, what was not decoded included. */
  readonly others: number;
}

/** Rates per class, from one summary to the next, later one of the same packets. */
export class ClassRates {
  readonly #classes = new RateTable<FlowClass>();
  readonly #parts = new RateTable<keyof RecentTraffic>();

  /** Notes the summary at the end of an interval of `seconds` (above 0). */
  update({ capture, classes, apple }: Pick<Summary, "capture" | "classes" | "apple">, seconds: number): void {
    this.#classes.update(
      FLOW_CLASSES.map((name) => [name, classes[name].bytes] as const),
      seconds,
    );
    const apples = apple.identified.bytes + apple.unknownProduct.bytes;
    const couldBe = apple.couldBe.bytes;
    const parts = { apples, couldBe, others: capture.bytes - apples - couldBe };
    this.#parts.update(Object.entries(parts) as [keyof RecentTraffic, number][], seconds);
  }

  /** Bytes per second in the last interval. */
  rateOf(name: FlowClass): number {
    return this.#classes.rateOf(name);
  }

  /** Bytes of the last intervals, at most 60; owned by the caller. */
  recent(): RecentTraffic {
    return {
      apples: this.#parts.recentBytesOf("apples"),
      couldBe: this.#parts.recentBytesOf("couldBe"),
      others: this.#parts.recentBytesOf("others"),
    };
  }
}
