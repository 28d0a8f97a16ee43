/** What monitoring is told before it begins, and what can be asked of it while it runs. */
import type { InputError } from "../errors.ts";
import type { FlowClaim, LiveFlows } from "../reports/flows/live-flows.ts";
import type { ReachReport } from "../reports/reach/reach-report.ts";
import type { Summary } from "../reports/traffic/summary.ts";
import type { HistorySink } from "./history-sink.ts";
import type { IntervalReport } from "./interval-report.ts";
import type { PacketSink } from "./live-pass.ts";
import type { ReadingOptions } from "./reading-options.ts";

/** Seconds of silence that end a flow: what is shown as live should be, and memory follows it for days. */
export const DEFAULT_LIVE_IDLE_TIMEOUT_SECONDS = 300;

/** Of one CPU; counting takes less than the rest of it at the rates that a capture program can hand over. */
export const DEFAULT_LIVE_EVIDENCE_SHARE = 0.5;

/** Time as monitoring needs it. */
export interface MonitorClock {
  /** Milliseconds since any moment; never goes back. */
  now(): number;
  /** The time of day. */
  date(): Date;
  /** Resolves after so many milliseconds, or when the signal is aborted. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** What can be asked of a monitor while it runs. */
export interface LiveView {
  /**
   * The live flows of a product, those that evidence names it for or those that a port alone allows it: the `limit` with
   * most bytes. Goes through all live flows; null when the monitoring ends meanwhile.
   */
  productFlows(product: string, claim: FlowClaim, limit: number): Promise<LiveFlows | null>;
  /**
   * The summary of everything so far, with the devices in it. Goes through all live flows twice; null when the monitoring
   * ends meanwhile.
   */
  devices(): Promise<Summary | null>;
  /**
   * Which of Apple's services could be reached since the begin, by what ended flows and live ones show. Goes through all
   * live flows; null where `watchesReach` was not asked for, or the monitoring ends meanwhile.
   */
  reach(): Promise<ReachReport | null>;
}

/** `from` and `to` have no place here; packets that `sink` gets are as they came, whatever `pseudonyms` makes of the reports. */
export interface MonitorOptions extends Omit<ReadingOptions, "from" | "to"> {
  /** Seconds between reports (default 1); they stretch where a report takes more than a tenth of it. */
  readonly intervalSeconds?: number;
  /** Ends after so many seconds. */
  readonly durationSeconds?: number;
  /** Ends after so many packets that match. */
  readonly maxPackets?: number;
  /** Ends when it is aborted, after the packets that were already taken. */
  readonly signal?: AbortSignal;
  /** Whether `LiveView.reach` is wanted, which costs a look at every packet. */
  readonly watchesReach?: boolean;
  /** Gets every packet that counts. */
  readonly sink?: PacketSink;
  /** Gets what moved in each bucket of time. */
  readonly history?: HistorySink;
  /** Sources that could not be opened: the summary tells of them. */
  readonly failures?: readonly { readonly name: string; readonly error: InputError }[];
  readonly clock?: MonitorClock;
  /** Called at the end of every interval, and once more at the end. What it throws ends the monitoring. */
  readonly onInterval: (report: IntervalReport, view: LiveView) => void;
}
