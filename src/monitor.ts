/**
 * Live monitoring: reads live sources all at once into one analysis, tells at the end of each interval what is known,
 * and ends with the summary that `summarize` would give for the same packets.
 */
import { setImmediate as nextTurn, setTimeout as pause } from "node:timers/promises";
import { Analysis, type Steps } from "./analysis.ts";
import { anonymiseLiveFlows } from "./anonymise/anonymous-live-flows.ts";
import { anonymiseReach } from "./anonymise/anonymous-reach.ts";
import { anonymiseCapture, anonymiseSummary } from "./anonymise/anonymous-summary.ts";
import type { Pseudonyms } from "./anonymise/pseudonyms.ts";
import type { LiveCounters, LiveSource } from "./capture/live/live-source.ts";
import type { InputError } from "./errors.ts";
import { compileFilter } from "./filter/compile-filter.ts";
import { DEFAULT_MAX_FLOWS } from "./flows/flow-table.ts";
import type { IntervalReport, LiveTotals } from "./live/interval-report.ts";
import { ProductRates } from "./live/product-rates.ts";
import { ReadingGate } from "./live/reading-gate.ts";
import { packetSelector } from "./live/select-packets.ts";
import { type PacketSink, watchSource } from "./live/watched-source.ts";
import { loadProductNeeds } from "./reach/load-product-needs.ts";
import { ReachCollector } from "./reach/reach-collector.ts";
import type { EvidenceRules } from "./rules/evidence-rules.ts";
import { loadEvidenceRules } from "./rules/load-evidence-rules.ts";
import { loadServiceTable } from "./services/load-service-table.ts";
import type { ServiceTable } from "./services/service-table.ts";
import type { LiveFlows } from "./summary/live-flows.ts";
import type { ReachReport } from "./summary/reach-report.ts";
import type { Summary } from "./summary/summary.ts";

/** Seconds of silence that end a flow: what is shown as live should be, and memory follows it for days. */
export const DEFAULT_LIVE_IDLE_TIMEOUT_SECONDS = 300;
const DEFAULT_INTERVAL_SECONDS = 1;
/** An interval lasts at least so many times as long as its report takes to make. */
const LEAST_INTERVAL_PER_COST = 10;

/** Time as monitoring needs it. */
export interface MonitorClock {
  /** Milliseconds since any moment; never goes back. */
  now(): number;
  /** The time of day. */
  date(): Date;
  /** Resolves after so many milliseconds, or when the signal is aborted. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** What can be asked of a monitor while it runs. */
export interface LiveView {
  /**
   * The live flows that may be a product's: the `limit` with most bytes. Goes through all live flows; null when the
   * monitoring ends meanwhile.
   */
  productFlows(product: string, limit: number): Promise<LiveFlows | null>;
  /**
   * Which of Apple's services could be reached since the begin, by what ended flows and live ones show. Goes through all
   * live flows; null where `watchesReach` was not asked for, or the monitoring ends meanwhile.
   */
  reach(): Promise<ReachReport | null>;
}

export interface MonitorOptions {
  /** As in `SummarizeOptions`. */
  readonly services?: ServiceTable;
  readonly rules?: EvidenceRules | null;
  /** Seconds without a packet that end a flow (default 300). */
  readonly idleTimeoutSeconds?: number;
  /** Flows that may be live at once (default 2,000,000). */
  readonly maxFlows?: number;
  /** Only packets that match, in the language of `SummarizeOptions.filter`. */
  readonly filter?: string;
  /** Seconds between reports (default 1); they stretch where a report takes more than a tenth of it. */
  readonly intervalSeconds?: number;
  /** Ends after so many seconds. */
  readonly durationSeconds?: number;
  /** Ends after so many packets that match. */
  readonly maxPackets?: number;
  /** Ends when it is aborted, after the packets that were already taken. */
  readonly signal?: AbortSignal;
  /** Whether `LiveView.reach` is wanted, which costs a look at every packet. */
  readonly watchesReach?: boolean;
  /** As in `SummarizeOptions`, for all that is told; packets that `sink` gets are as they came. */
  readonly pseudonyms?: Pseudonyms;
  /** Gets every packet that counts. */
  readonly sink?: PacketSink;
  /** Sources that could not be opened: the summary tells of them. */
  readonly failures?: readonly { readonly name: string; readonly error: InputError }[];
  readonly clock?: MonitorClock;
  /** Called at the end of every interval, and once more at the end. What it throws ends the monitoring. */
  readonly onInterval: (report: IntervalReport, view: LiveView) => void;
}

const SYSTEM_CLOCK: MonitorClock = {
  now: () => performance.now(),
  date: () => new Date(),
  wait: (milliseconds, signal) => pause(milliseconds, undefined, { signal }).catch(() => undefined),
};

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
    const reports = new Reports(analysis, sources, gate, ending.signal, options);
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

/** Makes the reports, each from what has changed since the one before. */
class Reports implements LiveView {
  readonly #analysis: Analysis;
  readonly #sources: readonly LiveSource[];
  readonly #gate: ReadingGate;
  readonly #signal: AbortSignal;
  readonly #options: MonitorOptions;
  readonly #clock: MonitorClock;
  readonly #rates = new ProductRates();
  readonly #beganAt: number;
  #lastAt: number;
  #lastPackets = 0;
  #lastBytes = 0;

