/** Data sent to the page, as JSON: reports in their own shapes, and texts for them. Names are hostile text. */
import type { IntervalRecord } from "../engine/interval-report.ts";
import type { FlowClass } from "../evidence/attribution/evidence.ts";
import type { LiveFlows } from "../reports/flows/live-flows.ts";
import type { HistoryGrouping } from "../reports/history/history-report.ts";
import type { DirectionBytes } from "../reports/series/live-series.ts";
import type { Summary, Traffic } from "../reports/traffic/summary.ts";

/** Traffic of a family, or of a class without a name, in one column. */
export interface ColumnPart {
  readonly name: string;
  readonly class: FlowClass;
  readonly bytes: number;
}

/** A few seconds of the last hour. */
export interface FeedColumn {
  /** Seconds since 1970. */
  readonly start: number;
  /** Number of seconds that it covers so far. */
  readonly seconds: number;
  readonly parts: readonly ColumnPart[];
}

/** A section of the report, without its rows. */
export interface FeedSection {
  readonly kind: string;
  readonly title: string;
  readonly total: Traffic;
}

/** Traffic of a device in the interval. Bytes. */
export interface FeedDevice {
  readonly id: string;
  readonly sent: number;
  readonly received: number;
}

/** The event `interval`: the state at the end of one. */
export interface FeedInterval {
  readonly interval: IntervalRecord;
  readonly intervalSeconds: number;
  /** Only the devices and groups with the most bytes. */
  readonly summary: Summary;
  readonly deviceCount: number;
  /** The whole capture, each byte in one section. */
  readonly sections: readonly FeedSection[];
  /** Names of groups, by id. */
  readonly groupNames: Readonly<Record<string, string>>;
  readonly devices: readonly FeedDevice[];
  readonly directions: DirectionBytes | null;
  /** The newest column of the last hour; replaces the one with the same start. */
  readonly column: FeedColumn;
  readonly isLast: boolean;
}

/** The event `history`: the last hour, oldest first. */
export interface FeedHistory {
  readonly columns: readonly FeedColumn[];
}

/** The answer of `/api/flows`. */
export interface FeedFlows extends LiveFlows {
  readonly intervalSeconds: number;
}

/** The answer of `/api/why`: the text of `--explain`. */
export interface FeedWhy {
  readonly text: string;
}

/** The answer of `POST /api/capture`. */
export interface FeedDropped {
  /** Path of its report. */
  readonly path: string;
  readonly name: string;
  readonly packets: number;
}

/** A failure, in words. */
export interface FeedFailure {
  readonly title: string;
  readonly meaning: string | null;
  readonly seen: readonly string[];
  readonly more: number;
  readonly cause: string | null;
  readonly rule: string | null;
  readonly command: string | null;
  /** First and last attempt, RFC 3339; null: unknown. */
  readonly since: string | null;
  readonly last: string | null;
}

/** What works, or is unclear. */
export interface FeedReached {
  readonly label: string;
  readonly verdict: string;
  readonly clients: number;
}

/** The answer of `/api/reach`. */
export interface FeedReach {
  readonly headline: string;
  readonly failing: readonly FeedFailure[];
  readonly dependent: string | null;
  readonly works: readonly FeedReached[];
  readonly unclear: readonly FeedReached[];
  readonly clients: readonly {
    readonly client: string;
    readonly works: number;
    readonly fails: readonly string[];
  }[];
  readonly notes: readonly string[];
  readonly untried: string;
}

/** One row of a history result: as in `appleflow/history@1`, with its traffic some weeks earlier. */
export interface FeedPastRow {
  /** Hostile text. */
  readonly name: string;
  readonly isNamed: boolean;
  /** null by device and by sensor. */
  readonly class: string | null;
  readonly deviceId: string | null;
  /** By product: the only one that evidence names. */
  readonly product: string | null;
  readonly bytes: number;
  readonly sent: number;
  readonly received: number;
  /** Bytes then; null: no comparison, or nothing was recorded then. */
  readonly before: number | null;
}

/** An area of the chart: one row, or several together. */
export interface FeedPastArea {
  readonly name: string;
  readonly isNamed: boolean;
  readonly class: string | null;
  /** Whether it contains all named rows without their own area. */
  readonly isRest: boolean;
  /** Bytes of each column. */
  readonly bytes: readonly number[];
  readonly total: number;
}

/** The time of comparison. */
export interface FeedPastBefore {
  /** Number of weeks earlier. */
  readonly weeks: number;
  /** Seconds since 1970. */
  readonly from: number;
  readonly to: number;
  /** Bytes; null: nothing was recorded then. */
  readonly total: number | null;
  /** Start of the history if it is within that time; else null. */
  readonly begins: number | null;
  /** Length of that time's buckets in seconds, if longer than those of the chart; else null. */
  readonly keptSeconds: number | null;
}

/** The queried time. */
export interface FeedPastTime {
  /** One of `HISTORY_RANGES`; null: explicit start and end. */
  readonly range: string | null;
  /** Seconds since 1970. */
  readonly from: number;
  readonly to: number;
  /** The time span of the history; null if it is empty. */
  readonly start: number | null;
  readonly end: number | null;
}

/** The answer of `/api/history`. */
export interface FeedPast extends FeedPastTime {
  readonly by: HistoryGrouping;
  /** Length of a column in seconds, and the start of the first one. */
  readonly everySeconds: number;
  readonly firstColumn: number;
  readonly columns: number;
  readonly areas: readonly FeedPastArea[];
  /** Those with the most bytes. */
  readonly rows: readonly FeedPastRow[];
  readonly rowCount: number;
  /** Bytes, each counted once; for one device those that it sent and received. */
  readonly total: number;
  readonly retold: number;
  readonly before: FeedPastBefore | null;
  readonly sensors: readonly string[];
  /** Names that nothing in the history has. */
  readonly unknown: readonly string[];
}

/** The answer of `/api/history/choices`: available choices in a time, by bytes. */
export interface FeedChoices {
  readonly devices: readonly { readonly id: string; readonly name: string }[];
  readonly products: readonly string[];
  readonly sensors: readonly string[];
}

/** The answer of `/api/history/devices`. */
export interface FeedPastDevices extends FeedPastTime {
  /** Those with the most bytes. */
  readonly devices: readonly {
    readonly id: string;
    readonly name: string;
    readonly sent: number;
    readonly received: number;
    /** Bytes by product, if evidence names one alone. */
    readonly products: Readonly<Record<string, number>>;
  }[];
  readonly deviceCount: number;
}
