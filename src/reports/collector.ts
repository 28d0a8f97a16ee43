/**
 * The interface that every report is built on: a collector receives each flow when it ends and returns what it has collected.
 * A session (`engine/session.ts`) is given a list of collectors and knows none of them by name.
 */
import type { Explanation } from "../evidence/attribution/attribution.ts";
import type { Attribution } from "../evidence/attribution/evidence.ts";
import type { Device } from "../evidence/devices/join-devices.ts";
import type { FlowFacts } from "../evidence/observation/flow-facts.ts";
import type { ObservationLosses } from "../evidence/observation/observer.ts";
import type { RefusedName } from "../evidence/observation/refused-names.ts";
import type { FlowView } from "../flows/flow-view.ts";
import type { PacketRow } from "../flows/packet-row.ts";
import type { AddressKey } from "../net/address-key.ts";
import type { DecodedPacket } from "../packets/decode/decoded-packet.ts";
import type { PacketBlock } from "../packets/packet-block.ts";
import type { CaptureSummary, SummaryOptions } from "./capture-summary.ts";
import type { FlowPart, FlowReport } from "./flow-report.ts";
import type { SourceTotals } from "./source-totals.ts";
import type { UnknownProtocols } from "./unknown-protocols.ts";

/** Work that can be interrupted between steps of a few milliseconds. */
export type Steps<T> = Generator<void, T>;

/** Wraps work as a single step. */
export function* inOneStep<T>(work: () => T): Steps<T> {
  yield;
  return work();
}

/** Runs all steps without interruption. */
export function runSteps<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** A flow with everything that is known about it. One reused object: borrowed for the call that receives it. */
export interface AttributedFlow {
  readonly flow: FlowView;
  /** Who began the flow and which side serves; read it with the functions in `flows/orientation.ts`. */
  readonly oriented: number;
  /** The port that identifies the service; null if the serving side is unknown. */
  readonly servicePort: number | null;
  /** Equal attributions are the same object. */
  readonly attribution: Attribution;
  readonly facts: FlowFacts;
  /**
   * Owner of the address of a side (`Side`): the index of a tenancy, `OUTSIDE` or `OTHERS` (`evidence/devices/tenancies.ts`).
   */
  tenancyAt(side: number): number;
  /** Id in a summary of the device on a side; null if devices are not distinguished. */
  deviceAt(side: number): string | null;
  /** The flow, or a part of it, for a report; owned by the caller. Not free of cost. */
  describe(part?: FlowPart): FlowReport;
  /** Why the flow was attributed as it was; owned by the caller. More expensive than `describe`. */
  explain(): Explanation;
}

/** Builds a report from flows. `R` is plain data. */
export interface Collector<R> {
  /** Receives packets while their flows live. Leave it out if not needed: then it costs nothing. */
  readonly packets?: PacketWatch;
  /** Follows the traffic of flows per bucket of time; at most one collector of a session may declare it. */
  readonly buckets?: BucketWatch;
  /** Receives flows periodically while they live; at most one collector of a session may declare it. */
  readonly parts?: PartWatch;
  /** Needs `explain` of flows: the bytes by which protocols were recognised are kept. */
  readonly explains?: boolean;
  /** A flow has ended. */
  add(flow: AttributedFlow): void;
  /**
   * Returns a collector with the same state, which is then shown the live flows as if they ended now. From then on, the two
   * do not share what they are shown; `packets` of the original serves both.
   */
  snapshot(): Collector<R>;
  /** Returns the report of what was shown; nothing may be shown afterwards. Owned by the caller. */
  report(reading: Reading): Steps<R>;
}

