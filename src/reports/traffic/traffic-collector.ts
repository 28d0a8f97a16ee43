/** Collects the totals of a capture: its report is the summary. */
import type { ServiceTable } from "../../knowledge/port-list/service-table.ts";
import { type AttributedFlow, type Collector, inOneStep, type Reading, type Steps } from "../collector.ts";
import { buildSummary } from "./build-summary.ts";
import type { Summary } from "./summary.ts";
import { TrafficTotals } from "./traffic-totals.ts";

export class TrafficCollector implements Collector<Summary> {
  readonly #services: ServiceTable;
  readonly #totals: TrafficTotals;

  constructor(services: ServiceTable, totals = new TrafficTotals()) {
    this.#services = services;
    this.#totals = totals;
  }

  add(flow: AttributedFlow): void {
    this.#totals.add(flow);
  }

  snapshot(): TrafficCollector {
    return new TrafficCollector(this.#services, this.#totals.copy());
  }

  report(reading: Reading): Steps<Summary> {
    return inOneStep(() => buildSummary(reading, this.#totals, this.#services));
  }
}
