/** A monitor that runs on a clock of the test's, with all that it has told. */
import { openCapture } from "../../src/capture/open-capture.ts";
import type { IntervalReport } from "../../src/live/interval-report.ts";
import { type LiveView, type MonitorOptions, monitor } from "../../src/monitor.ts";
import type { Summary } from "../../src/summary/summary.ts";
import { appleList, appleRules } from "./analyze.ts";
import { type FakeLiveOptions, FakeLiveSource } from "./fake-live-source.ts";
import { ManualClock } from "./manual-clock.ts";

export const OFFICE = "fixtures/office-morning.pcapng";
/** Seconds of silence that end a flow; as `summarize` has it. */
export const IDLE = 3600;

export class RunningMonitor {
  readonly clock = new ManualClock();
  readonly reports: IntervalReport[] = [];
  readonly ending = new AbortController();
  readonly summary: Promise<Summary>;
  view: LiveView | null = null;

  constructor(sources: readonly FakeLiveSource[], options: Partial<MonitorOptions> = {}) {
    this.summary = monitor(sources, {
      services: appleList,
      rules: appleRules,
      idleTimeoutSeconds: IDLE,
      maxFlows: 2000,
      clock: this.clock,
      signal: this.ending.signal,
      onInterval: (report, view) => {
        this.reports.push(report);
        this.view = view;
      },
      ...options,
    });
    this.summary.catch(() => {});
  }

  async end(): Promise<Summary> {
    this.ending.abort();
    return await this.summary;
  }
}

/** An interface with the packets of the office fixture. */
export async function officeSource(options: FakeLiveOptions = {}) {
  return new FakeLiveSource(await openCapture(OFFICE), options);
}
