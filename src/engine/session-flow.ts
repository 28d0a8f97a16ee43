/** The flow that a session shows to its collectors: one reused object, moved from flow to flow. */
import { applePrefixOf } from "../evidence/attribution/apple-address.ts";
import type { Attributor, Explanation } from "../evidence/attribution/attribution.ts";
import type { Attribution } from "../evidence/attribution/evidence.ts";
import { type FlowFacts, NO_FACTS } from "../evidence/observation/flow-facts.ts";
import type { Observer } from "../evidence/observation/observer.ts";
import type { FlowView } from "../flows/flow-view.ts";
import { servicePortOf, serviceSide } from "../flows/orientation.ts";
import type { EvidenceRules } from "../knowledge/evidence/evidence-rules.ts";
import type { AttributedFlow } from "../reports/collector.ts";
import { describeFlow, type FlowReport } from "../reports/flow-report.ts";

/** What flows are attributed with. */
export interface FlowJudges {
  readonly attributor: Attributor;
  readonly observer: Observer | null;
  readonly rules: EvidenceRules | null;
  /** Digits of a second that times are shown with, by now. */
  readonly timeDigits: () => number;
}

export class SessionFlow implements AttributedFlow {
  flow: FlowView;
  oriented = 0;
  servicePort: number | null = null;
  facts: FlowFacts = NO_FACTS;
  attribution: Attribution;
  readonly #attributor: Attributor;
  readonly #observer: Observer | null;
  readonly #judges: FlowJudges;

  /** Shows `flow` first. */
  constructor(judges: FlowJudges, flow: FlowView) {
    // Read for every flow that ends.
    this.#attributor = judges.attributor;
    this.#observer = judges.observer;
    this.#judges = judges;
    this.flow = flow;
    this.attribution = judges.attributor.attribute(0, null, NO_FACTS);
  }

  /** Shows a flow (borrowed) as it is attributed now. */
  show(flow: FlowView): this {
    const observer = this.#observer;
    const { oriented } = flow;
    const servicePort = servicePortOf(flow, oriented);
    const facts = observer === null ? NO_FACTS : observer.factsOf(flow, serviceSide(oriented));
    this.flow = flow;
    this.oriented = oriented;
    this.servicePort = servicePort;
    this.facts = facts;
    this.attribution = this.#attributor.attribute(flow.transport, servicePort, facts);
    return this;
  }

  describe(): FlowReport {
    return describeFlow(this.flow, this.oriented, this.attribution, this.facts, this.#judges.timeDigits());
  }

  explain(): Explanation {
    const { flow, oriented, servicePort, facts } = this;
    const { attributor, rules } = this.#judges;
    const prefix = facts.isAppleAddress ? applePrefixOf(flow, serviceSide(oriented), rules) : null;
    return attributor.explain(flow.transport, servicePort, facts, prefix);
  }
}
