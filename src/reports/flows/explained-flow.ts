/** Reports one live flow, and why it was attributed as it was. */
import type { Explanation } from "../../evidence/attribution/attribution.ts";
import { Transport } from "../../flows/flow-view.ts";
import { type AttributedFlow, type Collector, inOneStep, type Reading, type Steps } from "../collector.ts";
import type { FlowReport } from "../flow-report.ts";

/** Identifies a live flow. */
export type FlowEnds = Pick<FlowReport, "transport" | "originator" | "responder">;

/** A flow with its explanation. Owned. */
export interface ExplainedFlow {
  readonly flow: FlowReport;
  readonly explanation: Explanation;
}

/** Must be shown live flows only; the report is null if the flow is not live. */
export class ExplainedFlowCollector implements Collector<ExplainedFlow | null> {
  readonly #ends: FlowEnds;
  readonly #addressName: (address: string) => string;
  #entry = 0;

  /** @param addressName how addresses are written in `ends` */
  constructor(ends: FlowEnds, addressName: (address: string) => string) {
    this.#ends = ends;
    this.#addressName = addressName;
  }

  add({ flow }: AttributedFlow): void {
    const { transport, originator, responder } = this.#ends;
    if ((flow.transport === Transport.TCP) !== (transport === "tcp")) return;
    const isSide = (side: number, { address, port }: FlowEnds["originator"]) =>
      flow.port(side) === port && this.#addressName(flow.address(side)) === address;
    if ((isSide(0, originator) && isSide(1, responder)) || (isSide(1, originator) && isSide(0, responder))) {
      this.#entry = flow.entry;
    }
  }

  snapshot(): ExplainedFlowCollector {
    return new ExplainedFlowCollector(this.#ends, this.#addressName);
  }

  report(reading: Reading): Steps<ExplainedFlow | null> {
    return inOneStep(() => {
      if (this.#entry === 0) return null;
      const attributed = reading.liveFlow(this.#entry);
      return { flow: attributed.describe(), explanation: attributed.explain() };
    });
  }
}
