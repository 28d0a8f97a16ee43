/** Runs several collectors as one. */
import type { AttributedFlow, Collector, Reading, Steps } from "./collector.ts";

/** The reports of collectors, under the same names. */
export type ReportsOf<C> = { readonly [K in keyof C]: C[K] extends Collector<infer R> ? R : never };

/**
 * A group's snapshot visits the live flows once for all members. The group does not forward packets, buckets or parts to
 * them.
 */
export class CollectorGroup<C extends Readonly<Record<string, Collector<unknown>>>>
  implements Collector<ReportsOf<C>>
{
  readonly #collectors: C;
  /** The same collectors as a list, for iteration per flow. */
  readonly #all: readonly Collector<unknown>[];

  constructor(collectors: C) {
    this.#collectors = collectors;
    this.#all = Object.values(collectors);
  }

  add(flow: AttributedFlow): void {
    for (const collector of this.#all) collector.add(flow);
  }

  snapshot(): CollectorGroup<C> {
    const copies = Object.entries(this.#collectors).map(([name, one]) => [name, one.snapshot()]);
    return new CollectorGroup(Object.fromEntries(copies) as C);
  }

  *report(reading: Reading): Steps<ReportsOf<C>> {
    const reports: [string, unknown][] = [];
    for (const [name, one] of Object.entries(this.#collectors)) {
      reports.push([name, yield* one.report(reading)]);
    }
    return Object.fromEntries(reports) as ReportsOf<C>;
  }
}
