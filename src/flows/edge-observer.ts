/**
 * Observer of flows that cross time boundaries: of buckets that all flows share, or of a flow's own age. Both lengths
 * are in whole seconds; 0 means not needed. Each call comes before the packet that crosses the boundary is counted;
 * flow and packet are borrowed for the call. The end of a flow is not reported here: the sink receives it.
 */
import type { FlowView } from "./flow-view.ts";
import type { PacketRow } from "./packet-row.ts";

export interface EdgeObserver {
  /** Length of a bucket. Buckets begin at multiples of it since 1970. It may grow, to multiples of itself. */
  readonly bucketSeconds: number;
  /** Age of a flow at which, and at whose multiples, `reachActiveTimeout` is called. */
  readonly activeSeconds: number;
  /** The next packet of a flow is in a later bucket than the last one, or is the first one with a time. */
  leaveBucket(flow: FlowView): void;
  /** A packet is in an earlier bucket than the last one of its flow, or has no time. */
  seeLatePacket(flow: FlowView, packet: PacketRow): void;
  /** A packet comes after a multiple of that age that the previous packet had not reached. */
  reachActiveTimeout(flow: FlowView, packet: PacketRow): void;
}
