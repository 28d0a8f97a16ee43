/** What the page is told, as JSON: reports in their own shapes, and the words that go with them. Names are hostile text. */
import type { IntervalRecord } from "../engine/interval-report.ts";
import type { FlowClass } from "../evidence/attribution/evidence.ts";
import type { LiveFlows } from "../reports/flows/live-flows.ts";
import type { HistoryGrouping } from "../reports/history/history-report.ts";
import type { DirectionBytes } from "../reports/series/live-series.ts";
import type { Summary, Traffic } from "../reports/traffic/summary.ts";

/** What a family, or a class that names none, has moved in one column. */
export interface ColumnPart {
  readonly name: string;
  readonly class: FlowClass;
  readonly bytes: number;
}

/** A few seconds of the last hour. */
export interface FeedColumn {
  /** Seconds since 1970. */
  readonly start: number;
  /** How many seconds it has been filled for. */
  readonly seconds: number;
  readonly parts: readonly ColumnPart[];
}

/** A section of the report, without its rows. */
export interface FeedSection {
  readonly kind: string;
  readonly title: string;
  readonly total: Traffic;
}

/** What a device moved in the interval. Bytes. */
export interface FeedDevice {
  readonly id: string;
  readonly sent: number;
  readonly received: number;
}

/** The event `interval`: what is known at the end of one. */
export interface FeedInterval {
  readonly interval: IntervalRecord;
  readonly intervalSeconds: number;
  /** With the devices and groups of most bytes only. */
  readonly summary: Summary;
  readonly deviceCount: number;
  /** The whole capture, each byte in one of them. */
  readonly sections: readonly FeedSection[];
  /** What groups are called, by id. */
  readonly groupNames: Readonly<Record<string, string>>;
  readonly devices: readonly FeedDevice[];
  readonly directions: DirectionBytes | null;
  /** The newest column of the last hour; it takes the place of one with the same start. */
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
  /** Where its report is. */
  readonly path: string;
  readonly name: string;
  readonly packets: number;
}

/** What fails, in words. */
export interface FeedFailure {
  readonly title: string;
  readonly meaning: string | null;
  readonly seen: readonly string[];
  readonly more: number;
  readonly cause: string | null;
  readonly rule: string | null;
  readonly command: string | null;
  /** When it was tried first and last, RFC 3339; null: nobody knows. */
  readonly since: string | null;
  readonly last: string | null;
}

/** What works, or cannot be told. */
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

/** One row of what a history answers: as in `appleflow/history@1`, with what it was some weeks before. */
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
  /** Bytes before; null: nothing is compared, or nothing was recorded then. */
  readonly before: number | null;
}

/** An area of the chart: one row, or several together. */
export interface FeedPastArea {
  readonly name: string;
  readonly isNamed: boolean;
  readonly class: string | null;
  /** Whether it is all that is named and has no area of its own. */
  readonly isRest: boolean;
  /** Bytes of each column. */
  readonly bytes: readonly number[];
  readonly total: number;
}

/** What the answer is compared with. */
export interface FeedPastBefore {
  /** So many weeks earlier. */
  readonly weeks: number;
  /** Seconds since 1970. */
  readonly from: number;
  readonly to: number;
  /** Bytes; null: nothing was recorded then. */
  readonly total: number | null;
  /** Where the history begins within that time; else null. */
  readonly begins: number | null;
  /** Seconds of the buckets that are kept of it, where they are longer than those of the chart; else null. */
  readonly keptSeconds: number | null;
}

/** Of what time a history is asked. */
export interface FeedPastTime {
  /** One of `HISTORY_RANGES`; null: from a time to another one. */
  readonly range: string | null;
  /** Seconds since 1970. */
  readonly from: number;
  readonly to: number;
  /** Of what time the history has anything; null: of none. */
  readonly start: number | null;
  readonly end: number | null;
}

/** The answer of `/api/history`. */
export interface FeedPast extends FeedPastTime {
  readonly by: HistoryGrouping;
  /** Seconds of a column, and when the first one begins. */
  readonly everySeconds: number;
  readonly firstColumn: number;
  readonly columns: number;
  readonly areas: readonly FeedPastArea[];
  /** Those with most bytes. */
  readonly rows: readonly FeedPastRow[];
  readonly rowCount: number;
  /** Bytes, each once; of one device those that it sent and received. */
  readonly total: number;
  readonly retold: number;
  readonly before: FeedPastBefore | null;
  readonly sensors: readonly string[];
  /** What nothing in the history is called. */
  readonly unknown: readonly string[];
}

/** The answer of `/api/history/choices`: what there is to choose from in a time, by bytes. */
export interface FeedChoices {
  readonly devices: readonly { readonly id: string; readonly name: string }[];
  readonly products: readonly string[];
  readonly sensors: readonly string[];
}

/** The answer of `/api/history/devices`. */
export interface FeedPastDevices extends FeedPastTime {
  /** Those with most bytes. */
  readonly devices: readonly {
    readonly id: string;
    readonly name: string;
    readonly sent: number;
    readonly received: number;
    /** Bytes by product, where evidence names one alone. */
    readonly products: Readonly<Record<string, number>>;
  }[];
  readonly deviceCount: number;
}
