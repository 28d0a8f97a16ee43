/** Answers of a history (docs/contract.md, "History"): `appleflow/history@1`. */
import type { FlowClass } from "../../evidence/attribution/evidence.ts";
import type { Party, RestClass } from "./bucket-row.ts";

/** What the rows of an answer stand for. */
export const HISTORY_GROUPINGS = ["product", "family", "device", "service", "sensor"] as const;
/** One of `HISTORY_GROUPINGS`. */
export type HistoryGrouping = (typeof HISTORY_GROUPINGS)[number];

/** Amounts of traffic. Bytes except for packets and flows. */
export interface HistoryTraffic {
  /** By device: bytes that it sent and received. Otherwise each byte once; for a single device, what it sent and received. */
  readonly bytes: number;
  /** Sent and received by devices of the local network. */
  readonly sent: number;
  readonly received: number;
  /** Counted like `bytes`. */
  readonly packets: number;
  /** Flows that began; by device, flows that it began. */
  readonly flows: number;
  /** Bytes that were reported here while flows lived, and that later evidence attributes to something else. */
  readonly retoldBytes: number;
}

/** Traffic of one kind in one bucket; cells are additive: several may be of the same kind. */
export interface HistoryCell extends HistoryTraffic {
  /** Start of the bucket, in seconds since 1970. */
  readonly start: number;
  /** null by device (without groups) and by sensor. */
  readonly class: FlowClass | RestClass | null;
  readonly products: readonly string[];
  readonly families: readonly string[];
  /** By service: the service of the list's rows, and the protocol of the payload. */
  readonly transport: string | null;
  readonly ports: string | null;
  readonly service: string | null;
  readonly protocol: string | null;
  /** By device: the end. The name is hostile text. */
  readonly party: Party | null;
  readonly deviceId: string | null;
  readonly deviceName: string | null;
  readonly deviceAddress: string | null;
  /** By sensor: the name of the sensor. */
  readonly sensor: string | null;
}

/** Selects the part of a history that a question is about. */
export interface HistoryChoice {
  /** Only buckets that begin at or after this time, in seconds since 1970; null: from the first one on. */
  readonly from: number | null;
  /** Only buckets that begin before this time; null: up to the last one. */
  readonly to: number | null;
  /** A name, an id or an address. */
  readonly device: string | null;
  /** Name in the catalogue. */
  readonly product: string | null;
  readonly sensor: string | null;
}

/** Selects the whole history. */
export const WHOLE_HISTORY: HistoryChoice = {
  from: null,
  to: null,
  device: null,
  product: null,
  sensor: null,
};

/** A question to a history. */
export interface HistoryQuestion extends HistoryChoice {
  readonly by: HistoryGrouping;
  /** By device: separate cells for each group of flows, so that cells have products. */
  readonly withGroups?: true;
  /** Length of a bucket; null: chosen to fit the time span. */
  readonly everySeconds: number | null;
}

/** The answer of a history. */
export interface HistoryAnswer {
  readonly question: HistoryQuestion;
  readonly everySeconds: number;
  /** Start and end of the existing buckets, in seconds since 1970; null: none. */
  readonly start: number | null;
  readonly end: number | null;
  /** Sensors with any of the requested traffic; if the question names a sensor, only that one. */
  readonly sensors: readonly string[];
  readonly cells: readonly HistoryCell[];
}

/** Time span and sensors of a history, as far as the names of segments show. */
export interface HistoryExtent {
  readonly sensors: readonly string[];
  /** Seconds since 1970; null: empty. */
  readonly start: number | null;
  readonly end: number | null;
}

/** A history, in a folder or on a server. */
export interface HistoryPlace {
  /** Name for messages. Hostile text. */
  readonly name: string;
  /** Throws `InputError` if the history cannot be queried, and the reason of `signal` once it is aborted. The caller owns the answer. */
  ask(question: HistoryQuestion, signal?: AbortSignal): Promise<HistoryAnswer>;
  /** Throws as `ask` does. */
  extent(signal?: AbortSignal): Promise<HistoryExtent>;
}
