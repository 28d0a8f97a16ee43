/**
 * What every report is made by: a collector is shown each flow when it ends, and tells what it has collected. A session
 * (`engine/session.ts`) is given a list of collectors and knows none of them by name.
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

/** Work that can be interrupted between its steps of some milliseconds. */
export type Steps<T> = Generator<void, T>;

/** Work of one step. */
export function* inOneStep<T>(work: () => T): Steps<T> {
  yield;
  return work();
}

/** Does all steps at once. */
export function runSteps<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** A flow with what is known of it. One reused object: borrowed for the call that has it. */
export interface AttributedFlow {
  readonly flow: FlowView;
  /** Who began it and which side serves: read by the functions in `flows/orientation.ts`. */
  readonly oriented: number;
  /** The port that names the service; null where nothing says which side serves. */
  readonly servicePort: number | null;
  /** The same answer is the same object. */
  readonly attribution: Attribution;
  readonly facts: FlowFacts;
  /** Whose address a side (`Side`) has: the index of a tenancy, `OUTSIDE` or `OTHERS` (`evidence/devices/tenancies.ts`). */
  tenancyAt(side: number): number;
  /** The device that a side is, by its id in a summary; null where devices are not told apart. */
  deviceAt(side: number): string | null;
  /** The flow, or a part of it, for a report; owned by the caller, and not for nothing. */
  describe(part?: FlowPart): FlowReport;
  /** Why it was attributed as it was; owned by the caller, and dearer still. */
  explain(): Explanation;
}

/** Makes a report of flows. `R` is plain data. */
export interface Collector<R> {
  /** Sees packets while their flows live; nothing: not, which costs nothing. */
  readonly packets?: PacketWatch;
  /** Follows what flows move in each bucket of time; of the collectors of a session one may. */
  readonly buckets?: BucketWatch;
  /** Is shown flows while they live, again and again; of the collectors of a session one may. */
  readonly parts?: PartWatch;
  /** Asks flows to explain themselves: the bytes by which protocols were recognised are kept. */
  readonly explains?: boolean;
  /** A flow has ended. */
  add(flow: AttributedFlow): void;
  /**
   * A collector that has collected the same so far, and is shown the live flows next, as if they ended now. What either
   * one is shown from now on, the other one does not have; `packets` of the first one serves both.
   */
  snapshot(): Collector<R>;
  /** The report of what was shown; nothing is shown to it any more. Owned by the caller. */
  report(reading: Reading): Steps<R>;
}

/** Watches all packets of live flows, where they come from, and ICMP messages: some ten nanoseconds a packet. */
export interface PacketWatch {
  /** Flows will live in records 1 to `capacity`. Called once, before all others. */
  begin(capacity: number): void;
  /** A source begins; its times move until `closeSource`. */
  openSource(source: SourceTotals): void;
  /** Packets that are seen from now on come from this source. */
  readFrom(source: SourceTotals): void;
  closeSource(source: SourceTotals): void;
  /** A packet of the flow in a record; borrowed for the call. */
  packet(record: number, packet: PacketRow): void;
  /**
   * An ICMP packet, as it was decoded; all packets before it have been counted. `find` seeks the flow of a packet that it
   * quotes. All are borrowed for the call.
   */
  icmp(bytes: Uint8Array, packet: DecodedPacket, find: FindFlow): void;
  /** The flow in a record has ended, and was shown: another one may begin there. */
  forget(record: number): void;
  /**
   * The records of a block have been counted, and its packets shown: they are numbered (`PacketRow.recordNumber`) in the order
   * of its rows, behind those of all blocks before. Borrowed for the call.
   */
  counted?(block: PacketBlock): void;
}

/**
 * Follows what flows move in buckets of time, which begin at multiples of their length since 1970. What a flow moved in the
 * bucket of its last packet nobody has told when it ends: then `Collector.add` is shown it.
 */
export interface BucketWatch {
  /** A whole number from 1 on. It may grow, to multiples of itself: then flows may be told of as leaving a bucket that they do not. */
  readonly bucketSeconds: number;
  /** A flow goes on in a later bucket than that of its last packet; the packet there is not counted yet. Borrowed for the call. */
  leaveBucket(flow: FlowView): void;
  /** The next packet of a flow is in an earlier bucket, or has no time; it is not counted yet. Both are borrowed for the call. */
  seeLatePacket(flow: FlowView, packet: PacketRow): void;
  /** Records without ports, and their bytes on the wire; below zero for fragments that found their ports after all. */
  addUndecoded(seconds: number, packets: number, bytes: number): void;
  /** The flow in a record has ended, and was shown: another one may begin there. */
  forget(record: number): void;
}

/** Is shown flows that have lived so long, and so long again, since they began: an active timeout. */
export interface PartWatch {
  /** A whole number from 1 on. */
  readonly activeSeconds: number;
  /** A flow that is so old goes on with a packet that is not counted yet. Both are borrowed for the call. */
  reachActiveTimeout(flow: AttributedFlow, packet: PacketRow): void;
  /** The flow in a record has ended, and was shown: another one may begin there. */
  forget(record: number): void;
}

/** The record of the live flow that a packet would belong to (0: none), and the packet as a row; borrowed until the next call. */
export type FindFlow = (packet: DecodedPacket) => { readonly record: number; readonly row: PacketRow };

/** What a session knows beside the flows, for reports. Counts of the moment at which they are asked for. */
export interface Reading {
  readonly options: SummaryOptions;
  readonly capture: CaptureSummary;
  /** Packets and bytes by the code of the weird that stopped their decoding (0: decoded). Borrowed. */
  readonly packetsByWeird: Float64Array;
  readonly bytesByWeird: Float64Array;
  /** Of these packets, those of protocols that nobody knows, by number. Borrowed. */
  readonly unknownProtocols: UnknownProtocols;
  /** Flows that ended early since as many as allowed were live. */
  readonly evictedFlows: number;
  readonly evidenceDropped: ObservationLosses;
  /** Names of Apple's that somebody asked for and was refused. */
  readonly refusedNames: readonly RefusedName[];
  /** Digits of a second that times are shown with. */
  readonly timeDigits: number;
  /** The devices of the local network, as far as they are known; empty without evidence. Owned by the caller. */
  devices(): readonly Device[];
  /** About how many addresses of devices there was no room for. */
  readonly devicesLeftOut: number;
  /** What the device at an address calls itself, or null. Hostile text. */
  deviceNameOf(address: AddressKey): string | null;
  /** The live flow in a record as it is now; borrowed until another one is shown. */
  liveFlow(record: number): AttributedFlow;
}
