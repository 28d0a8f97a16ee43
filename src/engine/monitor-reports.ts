/** The reports of a monitor: at the end of each interval, at the end of the run, and on request. */
import { setImmediate as nextTurn, setTimeout as pause } from "node:timers/promises";
import { anonymiseExplanation, anonymiseFlow } from "../anonymise/anonymous-flow.ts";
import { anonymiseLiveFlows } from "../anonymise/anonymous-live-flows.ts";
import { anonymiseReach } from "../anonymise/anonymous-reach.ts";
import { anonymiseCapture, anonymiseInterval, anonymiseSummary } from "../anonymise/anonymous-summary.ts";
import type { ServiceTable } from "../knowledge/port-list/service-table.ts";
import type { LiveCounters, LiveSource } from "../packets/live/live-source.ts";
import { type Collector, inOneStep, type Steps } from "../reports/collector.ts";
import { CollectorGroup } from "../reports/collector-group.ts";
import type { DeviceCollector } from "../reports/devices/device-collector.ts";
import {
  type ExplainedFlow,
  ExplainedFlowCollector,
  type FlowEnds,
} from "../reports/flows/explained-flow.ts";
import { LiveFlowCollector, type LiveFlowQuery, type LiveFlows } from "../reports/flows/live-flows.ts";
import type { ReachCollector } from "../reports/reach/reach-collector.ts";
import type { ReachReport } from "../reports/reach/reach-report.ts";
import type { IntervalTraffic, LiveSeriesCollector } from "../reports/series/live-series.ts";
import { withDevices } from "../reports/traffic/build-summary.ts";
import type { Summary } from "../reports/traffic/summary.ts";
import type { TrafficCollector } from "../reports/traffic/traffic-collector.ts";
import type { IntervalReport, LiveTotals } from "./interval-report.ts";
import { LiveRates } from "./live-rates.ts";
import type { LiveView, MonitorClock, MonitorOptions } from "./monitor-options.ts";
import type { ReadingGate } from "./reading-gate.ts";
import type { Session } from "./session.ts";

/** Seconds between two reports. */
export const DEFAULT_INTERVAL_SECONDS = 1;
/** An interval lasts at least this many times as long as its report takes to build. */
const LEAST_INTERVAL_PER_COST = 10;
/** A pipe that its writer has not refilled by then has nothing to read. */
const QUIET_MS = 1;

/** The system's own clock. */
export const SYSTEM_CLOCK: MonitorClock = {
  now: () => performance.now(),
  date: () => new Date(),
  wait: (milliseconds, signal) => pause(milliseconds, undefined, { signal }).catch(() => undefined),
};

/** Replaces a collector whose report nobody needs. */
const NOTHING: Collector<null> = {
  add: () => undefined,
  snapshot: () => NOTHING,
  report: () => inOneStep(() => null),
};

/** A session, and those of its collectors that are queried. */
export interface Collected {
  readonly session: Session;
  readonly services: ServiceTable;
  readonly traffic: TrafficCollector;
  readonly series: LiveSeriesCollector;
  /** Null in port-only mode. */
  readonly devices: DeviceCollector | null;
  /** Null if reach is not watched. */
  readonly attempts: ReachCollector | null;
}

/** Builds the reports, each from what changed since the previous one. */
export class MonitorReports implements LiveView {
  readonly #collected: Collected;
  readonly #sources: readonly LiveSource[];
  readonly #gate: ReadingGate;
  readonly #signal: AbortSignal;
  readonly #options: MonitorOptions;
  readonly #clock: MonitorClock;
  readonly #rates = new LiveRates();
  readonly #beganAt: number;
  #lastAt: number;
  #lastPackets = 0;
  #lastBytes = 0;

  constructor(
    collected: Collected,
    sources: readonly LiveSource[],
    gate: ReadingGate,
    signal: AbortSignal,
    options: MonitorOptions,
  ) {
    this.#collected = collected;
    this.#sources = sources;
    this.#gate = gate;
    this.#signal = signal;
    this.#options = options;
    this.#clock = options.clock ?? SYSTEM_CLOCK;
    this.#beganAt = this.#clock.now();
    this.#lastAt = this.#beganAt;
  }

