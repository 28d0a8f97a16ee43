/**
 * Observer of more than a flow's counters: its payload, and its process if the capture names one. Called by the flow
 * table. Keeps its data by the number of the flow's entry until the sink has received that flow.
 */
import type { PacketRow } from "./packet-row.ts";

export interface FlowObserver {
  /** Whether it needs every packet of an observed flow, not only those with payload or a SYN. */
  readonly needsAll: boolean;
  /** Whether it needs `observeAddress` to be called. */
  readonly needsAddresses: boolean;
  /**
   * Receives a packet of a flow that is still observed, with payload or a SYN (or any, if `needsAll`). A SYN with ACK
   * and without payload is passed only if no SYN was seen before it, or if it has a multipath TCP option. The packet
   * and its bytes are borrowed for the call. Returns whether to continue: after `false` no more packets of the flow are
   * passed.
   */
  observe(entry: number, packet: PacketRow): boolean;
  /**
   * Receives the capturing host's metadata of a packet of the flow (`net/host-mark.ts`), with the process number of the
   * batch, and the side of the flow that is the host's own.
   */
  addMark(entry: number, mark: number): void;
  /**
   * Called when the IP address at one end of a packet (borrowed for the call) may have another hardware address than
   * when it was last seen: the sender's (`end` 0), or the receiver's of the first packet of a flow (1). `hops` is one
   * of `Hops`, of the sender. Returns whether the hardware forwards packets for others: then further public addresses
   * behind it need not be reported.
   */
  observeAddress(packet: PacketRow, end: number, hops: number): boolean;
}
