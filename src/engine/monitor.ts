/**
 * Live monitoring: reads live sources all at once into one analysis, tells at the end of each interval what is known,
 * and ends with the summary that `summarize` would give for the same packets.
 */

import { compileFilter } from "../filter/compile-filter.ts";
import { DEFAULT_MAX_FLOWS } from "../flows/flow-table.ts";
import { loadEvidenceRules } from "../knowledge/evidence/load-evidence-rules.ts";
import { loadServiceTable } from "../knowledge/port-list/load-service-table.ts";
import type { LiveSource } from "../packets/live/live-source.ts";
import { loadProductNeeds } from "../reports/reach/load-product-needs.ts";
import { ReachCollector } from "../reports/reach/reach-collector.ts";
import type { Summary } from "../reports/traffic/summary.ts";
import { Analysis } from "./analysis.ts";
import { DEFAULT_LIVE_IDLE_TIMEOUT_SECONDS, type MonitorOptions } from "./monitor-options.ts";
import { MonitorReports } from "./monitor-reports.ts";
import { ReadingGate } from "./reading-gate.ts";
import { packetSelector } from "./select-packets.ts";
import { watchSource } from "./watched-source.ts";

/**
 * Reads live sources until they end or it is told to, and stops them. What ends a source early is said in the summary,
 * not thrown. Throws `InputError` for options that cannot be used, and whatever `onInterval` and `sink` throw; the
 * sources are stopped then, too.
 */
export async function monitor(sources: readonly LiveSource[], options: MonitorOptions): Promise<Summary> {
  const ending = new AbortController();
  const stop = async () => {
    ending.abort();
    await Promise.all(sources.map((source) => source.stop()));
  };
  const onAbort = () => void stop();
  options.signal?.addEventListener("abort", onAbort, { once: true });
  let running: Promise<unknown> = Promise.resolve();
  try {
    const analysis = analysisOf(options);
    const gate = new ReadingGate();
    const reports = new MonitorReports(analysis, sources, gate, ending.signal, options);
    const watch = {
      select: options.filter === undefined ? null : packetSelector(compileFilter(options.filter)),
      budget: { packetsLeft: options.maxPackets ?? Number.POSITIVE_INFINITY },
      sink: options.sink ?? null,
      gate,
      onSpent: onAbort,
    };
    if (options.signal?.aborted) await stop();
    const reading = Promise.all(sources.map((source) => analysis.read(watchSource(source, watch))));
    // Whichever ends first ends the other.
    const parts = [reading.finally(() => ending.abort()), reports.tell().finally(stop)];
    running = Promise.allSettled(parts);
    await Promise.all(parts);
    return reports.finish();
  } finally {
    options.signal?.removeEventListener("abort", onAbort);
    await stop();
    await running;
  }
}

function analysisOf(options: MonitorOptions): Analysis {
  const services = options.services ?? loadServiceTable();
  const rules = options.rules === undefined ? loadEvidenceRules(services) : options.rules;
  const reach = options.watchesReach
    ? new ReachCollector(
        services,
        rules,
        loadProductNeeds((name) => services.product(name)),
      )
    : null;
  const analysis = new Analysis({
    services,
    rules,
    idleTimeoutSeconds: options.idleTimeoutSeconds ?? DEFAULT_LIVE_IDLE_TIMEOUT_SECONDS,
    maxFlows: options.maxFlows ?? DEFAULT_MAX_FLOWS,
    from: null,
    to: null,
    // Applied before packets are counted and saved.
    filter: null,
    domainOf: null,
    onFlow: null,
    reach,
  });
  for (const { name, error } of options.failures ?? []) analysis.fail(name, error);
  return analysis;
}
