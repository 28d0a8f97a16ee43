/** Hands every flow on when it has ended: one record for each. */
import type { Explanation } from "../../evidence/attribution/attribution.ts";
import { type AttributedFlow, type Collector, inOneStep, type Steps } from "../collector.ts";
import type { FlowReport } from "../flow-report.ts";

/** Receives a flow that has ended, and can ask during the call why it was attributed as it was. */
export type FlowReceiver = (flow: FlowReport, explain: () => Explanation) => void;

export class FlowCollector implements Collector<null> {
  readonly explains = true;
  readonly #receive: FlowReceiver;

  constructor(receive: FlowReceiver) {
    this.#receive = receive;
  }

  add(flow: AttributedFlow): void {
    this.#receive(flow.describe(), () => flow.explain());
  }

  /** Flows that live have not ended: nobody is told of them. */
  snapshot(): FlowCollector {
    return new FlowCollector(() => undefined);
  }

  report(): Steps<null> {
    return inOneStep(() => null);
  }
}
