/** The page of `live`: sends each interval, and answers its look-ups, one at a time. */
import type { IncomingMessage } from "node:http";
import type { IntervalReport } from "../engine/interval-report.ts";
import { intervalRecord } from "../engine/interval-report.ts";
import type { LiveView } from "../engine/monitor-options.ts";
import type { ReadingOptions } from "../engine/reading-options.ts";
import type { Advice } from "../knowledge/advice/advice.ts";
import { renderExplanation } from "../render/render-explanation.ts";
import { groupNames, reportSections, sectionTitle } from "../render/report-sections.ts";
import type { HistoryPlace } from "../reports/history/history-report.ts";
import { type DropOutcome, DroppedCaptures } from "./dropped-captures.ts";
import { eventText } from "./event-streams.ts";
import { flowEndsOf, flowQueryOf } from "./flow-questions.ts";
import { HistoryLookUps } from "./history-lookups.ts";
import { LastHour } from "./last-hour.ts";
import type { FeedFlows, FeedHistory, FeedInterval, FeedReach, FeedWhy } from "./page-feed.ts";
import { PageServer, type PageSource } from "./page-server.ts";
import type { PageSetting } from "./page-setting.ts";
import { feedReach } from "./reach-words.ts";

/** Minimum seconds between events: nobody reads faster, and each requires a walk through all groups. */
const LEAST_SECONDS = 0.9;
/** A walk through all live flows, or building an event, is followed by a pause of this multiple of its time. */
const COSTS_APART = 9;
/** Maximum number of devices and groups sent to the page, those with the most bytes. */
const MOST_DEVICES = 1_000;
const MOST_GROUPS = 2_000;
/** Maximum number of queued look-ups; further ones are refused. */
const MOST_WAITING = 32;

/** A page that is served while monitoring continues. */
export class LivePage implements PageSource {
  readonly #advice: Advice;
  readonly #dropped: DroppedCaptures;
  readonly #history: HistoryLookUps | null;
  readonly #lastHour = new LastHour();
  #server: PageServer | null = null;
  #view: LiveView | null = null;
  #report: IntervalReport | null = null;
  /** Built only while a page is open: for a large network it has a megabyte. */
  #latest = () => "";
  #sentAt = Number.NEGATIVE_INFINITY;
  #notBefore = 0;
  /** The last look-up that was started. */
  #looking: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  private constructor(advice: Advice, reading: ReadingOptions, history: HistoryPlace | null) {
    this.#history = history && new HistoryLookUps(history, Date.now);
    this.#advice = advice;
    this.#dropped = new DroppedCaptures(reading, advice);
  }

  /**
   * Starts serving. `reading`: options for dropped captures; `history`: for queries of earlier days. Rejects with
   * the system's error if that is not possible.
   */
  static async open(
    { address, files, token, advice }: PageSetting,
    reading: ReadingOptions,
    history: HistoryPlace | null,
  ): Promise<LivePage> {
    const page = new LivePage(advice, reading, history);
    page.#server = await PageServer.listen(address, files, token, page);
    return page;
  }

  get url(): string {
    return this.#server?.url ?? "";
  }

  /** Receives a report. */
  show(report: IntervalReport, view: LiveView): void {
    const column = this.#lastHour.add(report);
    this.#view = report.isLast ? null : view;
    this.#report = report;
    const isDue =
      report.elapsedSeconds - this.#sentAt >= LEAST_SECONDS && performance.now() >= this.#notBefore;
    if (!isDue && !report.isLast) return;
    this.#sentAt = report.elapsedSeconds;
    let text: string | null = null;
    this.#latest = () => {
      if (text !== null) return text;
      const beganAt = performance.now();
      text = eventText("interval", feedInterval(report, column));
      const now = performance.now();
      this.#notBefore = now + COSTS_APART * (now - beganAt);
      return text;
    };
    if (this.#server?.isWatched) this.#server.send(this.#latest());
  }

  firstEvents(): string {
    const history: FeedHistory = { columns: this.#lastHour.columns };
    return eventText("history", history) + this.#latest();
  }

  lookUp(path: string, asked: URLSearchParams): Promise<unknown> | undefined {
    switch (path) {
      case "/api/flows":
        return this.#inTurn((view) => this.#flows(view, asked));
      case "/api/why":
        return this.#inTurn((view) => why(view, asked));
      case "/api/reach":
        return this.#inTurn((view) => this.#reach(view));
      default:
        return this.#history?.lookUp(path, asked);
    }
  }

  take(request: IncomingMessage, name: string): Promise<DropOutcome> {
    return this.#dropped.take(request, name);
  }

  report(path: string): string | undefined {
    return this.#dropped.report(path);
  }

  close(): void {
    this.#server?.close();
  }

  async #flows(view: LiveView, asked: URLSearchParams): Promise<FeedFlows | null> {
    const flows = await view.flows(flowQueryOf(asked));
    return flows && { ...flows, intervalSeconds: this.#report?.intervalSeconds ?? 1 };
  }

  async #reach(view: LiveView): Promise<FeedReach | null> {
    const report = await view.reach();
    return report && feedReach(report, this.#advice);
  }

  /** Look-ups walk through all live flows while packets wait: one after the other, with pauses in between. */
  #inTurn<T>(look: (view: LiveView) => Promise<T | null>): Promise<T | null> {
    if (this.#waiting >= MOST_WAITING) return Promise.resolve(null);
    this.#waiting++;
    const before = this.#looking;
    const found = before.then(async () => {
      this.#waiting--;
      return this.#view === null ? null : await look(this.#view);
    });
    this.#looking = before.then(async () => {
      const beganAt = performance.now();
      await found;
      const cost = performance.now() - beganAt;
      await new Promise((resolve) => setTimeout(resolve, COSTS_APART * cost).unref());
    });
    return found;
  }
}

async function why(view: LiveView, asked: URLSearchParams): Promise<FeedWhy | null> {
  const ends = flowEndsOf(asked);
  const found = ends && (await view.explain(ends));
  return found && { text: renderExplanation(found.flow, found.explanation, null).trimEnd() };
}

function feedInterval(report: IntervalReport, column: FeedInterval["column"]): FeedInterval {
  const { summary, traffic, intervalSeconds, isLast } = report;
  return {
    interval: intervalRecord(report),
    intervalSeconds,
    summary: {
      ...summary,
      groups: summary.groups.slice(0, MOST_GROUPS),
      devices: summary.devices.slice(0, MOST_DEVICES),
    },
    deviceCount: summary.devices.length,
    sections: reportSections(summary)
      .filter(({ total }) => total.packets > 0)
      .map(({ kind, total }) => ({ kind, title: sectionTitle(kind, summary), total })),
    groupNames: Object.fromEntries(groupNames(summary)),
    devices: traffic.devices.map(({ id, sent, received }) => ({ id, sent, received })),
    directions: traffic.directions,
    column,
    isLast,
  };
}
