/**
 * Who wants to see more of a flow than its counters: its payload, and the process that a capture names. The flow table
 * calls it; what it learns it keeps by the number of the flow's record, until that flow has been shown to the sink.
 */
import type { PacketRow } from "./packet-row.ts";

export interface FlowObserver {
  /** Wants every packet of an observed flow, not only those with payload or with a SYN. */
  readonly seesAll: boolean;
  /** Wants `meet` to be called. */
  readonly meetsAddresses: boolean;
  /**
   * A packet of a flow that is still observed, with payload or with a SYN (or any, to who sees all). A SYN with ACK and
   * without payload is shown only where no SYN was seen before it, or where it has an option of multipath TCP. The packet
   * and its bytes are borrowed for the call. Returns whether to go on: after `false` no packet of the flow is shown any
   * more.
   */
  observe(record: number, packet: PacketRow): boolean;
  /**
   * What the capturing host says of a packet of the flow (`net/host-mark.ts`): with the number of the process that the batch was
   * given, and the side of the flow that is its own.
   */
  addMark(record: number, mark: number): void;
  /**
   * The IP address at one end of a packet (borrowed for the call) may go with another hardware address than it was last met
   * with: the sender's (`end` 0), or the receiver's of the first packet of a flow (1). `hops` is one of `Hops`, of the sender.
   * Returns whether the hardware passes packets on for others: which public addresses it comes with need not be told any more.
   */
  meet(packet: PacketRow, end: number, hops: number): boolean;
}