  async flows(query: LiveFlowQuery): Promise<LiveFlows | null> {
    const { session } = this.#collected;
    return this.#shownFlows(await this.inSteps(() => session.liveFlows(this.#flowCollector(query))), query);
  }

  async explain(ends: FlowEnds): Promise<ExplainedFlow | null> {
    const { session } = this.#collected;
    const { pseudonyms } = this.#options;
    const collector = new ExplainedFlowCollector(ends, (address) => pseudonyms?.address(address) ?? address);
    const found = await this.inSteps(() => session.liveFlows(collector));
    if (found === null || pseudonyms === undefined) return found;
    return {
      flow: anonymiseFlow(found.flow, pseudonyms),
      explanation: anonymiseExplanation(found.explanation, pseudonyms),
    };
  }

  async reach(): Promise<ReachReport | null> {
    const { session, attempts } = this.#collected;
    if (attempts === null) return null;
    const report = await this.#amongPackets(session.snapshot(attempts));
    const { pseudonyms } = this.#options;
    if (report === null || pseudonyms === undefined) return report;
    return anonymiseReach(report, anonymiseCapture(report.capture, pseudonyms), pseudonyms);
  }

  /** A report at the end of each interval, until the signal or the end of the requested time. */
  async tell(): Promise<void> {
    const signal = this.#signal;
    const { intervalSeconds = DEFAULT_INTERVAL_SECONDS, durationSeconds } = this.#options;
    const endsAt = this.#beganAt + (durationSeconds ?? Number.POSITIVE_INFINITY) * 1000;
    let dueAt = this.#beganAt;
    let cost = 0;
    for (;;) {
      const now = this.#clock.now();
      dueAt = Math.max(dueAt + intervalSeconds * 1000, now + cost * (LEAST_INTERVAL_PER_COST - 1), now);
      await this.#clock.wait(Math.min(dueAt, endsAt) - now, signal);
      // The last report is built when all packets are in.
      if (signal.aborted || this.#clock.now() >= endsAt) return;
      const startedAt = this.#clock.now();
      const { session } = this.#collected;
      const query = this.#options.flowQuery?.() ?? null;
      const found = await this.inSteps(() => session.snapshot(this.#intervalCollector(query)));
      if (found === null) return;
      const { totals, devices, interval, flows } = found;
      const summary = devices === null ? totals : withDevices(totals, devices);
      const shownFlows = query === null ? null : this.#shownFlows(flows, query);
      this.#tellOne(summary, interval, shownFlows, session.liveFlowCount, false);
      cost = this.#clock.now() - startedAt;
    }
  }

  /** The last report; the summary of everything, including devices. */
  finish(): Summary {
    const { session, traffic, devices, series } = this.#collected;
    const liveFlows = session.liveFlowCount;
    const totals = session.report(traffic);
    const summary = devices === null ? totals : withDevices(totals, session.report(devices));
    return this.#tellOne(summary, session.report(series), null, liveFlows, true);
  }

  /** Lets keys, signals and the clock run between the steps, but no packets; null when monitoring ends. */
  inSteps<T>(begin: () => Steps<T>): Promise<T | null> {
    return this.#gate.whileClosed(async () => {
      // A block that has passed the gate has been counted by then.
      await nextTurn();
      const steps = begin();
      for (;;) {
        if (this.#signal.aborted) return null;
        const step = steps.next();
        if (step.done) return step.value;
        await nextTurn();
      }
    });
  }

  /** Also lets packets in between the steps, for as long as a step took if they keep coming. Null as above. */
  async #amongPackets<T>(steps: Steps<T | null>): Promise<T | null> {
    for (;;) {
      // A closed gate means that packets wait: the sooner that is over, the better.
      await this.#gate.pass();
      if (this.#signal.aborted) {
        steps.return(null);
        return null;
      }
      const beganAt = this.#clock.now();
      const step = steps.next();
      if (step.done) return step.value;
      await this.#countPackets(this.#clock.now() - beganAt);
    }
  }

  /** Lets packets in for at most this many milliseconds, until none has arrived for a moment. */
  async #countPackets(milliseconds: number): Promise<void> {
    const beganAt = this.#clock.now();
    let heardAt = beganAt;
    let now = beganAt;
    do {
      const { session } = this.#collected;
      const { records } = session;
      await nextTurn();
      now = this.#clock.now();
      if (session.records > records) heardAt = now;
    } while (now - beganAt < milliseconds && now - heardAt < QUIET_MS);
  }