  constructor(
    analysis: Analysis,
    sources: readonly LiveSource[],
    gate: ReadingGate,
    signal: AbortSignal,
    options: MonitorOptions,
  ) {
    this.#analysis = analysis;
    this.#sources = sources;
    this.#gate = gate;
    this.#signal = signal;
    this.#options = options;
    this.#clock = options.clock ?? SYSTEM_CLOCK;
    this.#beganAt = this.#clock.now();
    this.#lastAt = this.#beganAt;
  }

  async productFlows(product: string, limit: number): Promise<LiveFlows | null> {
    const live = await this.#inSteps(() =>
      this.#analysis.liveFlowSteps(limit, ({ candidates }) =>
        candidates.some(({ name }) => name === product),
      ),
    );
    const { pseudonyms } = this.#options;
    return live === null || pseudonyms === undefined ? live : anonymiseLiveFlows(live, pseudonyms);
  }

  async reach(): Promise<ReachReport | null> {
    const report = await this.#inSteps(() => this.#analysis.reachSteps());
    const { pseudonyms } = this.#options;
    if (report === null || pseudonyms === undefined) return report;
    return anonymiseReach(report, anonymiseCapture(report.capture, pseudonyms), pseudonyms);
  }

  /** A report at the end of each interval, until the signal or the end of the time that was asked for. */
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
      // The last report is made when all packets are in.
      if (signal.aborted || this.#clock.now() >= endsAt) return;
      const startedAt = this.#clock.now();
      const summary = await this.#inSteps(() => this.#analysis.snapshotSteps());
      if (summary === null) return;
      this.#tellOne(this.#shown(summary), this.#analysis.liveFlowCount, false);
      cost = this.#clock.now() - startedAt;
    }
  }

  /** The last report; the summary of everything. */
  finish(): Summary {
    const liveFlows = this.#analysis.liveFlowCount;
    const summary = this.#shown(this.#analysis.finish());
    this.#tellOne(summary, liveFlows, true);
    return summary;
  }

  /** Lets keys, signals and the clock in between the steps, but no packets; null when the end has come. */
  #inSteps<T>(begin: () => Steps<T>): Promise<T | null> {
    return this.#gate.whileClosed(async () => {
      // A block that is past the gate has been counted by then.
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

  #shown(summary: Summary): Summary {
    const { pseudonyms } = this.#options;
    return pseudonyms === undefined ? summary : anonymiseSummary(summary, pseudonyms);
  }

  #tellOne(summary: Summary, liveFlows: number, isLast: boolean): void {
    const now = this.#clock.now();
    // Two reports may be due at the same moment by a clock of whole milliseconds.
    const intervalSeconds = Math.max(now - this.#lastAt, 1) / 1000;
    const { packets, bytes } = summary.capture;
    this.#rates.update(summary, intervalSeconds);
    const report: IntervalReport = {
      time: this.#clock.date().toISOString(),
      elapsedSeconds: (now - this.#beganAt) / 1000,
      intervalSeconds,
      isLast,
      interfaces: this.#sources.map(({ name, backend }) => ({
        name: this.#options.pseudonyms?.interfaceName(name) ?? name,
        backend,
      })),
      packetsPerSecond: (packets - this.#lastPackets) / intervalSeconds,
      bytesPerSecond: (bytes - this.#lastBytes) / intervalSeconds,
      ...totalsOf(this.#sources.map((source) => source.counters())),
      liveFlows,
      summary,
      rates: this.#rates,
    };
    this.#lastAt = now;
    this.#lastPackets = packets;
    this.#lastBytes = bytes;
    this.#options.sink?.flush();
    this.#options.onInterval(report, this);
  }
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
