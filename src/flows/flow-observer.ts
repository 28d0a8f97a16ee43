/**
 * Who wants to see more of a flow than its counters: its payload, and the process that a capture names. The flow table
 * calls it; what it learns it keeps by the number of the flow's record, until that flow has been shown to the sink.
 */
import type { PacketBatch } from "./packet-batch.ts";

export interface FlowObserver {
  /** Wants every packet of an observed flow, not only those with payload or with a SYN. */
  readonly seesAll: boolean;
  /**
   * A packet of a flow that is still observed, with payload or with a SYN (or any, to who sees all): row `index` of
   * `batch`, whose bytes are borrowed for the call. Returns whether to go on: after `false` no packet of the flow is shown
   * any more.
   */
  observe(record: number, batch: PacketBatch, index: number): boolean;
  /** The capture names the process that a packet of the flow is for, by the number in `ROW_PROCESS`. */
  addProcess(record: number, process: number): void;
}
