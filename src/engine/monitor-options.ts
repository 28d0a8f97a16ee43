/** Options of monitoring, and queries while it runs. */
import type { InputError } from "../errors.ts";
import type { ExplainedFlow, FlowEnds } from "../reports/flows/explained-flow.ts";
import type { LiveFlowQuery, LiveFlows } from "../reports/flows/live-flows.ts";
import type { ReachReport } from "../reports/reach/reach-report.ts";
import type { HistorySink } from "./history-sink.ts";
import type { IntervalReport } from "./interval-report.ts";
import type { PacketSink } from "./live-pass.ts";
import type { ReadingOptions } from "./reading-options.ts";

/** Seconds without packets that end a flow: flows shown as live should be, and memory depends on it for days. */
export const DEFAULT_LIVE_IDLE_TIMEOUT_SECONDS = 300;

/** Of one CPU; counting takes less than the rest at the rates that a capture program can deliver. */
export const DEFAULT_LIVE_EVIDENCE_SHARE = 0.5;

/** Clock used by monitoring. */
export interface MonitorClock {
  /** Milliseconds since an arbitrary moment; monotonic. */
  now(): number;
  /** The time of day. */
  date(): Date;
  /** Resolves after this many milliseconds, or when the signal is aborted. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** Queries of a running monitor. */
export interface LiveView {
  /** Live flows as of now. Goes through all of them; null if the monitoring ends in the meantime. */
  flows(query: LiveFlowQuery): Promise<LiveFlows | null>;
  /**
   * Why a live flow is attributed as it is. Goes through all live flows; null if it has ended, or if the
   * monitoring ends in the meantime.
   */
  explain(flow: FlowEnds): Promise<ExplainedFlow | null>;
  /**
   * Which of Apple's services could be reached since the start, by ended and live flows. Goes through all
   * live flows; null without `watchesReach`, or if the monitoring ends in the meantime.
   */
  reach(): Promise<ReachReport | null>;
}

/** `from` and `to` do not apply here; `sink` gets packets unchanged, even if `pseudonyms` changes the reports. */
export interface MonitorOptions extends Omit<ReadingOptions, "from" | "to"> {
  /** Seconds between reports (default 1); longer if a report takes more than a tenth of it. */
  readonly intervalSeconds?: number;
  /** Ends after this many seconds. */
  readonly durationSeconds?: number;
  /** Ends after this many matching packets. */
  readonly maxPackets?: number;
  /** Ends when it is aborted, after the packets that were already received. */
  readonly signal?: AbortSignal;
  /** Whether `LiveView.reach` is needed, which inspects every packet. */
  readonly watchesReach?: boolean;
  /** Whether the summary of every report has the devices, like that of the last one. */
  readonly tellsDevices?: boolean;
  /** Called before every report for the live flows that it should contain; default: none. */
  readonly flowQuery?: () => LiveFlowQuery;
  /** Receives every packet that counts. */
  readonly sink?: PacketSink;
  /** Receives the traffic of each bucket of time. */
  readonly history?: HistorySink;
  /** Sources that could not be opened: the summary lists them. */
  readonly failures?: readonly { readonly name: string; readonly error: InputError }[];
  readonly clock?: MonitorClock;
  /** Called at the end of every interval, and once more at the end. An exception ends the monitoring. */
  readonly onInterval: (report: IntervalReport, view: LiveView) => void;
}
