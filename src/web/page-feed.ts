/** What the page is told, as JSON: reports in their own shapes, and the words that go with them. Names are hostile text. */
import type { IntervalRecord } from "../engine/interval-report.ts";
import type { FlowClass } from "../evidence/attribution/evidence.ts";
import type { LiveFlows } from "../reports/flows/live-flows.ts";
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
