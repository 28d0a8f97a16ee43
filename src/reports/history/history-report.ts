/** What a history answers (docs/contract.md, "History"): `appleflow/history@1`. */
import type { FlowClass } from "../../evidence/attribution/evidence.ts";
import type { Party, RestClass } from "./bucket-row.ts";

/** What an answer has rows for. */
export const HISTORY_GROUPINGS = ["product", "family", "device", "service", "sensor"] as const;
/** One of `HISTORY_GROUPINGS`. */
export type HistoryGrouping = (typeof HISTORY_GROUPINGS)[number];

/** What moved. Bytes but for packets and flows. */
export interface HistoryTraffic {
  /** By device what it sent and received; else each byte once, of one device what that sent and received. */
  readonly bytes: number;
  /** By devices of the local network. */
  readonly sent: number;
  readonly received: number;
  /** Counted as `bytes` are. */
  readonly packets: number;
  /** Those that began; by device, those that it began. */
  readonly flows: number;
  /** Bytes that were told here while flows lived, and that later evidence gives to something else. */
  readonly retoldBytes: number;
}

/** What moved of one kind in one bucket; several may be of the same: they add up. */
export interface HistoryCell extends HistoryTraffic {
  /** When the bucket begins, in seconds since 1970. */
  readonly start: number;
  /** null by device (but with groups) and by sensor. */
  readonly class: FlowClass | RestClass | null;
  readonly products: readonly string[];
  readonly families: readonly string[];
  /** By service: that of the list's rows, and what the payload speaks. */
  readonly transport: string | null;
  readonly ports: string | null;
  readonly service: string | null;
  readonly protocol: string | null;
  /** By device: whose end. Hostile text in the name. */
  readonly party: Party | null;
  readonly deviceId: string | null;
  readonly deviceName: string | null;
  readonly deviceAddress: string | null;
  /** By sensor: which one. */
  readonly sensor: string | null;
}

/** What part of a history is asked about. */
export interface HistoryChoice {
  /** Buckets that begin from then on, in seconds since 1970; null: from the first one on. */
  readonly from: number | null;
  /** Buckets that begin before then; null: up to the last one. */
  readonly to: number | null;
  /** A name, an id or an address. */
  readonly device: string | null;
  /** As the catalogue has it. */
  readonly product: string | null;
  readonly sensor: string | null;
}

/** All of it. */
export const WHOLE_HISTORY: HistoryChoice = {
  from: null,
  to: null,
  device: null,
  product: null,
  sensor: null,
};

/** What was asked of a history. */
export interface HistoryQuestion extends HistoryChoice {
  readonly by: HistoryGrouping;
  /** By device: cells of each group of flows by themselves, so that they have products. */
  readonly withGroups?: true;
  /** Length of a bucket; null: as fits the time of what is asked about. */
  readonly everySeconds: number | null;
}

/** What a history answers. */
export interface HistoryAnswer {
  readonly question: HistoryQuestion;
  readonly everySeconds: number;
  /** Of the buckets that there are; null: none. Seconds since 1970. */
  readonly start: number | null;
  readonly end: number | null;
  /** Those that have anything of what was asked about; with a sensor in the question that one alone. */
  readonly sensors: readonly string[];
  readonly cells: readonly HistoryCell[];
}

/** Of what time a history has something, and of which sensors, as far as names of segments tell. */
export interface HistoryExtent {
  readonly sensors: readonly string[];
  /** Seconds since 1970; null: nothing. */
  readonly start: number | null;
  readonly end: number | null;
}

/** A history, wherever it is. */
export interface HistoryPlace {
  /** As messages name it. Hostile text. */
  readonly name: string;
  /** Throws `InputError` where it cannot be asked, and the reason of `signal` once that is aborted. The caller owns the answer. */
  ask(question: HistoryQuestion, signal?: AbortSignal): Promise<HistoryAnswer>;
  /** Throws as `ask` does. */
  extent(): Promise<HistoryExtent>;
}
