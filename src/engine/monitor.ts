/**
 * Live monitoring: reads all live sources concurrently into one session, reports at the end of each interval,
 * and ends with the summary that `summarize` would give for the same packets.
 */

import type { LiveSource } from "../packets/live/live-source.ts";
import { HistoryCollector } from "../reports/history/history-collector.ts";
import { LiveSeriesCollector } from "../reports/series/live-series.ts";
import type { Summary } from "../reports/traffic/summary.ts";
import { TrafficCollector } from "../reports/traffic/traffic-collector.ts";
import { HistoryTimer } from "./history-timer.ts";
import { livePass } from "./live-pass.ts";
import {
  DEFAULT_LIVE_EVIDENCE_SHARE,
  DEFAULT_LIVE_IDLE_TIMEOUT_SECONDS,
  type MonitorOptions,
} from "./monitor-options.ts";
import { MonitorReports, SYSTEM_CLOCK } from "./monitor-reports.ts";
import { reachCollector } from "./reach.ts";
import { ReadingGate } from "./reading-gate.ts";
import { loadKnowledge } from "./reading-options.ts";
import { Session } from "./session.ts";
import { deviceCollector } from "./summarize.ts";

/**
 * Reads live sources until they end or the options stop it, and stops them. Errors that end a source early are in the
 * summary, not thrown.
 *
 * @param sources from {@link openLive}; owned by the monitor from now on, which stops them even if it throws
 * @returns the summary of all packets, owned by the caller
 * @throws InputError `bad_argument` or `bad_filter` for invalid options; also whatever `onInterval` and `sink`
 * throw
 *
 * @example
 * ```ts
 * import { monitor, openLive } from "appleflow";
 *
 * const source = await openLive("en0", "auto");
 * const summary = await monitor([source], {
 *   durationSeconds: 60,
 *   onInterval: ({ packetsPerSecond, liveFlows }) => console.log(packetsPerSecond, liveFlows),
 * });
 * console.log(summary.capture.packets);
 * ```
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
    const knowledge = loadKnowledge(options);
    const traffic = new TrafficCollector(knowledge.services);
    const devices = deviceCollector(knowledge);
    const series = new LiveSeriesCollector(knowledge.services);
    const attempts = options.watchesReach ? reachCollector(knowledge) : null;
    const { history: kept } = options;
    const history = kept && new HistoryCollector(knowledge.services, kept.bucketSeconds);
    const session = new Session(
      knowledge,
      {
        ...options,
        idleTimeoutSeconds: options.idleTimeoutSeconds ?? DEFAULT_LIVE_IDLE_TIMEOUT_SECONDS,
        evidenceShare: options.evidenceShare ?? DEFAULT_LIVE_EVIDENCE_SHARE,
      },
      [traffic, series, devices, attempts, history ?? null].filter((one) => one !== null),
    );
    for (const { name, error } of options.failures ?? []) session.sources.fail(name, error);
    const gate = new ReadingGate();
    const collected = { session, services: knowledge.services, traffic, series, devices, attempts };
    const reports = new MonitorReports(collected, sources, gate, ending.signal, options);
    const timer = kept && history && new HistoryTimer(session, history, kept, options.clock ?? SYSTEM_CLOCK);
    const { maxPackets = Number.POSITIVE_INFINITY, sink = null } = options;
    const pass = livePass({ maxPackets, sink, gate, onSpent: onAbort });
    const readOne = async (source: LiveSource) => {
      for await (const _ of session.read(source, pass));
    };
    if (options.signal?.aborted) await stop();
    const reading = Promise.all(sources.map(readOne));
    // Whichever ends first ends the other.
    const inSteps: MonitorReports["inSteps"] = (begin) => reports.inSteps(begin);
    const parts = [
      reading.finally(() => ending.abort()),
      reports.tell().finally(stop),
      ...(timer === undefined ? [] : [timer.tell(inSteps, ending.signal)]),
    ];
    running = Promise.allSettled(parts);
    await Promise.all(parts);
    const summary = reports.finish();
    await timer?.finish();
    return summary;
  } finally {
    options.signal?.removeEventListener("abort", onAbort);
    await stop();
    await running;
  }
}
