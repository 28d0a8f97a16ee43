/**
 * Emits the traffic of each bucket of time once it is complete, while interfaces are monitored (docs/contract.md, "Totals over
 * time"): flows are counted by their attribution at that time; those of its last moment after they have lived for ten seconds.
 */
import { inOneStep, type Steps } from "../reports/collector.ts";
import type { BucketRow } from "../reports/history/bucket-row.ts";
import type { HistoryCollector } from "../reports/history/history-collector.ts";
import { bucketStart } from "../reports/series/series-totals.ts";
import type { HistorySink } from "./history-sink.ts";
import type { MonitorClock } from "./monitor-options.ts";
import type { Session } from "./session.ts";

/** Seconds after which a flow counts by its current attribution, even if its first payload has not been evaluated. */
const GRACE_SECONDS = 10;
/** Interval for reading the clock of the day again: it may be set. */
const LONGEST_WAIT_MS = 60_000;

/** Runs steps while no packets are counted; null if the monitoring ends in the meantime. */
type InSteps = <T>(begin: () => Steps<T>) => Promise<T | null>;

export class HistoryTimer {
  readonly #session: Session;
  readonly #collector: HistoryCollector;
  readonly #sink: HistorySink;
  readonly #clock: MonitorClock;

  constructor(session: Session, collector: HistoryCollector, sink: HistorySink, clock: MonitorClock) {
    this.#session = session;
    this.#collector = collector;
    this.#sink = sink;
    this.#clock = clock;
  }

  /** Emits bucket after bucket, until the signal. */
  async tell(inSteps: InSteps, signal: AbortSignal): Promise<void> {
    const { bucketSeconds } = this.#sink;
    let told = this.#closedBefore();
    for (;;) {
      const dueAt = (told + bucketSeconds + GRACE_SECONDS) * 1000;
      const wait = Math.min(Math.max(dueAt - this.#clock.date().getTime(), 1), LONGEST_WAIT_MS);
      await this.#clock.wait(wait, signal);
      if (signal.aborted) return;
      const closedBefore = this.#closedBefore();
      // A clock that was set back restarts from there; a short wait precedes.
      if (closedBefore < told - bucketSeconds) told = closedBefore;
      if (closedBefore <= told) continue;
      told = closedBefore;
      const rows = await inSteps(() => this.#take(closedBefore));
      if (rows === null) return;
      await this.#sink.write(rows, closedBefore);
    }
  }

  /** Emits the rest, when all flows have ended. */
  async finish(): Promise<void> {
    await this.#sink.write(this.#session.report(this.#collector), this.#closedBefore());
  }

  #closedBefore(): number {
    return bucketStart(
      Math.floor(this.#clock.date().getTime() / 1000) - GRACE_SECONDS,
      this.#sink.bucketSeconds,
    );
  }

  #take(before: number): Steps<readonly BucketRow[]> {
    const collector = this.#collector;
    return this.#session.liveFlows<readonly BucketRow[]>({
      add: (flow) => collector.countLive(flow, before),
      snapshot: () => collector,
      report: (reading) => inOneStep(() => collector.takeBefore(before, reading)),
    });
  }
}