/** Receives all packets of live flows, their sources, and ICMP messages: costs about ten nanoseconds per packet. */
export interface PacketWatch {
  /** Flows will use entries 1 to `capacity`. Called once, before all other methods. */
  begin(capacity: number): void;
  /** A source was opened; its times are updated until `closeSource`. */
  openSource(source: SourceTotals): void;
  /** The packets that follow come from this source. */
  readFrom(source: SourceTotals): void;
  closeSource(source: SourceTotals): void;
  /** A packet of the flow in an entry; borrowed for the call. */
  packet(entry: number, packet: PacketRow): void;
  /**
   * A decoded ICMP packet; all packets before it have been counted. `find` looks up the flow of a quoted packet. All
   * arguments are borrowed for the call.
   */
  icmp(bytes: Uint8Array, packet: DecodedPacket, find: FindFlow): void;
  /** The flow in an entry has ended and was shown; the entry may be reused. */
  forget(entry: number): void;
  /**
   * The records of a block have been counted and its packets shown. They are numbered (`PacketRow.recordNumber`) in the order
   * of the block's rows, continuing from earlier blocks. Borrowed for the call.
   */
  counted?(block: PacketBlock): void;
}

/**
 * Follows the traffic of flows in buckets of time, which begin at multiples of their length since 1970. When a flow ends, its
 * traffic in the bucket of its last packet has not been reported yet: `Collector.add` is called for that.
 */
export interface BucketWatch {
  /**
   * A whole number, at least 1. It may grow to multiples of itself; then a flow may be reported as leaving a bucket that it
   * is still in.
   */
  readonly bucketSeconds: number;
  /**
   * A flow continues in a later bucket than that of its last packet; the new packet is not counted yet. Borrowed for the
   * call.
   */
  leaveBucket(flow: FlowView): void;
  /**
   * The next packet of a flow is in an earlier bucket or has no time; it is not counted yet. Both are borrowed for the call.
   */
  seeLatePacket(flow: FlowView, packet: PacketRow): void;
  /** Records without ports and their bytes on the wire; negative when fragments are matched to their ports later. */
  addUndecoded(seconds: number, packets: number, bytes: number): void;
  /** The flow in an entry has ended and was shown; the entry may be reused. */
  forget(entry: number): void;
}

/** Receives flows that reach a given age, and again at each multiple of it: an active timeout. */
export interface PartWatch {
  /** A whole number, at least 1. */
  readonly activeSeconds: number;
  /** A flow of that age continues with a packet that is not counted yet. Both are borrowed for the call. */
  reachActiveTimeout(flow: AttributedFlow, packet: PacketRow): void;
  /** The flow in an entry has ended and was shown; the entry may be reused. */
  forget(entry: number): void;
}

/**
 * Returns the entry of the live flow that a packet would belong to (0: none), and the packet as a row; borrowed until the
 * next call.
 */
export type FindFlow = (packet: DecodedPacket) => { readonly record: number; readonly row: PacketRow };

/** What a session knows besides the flows, for reports. Counts are those at the time of the call. */
export interface Reading {
  readonly options: SummaryOptions;
  readonly capture: CaptureSummary;
  /** Packets and bytes by the code of the weird that stopped their decoding (0: decoded). Borrowed. */
  readonly packetsByWeird: Float64Array;
  readonly bytesByWeird: Float64Array;
  /** The packets among these whose EtherType or IP protocol is unknown, by number. Borrowed. */
  readonly unknownProtocols: UnknownProtocols;
  /** Flows that ended early because the limit of live flows was reached. */
  readonly evictedFlows: number;
  readonly evidenceDropped: ObservationLosses;
  /** Apple host names whose DNS queries were refused. */
  readonly refusedNames: readonly RefusedName[];
  /** Digits of the fraction of a second in times. */
  readonly timeDigits: number;
  /** Known devices of the local network; empty without evidence. Owned by the caller. */
  devices(): readonly Device[];
  /** Approximate number of device addresses beyond the limit. */
  readonly devicesLeftOut: number;
  /** Name that the device at an address announces for itself, or null. Hostile text. */
  deviceNameOf(address: AddressKey): string | null;
  /** The live flow in an entry as it is now; borrowed until the next one is shown. */
  liveFlow(entry: number): AttributedFlow;
}
