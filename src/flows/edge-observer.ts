/**
 * Who wants to know when a flow passes an edge in time: one between buckets that all flows share, or one of its own age. Both
 * are lengths in whole seconds; 0: it is not asked for. Each call comes before the packet that passes the edge is counted, and
 * flow and packet are borrowed for it. Of a flow that ends nothing is told here: the sink is shown it.
 */
import type { FlowView } from "./flow-view.ts";
import type { PacketRow } from "./packet-row.ts";

export interface EdgeObserver {
  /** Buckets begin at multiples of their length since 1970. It may grow, to multiples of itself. */
  readonly bucketSeconds: number;
  /** The age, since the flow began, at which it is told of, and at each multiple of it. */
  readonly activeSeconds: number;
  /** The next packet of a flow is in a later bucket than the last one, or is the first one that has a time. */
  leaveBucket(flow: FlowView): void;
  /** A packet is in an earlier bucket than the last one of its flow, or has no time. */
  seeLate(flow: FlowView, packet: PacketRow): void;
  /** A packet comes after a multiple of that age which the one before it had not reached. */
  leavePart(flow: FlowView, packet: PacketRow): void;
}
