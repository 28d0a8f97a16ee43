/** A monitor on a test clock, with all its reports. */
import type { IntervalReport } from "../../src/engine/interval-report.ts";
import { monitor } from "../../src/engine/monitor.ts";
import type { LiveView, MonitorOptions } from "../../src/engine/monitor-options.ts";
import type { Summary } from "../../src/reports/traffic/summary.ts";
import { appleList, appleRules } from "./analyze.ts";
import type { FakeLiveSource } from "./fake-live-source.ts";
import { ManualClock } from "./manual-clock.ts";

/** Idle timeout in seconds, as in `summarize`. */
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
