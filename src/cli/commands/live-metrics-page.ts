/** `live --metrics`: the page that a monitoring system reads. */
import type { IntervalReport } from "../../engine/interval-report.ts";
import type { LiveView } from "../../engine/monitor-options.ts";
import { reasonOf } from "../../errors.ts";
import type { ListenAddress } from "../../http/local-server.ts";
import { LiveMetrics } from "../../metrics/live-metrics.ts";
import { MetricsServer } from "../../metrics/metrics-server.ts";
import { UsageError } from "../environment.ts";

/** Determining verdicts takes a walk through all live flows. */
const REACH_INTERVAL_SECONDS = 60;

/** A running metrics page. */
export class LiveMetricsPage {
  readonly url: string;
  readonly #metrics: LiveMetrics;
  readonly #server: MetricsServer;
  #reachAt = Number.NEGATIVE_INFINITY;

  private constructor(metrics: LiveMetrics, server: MetricsServer) {
    this.#metrics = metrics;
    this.#server = server;
    this.url = server.url;
  }

  /** Starts serving. Throws `UsageError` if that is not possible. */
  static async open(address: ListenAddress, mostDevices: number): Promise<LiveMetricsPage> {
    let metrics: LiveMetrics;
    try {
      metrics = await LiveMetrics.create(mostDevices);
    } catch {
      throw new UsageError(
        "--metrics needs the package prom-client: npm install prom-client@15 (with --global where appleflow is installed globally)",
      );
    }
    try {
      return new LiveMetricsPage(metrics, await MetricsServer.listen(address, metrics));
    } catch (error) {
      throw new UsageError(`--metrics ${address.host}:${address.port}: ${reasonOf(error)}`);
    }
  }

  /** Updates the page with a report. */
  show(report: IntervalReport, view: LiveView): void {
    this.#metrics.update(report);
    if (report.isLast || report.elapsedSeconds - this.#reachAt < REACH_INTERVAL_SECONDS) return;
    this.#reachAt = report.elapsedSeconds;
    void view.reach().then((reach) => {
      if (reach !== null) this.#metrics.updateReach(reach);
    });
  }

  close(): void {
    this.#server.close();
  }
}
