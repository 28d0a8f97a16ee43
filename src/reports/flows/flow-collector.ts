/** Emits every flow when it ends: one record per flow, or, with an active timeout, several for long-lived flows. */
import type { Explanation } from "../../evidence/attribution/attribution.ts";
import { type AttributedFlow, type Collector, inOneStep, type PartWatch, type Steps } from "../collector.ts";
import type { FlowReport } from "../flow-report.ts";
import { FlowParts } from "./flow-parts.ts";

/** Receives an ended flow; `explain` may be called during the call and returns why it was attributed as it was. */
export type FlowReceiver = (flow: FlowReport, explain: () => Explanation) => void;

export class FlowCollector implements Collector<null> {
  readonly explains = true;
  readonly parts?: PartWatch;
  readonly #receive: FlowReceiver;
  readonly #parts: FlowParts | null;

  /**
   * @param activeSeconds age at which a flow is also emitted while it lives, and again at its multiples; null: only when it
   *   ends
   */
  constructor(receive: FlowReceiver, activeSeconds: number | null = null) {
    this.#receive = receive;
    this.#parts = activeSeconds === null ? null : new FlowParts();
    if (this.#parts !== null && activeSeconds !== null) this.parts = this.#watch(this.#parts, activeSeconds);
  }

  add(flow: AttributedFlow): void {
    this.#receive(flow.describe(this.#parts?.last(flow.flow.entry)), () => flow.explain());
  }

  /** Live flows have not ended: they are not emitted. */
  snapshot(): FlowCollector {
    return new FlowCollector(() => undefined);
  }

  report(): Steps<null> {
    return inOneStep(() => null);
  }

  #watch(parts: FlowParts, activeSeconds: number): PartWatch {
    return {
      activeSeconds,
      reachActiveTimeout: (flow, packet) =>
        this.#receive(flow.describe(parts.next(flow.flow, packet)), () => flow.explain()),
      forget: (entry) => parts.forget(entry),
    };
  }
}
