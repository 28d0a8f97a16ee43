/** The report at the end of an interval of live monitoring, and its line of ndjson. */
import type { Evidence, FlowClass } from "../evidence/attribution/evidence.ts";
import type { SourceKind } from "../packets/live/live-source.ts";
import type { LiveFlows } from "../reports/flows/live-flows.ts";
import type { IntervalTraffic } from "../reports/series/live-series.ts";
import type { AppleSummary, Claims, Summary, Traffic } from "../reports/traffic/summary.ts";
import type { LiveRates } from "./live-rates.ts";

/** Name and version of the JSON form. */
export const INTERVAL_SCHEMA = "appleflow/interval@2";

/** Packets of all sources since the start. */
export interface LiveTotals {
  /** Received from the backends, before any filter. */
  readonly received: number;
  /** Lost because the kernel's buffer was full; null if a backend does not report it. */
  readonly droppedByKernel: number | null;
  /** Lost in the network card or its driver; null if a backend does not report it. */
  readonly droppedByInterface: number | null;
  /** Captured, but dropped because this program's buffer was full. */
  readonly droppedByUs: number;
}

/** One captured interface. */
export interface LiveInterface {
  readonly name: string;
  readonly backend: SourceKind;
}

/** The state at the end of an interval. Owned by the receiver, except `rates`. */
export interface IntervalReport extends LiveTotals {
  /** RFC 3339, UTC, milliseconds. */
  readonly time: string;
  /** Seconds since monitoring began. */
  readonly elapsedSeconds: number;
  /** Length of this interval: longer than requested if a summary takes long. */
  readonly intervalSeconds: number;
  /** Whether it is the last report. */
  readonly isLast: boolean;
  readonly interfaces: readonly LiveInterface[];
  /** In this interval, of packets that count. */
  readonly packetsPerSecond: number;
  readonly bytesPerSecond: number;
  readonly liveFlows: number;
  /** Totals since the start; with devices in the last report, and if requested. */
  readonly summary: Summary;
  /** Traffic counted in this interval, by group and device. */
  readonly traffic: IntervalTraffic;
  /** The requested live flows; null if none were requested, and in the last report. */
  readonly flows: LiveFlows | null;
  /** Borrowed until the next report. */
  readonly rates: LiveRates;
}

/** One product in `IntervalRecord`: its traffic since monitoring began, by how it is known. */
export interface IntervalProduct extends Claims {
  readonly product: string;
  /** Bytes named by evidence (`identified` and `oneOf`), in this interval. */
  readonly bytesPerSecond: number;
  /** Bytes of `identified` and `oneOf` by the deciding evidence. */
  readonly byEvidence: Readonly<Partial<Record<Evidence, number>>>;
}

/** One class in `IntervalRecord`: its traffic since monitoring began. */
export interface IntervalClass extends Traffic {
  /** In this interval. */
  readonly bytesPerSecond: number;
}

/** A line of `appleflow live` if standard output is not a terminal: schema `appleflow/interval@2`. */
export interface IntervalRecord extends LiveTotals {
  readonly schema: typeof INTERVAL_SCHEMA;
  readonly time: string;
  readonly elapsedSeconds: number;
  readonly interfaces: readonly LiveInterface[];
  readonly packetsPerSecond: number;
  readonly bytesPerSecond: number;
  readonly liveFlows: number;
  /** Bytes, since monitoring began, that rates counted under another class or product than that of their flow by now. */
  readonly retold: number;
  readonly classes: Readonly<Record<FlowClass, IntervalClass>>;
  /** As in the summary: Apple's share since monitoring began. */
  readonly apple: AppleSummary;
  /** In the order of the summary: by named bytes, then by possible bytes, then by name. */
  readonly products: readonly IntervalProduct[];
}

/**
 * Returns the JSON line of a report, owned by the caller. Rates are rounded to thousandths.
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
