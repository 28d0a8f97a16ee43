/** What is known at the end of an interval of live monitoring, and the line of ndjson that it becomes. */
import type { Evidence, FlowClass } from "../evidence/attribution/evidence.ts";
import type { SourceKind } from "../packets/live/live-source.ts";
import type { LiveFlows } from "../reports/flows/live-flows.ts";
import type { IntervalTraffic } from "../reports/series/live-series.ts";
import type { AppleSummary, Claims, Summary, Traffic } from "../reports/traffic/summary.ts";
import type { LiveRates } from "./live-rates.ts";

/** Name and version of the JSON form. */
export const INTERVAL_SCHEMA = "appleflow/interval@2";

/** Packets of all sources since the begin. */
export interface LiveTotals {
  /** Handed over by the backends, before any filter. */
  readonly received: number;
  /** Lost because the kernel's buffer was full; null where a backend cannot know. */
  readonly droppedByKernel: number | null;
  /** Lost in the network card or its driver; null where a backend cannot know. */
  readonly droppedByInterface: number | null;
  /** Taken from the kernel, but there was no room to hand them over. */
  readonly droppedByUs: number;
}

/** One interface that is captured from. */
export interface LiveInterface {
  readonly name: string;
  readonly backend: SourceKind;
}

/** The state at the end of an interval. Owned by whoever gets it, but for `rates`. */
export interface IntervalReport extends LiveTotals {
  /** RFC 3339, UTC, milliseconds. */
  readonly time: string;
  /** Since monitoring began. */
  readonly elapsedSeconds: number;
  /** How long this interval was: longer than asked for where a summary takes long. */
  readonly intervalSeconds: number;
  /** Whether monitoring has ended with it. */
  readonly isLast: boolean;
  readonly interfaces: readonly LiveInterface[];
  /** In this interval, of the packets that count. */
  readonly packetsPerSecond: number;
  readonly bytesPerSecond: number;
  readonly liveFlows: number;
  /** Of everything since the begin; with the devices in the last one, and where they were asked for. */
  readonly summary: Summary;
  /** What was told in this interval, by group and device. */
  readonly traffic: IntervalTraffic;
  /** The live flows that were asked for; null where none were, and in the last one. */
  readonly flows: LiveFlows | null;
  /** Borrowed until the next report. */
  readonly rates: LiveRates;
}

/** One product in `IntervalRecord`: what it has since monitoring began, by how that is known. */
export interface IntervalProduct extends Claims {
  readonly product: string;
  /** Of what evidence names it for (`identified` and `oneOf`), in this interval. */
  readonly bytesPerSecond: number;
  /** Bytes of `identified` and `oneOf` by what decided. */
  readonly byEvidence: Readonly<Partial<Record<Evidence, number>>>;
}

/** One class in `IntervalRecord`: its traffic since monitoring began. */
export interface IntervalClass extends Traffic {
  /** In this interval. */
  readonly bytesPerSecond: number;
}

/** A line of `appleflow live` where standard output is no terminal: schema `appleflow/interval@2`. */
export interface IntervalRecord extends LiveTotals {
  readonly schema: typeof INTERVAL_SCHEMA;
  readonly time: string;
  readonly elapsedSeconds: number;
  readonly interfaces: readonly LiveInterface[];
  readonly packetsPerSecond: number;
  readonly bytesPerSecond: number;
  readonly liveFlows: number;
  /** Bytes, since monitoring began, that were told in rates of another class or product than that of their flow by now. */
  readonly retold: number;
  readonly classes: Readonly<Record<FlowClass, IntervalClass>>;
  /** As in the summary: how much is Apple's since monitoring began. */
  readonly apple: AppleSummary;
  /** In the order of the summary: by bytes that are named, then by those that are possible, then by name. */
  readonly products: readonly IntervalProduct[];
}

/**
 * The line of JSON of a report, owned by the caller. Rates are rounded to thousandths.
 *
 * @example
 * ```ts
 * import { intervalRecord, monitor, openLive } from "appleflow";
 *
 * await monitor([await openLive("en0", "auto")], {
 *   intervalSeconds: 10,
 *   onInterval: (report) => console.log(JSON.stringify(intervalRecord(report))),
 * });
 * ```
 */
export function intervalRecord(report: IntervalReport): IntervalRecord {
  const { rates, summary } = report;
  const classes = Object.entries(summary.classes) as [FlowClass, Traffic][];
  return {
    schema: INTERVAL_SCHEMA,
    time: report.time,
    elapsedSeconds: round(report.elapsedSeconds),
    interfaces: report.interfaces,
    packetsPerSecond: round(report.packetsPerSecond),
    bytesPerSecond: round(report.bytesPerSecond),
    received: report.received,
    droppedByKernel: report.droppedByKernel,
    droppedByInterface: report.droppedByInterface,
    droppedByUs: report.droppedByUs,
    liveFlows: report.liveFlows,
    retold: report.traffic.retold,
    classes: Object.fromEntries(
      classes.map(([name, traffic]) => [
        name,
        { ...traffic, bytesPerSecond: round(rates.classes.rateOf(name)) },
      ]),
    ) as Record<FlowClass, IntervalClass>,
    apple: summary.apple,
    products: summary.products.map(({ product, identified, oneOf, possible, possibleOnly, byEvidence }) => ({
      product,
      bytesPerSecond: round(rates.products.rateOf(product)),
      identified,
      oneOf,
      possible,
      possibleOnly,
      byEvidence,
    })),
  };
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