  /** All contents of a report, from one walk through the live flows. */
  #intervalCollector(query: LiveFlowQuery | null) {
    const { traffic, devices, series } = this.#collected;
    const isTold = this.#options.tellsDevices === true && devices !== null;
    return new CollectorGroup({
      totals: traffic,
      interval: series,
      devices: isTold ? devices : NOTHING,
      flows: query === null ? NOTHING : this.#flowCollector(query),
    });
  }

  #flowCollector(query: LiveFlowQuery): LiveFlowCollector {
    const { series, services } = this.#collected;
    const { pseudonyms } = this.#options;
    return new LiveFlowCollector(pseudonyms === undefined ? query : hiddenQuery(query), {
      services,
      movedBy: (record) => series.movedBy(record),
      deviceName: (id) => pseudonyms?.deviceId(id) ?? id,
    });
  }

  #shownFlows(live: LiveFlows | null, { search }: LiveFlowQuery): LiveFlows | null {
    const { pseudonyms } = this.#options;
    return live === null || pseudonyms === undefined
      ? live
      : anonymiseLiveFlows(live, search ?? "", pseudonyms);
  }

  #tellOne(
    summary: Summary,
    traffic: IntervalTraffic,
    flows: LiveFlows | null,
    liveFlows: number,
    isLast: boolean,
  ): Summary {
    const now = this.#clock.now();
    // Two reports may be due at the same moment on a clock of whole milliseconds.
    const intervalSeconds = Math.max(now - this.#lastAt, 1) / 1000;
    const { packets, bytes } = summary.capture;
    const { pseudonyms } = this.#options;
    const shown = pseudonyms === undefined ? summary : anonymiseSummary(summary, pseudonyms);
    const shownTraffic = pseudonyms === undefined ? traffic : anonymiseInterval(traffic, pseudonyms);
    this.#rates.update(shownTraffic, shown, intervalSeconds);
    const report: IntervalReport = {
      time: this.#clock.date().toISOString(),
      elapsedSeconds: (now - this.#beganAt) / 1000,
      intervalSeconds,
      isLast,
      interfaces: this.#sources.map(({ name, backend }) => ({
        name: pseudonyms?.interfaceName(name) ?? name,
        backend,
      })),
      packetsPerSecond: (packets - this.#lastPackets) / intervalSeconds,
      bytesPerSecond: (bytes - this.#lastBytes) / intervalSeconds,
      ...totalsOf(this.#sources.map((source) => source.counters())),
      liveFlows,
      summary: shown,
      traffic: shownTraffic,
      flows,
      rates: this.#rates,
    };
    this.#lastAt = now;
    this.#lastPackets = packets;
    this.#lastBytes = bytes;
    this.#options.sink?.flush();
    this.#options.onInterval(report, this);
    return shown;
  }
}

/** With pseudonyms, searches match the shown flows (`#shownFlows`), and the order must not reveal the real names. */
function hiddenQuery({ search: _, order, ...others }: LiveFlowQuery): LiveFlowQuery {
  const tells = order === "originator" || order === "responder" || order === "name";
  return order === undefined || tells ? others : { ...others, order };
}

function totalsOf(counters: readonly LiveCounters[]): LiveTotals {
  const sum = (values: readonly (number | null)[]) =>
    values.reduce((total, value) => (total === null || value === null ? null : total + value), 0);
  return {
    received: counters.reduce((total, { received }) => total + received, 0),
    droppedByKernel: sum(counters.map(({ droppedByKernel }) => droppedByKernel)),
    droppedByInterface: sum(counters.map(({ droppedByInterface }) => droppedByInterface)),
    droppedByUs: counters.reduce((total, { droppedByUs }) => total + droppedByUs, 0),
  };
}
