/**
 * The live flows: bidirectional five-tuples with counters, counted by the kernel. A flow that ends (idle, reopened,
 * evicted for newer ones, or at the end of the capture) is passed to the sink once and then forgotten; no traffic is
 * lost.
 */

import { NO_TIME } from "../net/moment.ts";
import type { DecodedPacket } from "../packets/decode/decoded-packet.ts";
import { Kernel } from "../packets/kernel/kernel.ts";
import {
  ENTRY_LAST_NANOSECONDS,
  ENTRY_LAST_SECONDS,
  ENTRY_STATE,
  ENTRY_WORDS,
  FLOW_LIVE,
} from "../packets/kernel/layout.ts";
import type { EdgeObserver } from "./edge-observer.ts";
import type { FlowObserver } from "./flow-observer.ts";
import { FlowView } from "./flow-view.ts";
import { IdleQueue } from "./idle-queue.ts";
import { PacketBatch } from "./packet-batch.ts";

/** Default maximum of live flows. */
export const DEFAULT_MAX_FLOWS = 2_000_000;
/** Default idle timeout in seconds. */
export const DEFAULT_IDLE_TIMEOUT_SECONDS = 3600;

const NANO = 1e-9;

export interface FlowTableOptions {
  /** Maximum live flows, 1 to `MAX_FLOWS_LIMIT`. */
  readonly maxFlows: number;
  /** Seconds without a packet that end a flow; 0: only the end of the capture does. */
  readonly idleTimeoutSeconds: number;
  /** For each port of TCP, then of UDP, how strongly it indicates the service side. Borrowed for the call. */
  readonly portSpecificities: Readonly<Uint8Array>;
}

/** Receives every flow once, when it has ended. `flow` is one reused view: borrowed for the call. */
export type FlowSink = (flow: FlowView) => void;

export class FlowTable {
  /** Flows ended early because `maxFlows` were live. */
  evicted = 0;
  /** Counts the flows, and holds the buffers of packets to be counted. */
  readonly kernel: Kernel;
  readonly batch: PacketBatch;
  readonly #view: FlowView;
  readonly #sink: FlowSink;
  readonly #idleTimeout: number;
  /** Created when the first flow may have exceeded its timeout, or the table is full. */
  #idle: IdleQueue | null = null;
  #edges: EdgeObserver | null = null;
  /** As last set in the kernel. */
  #bucketSeconds = 0;

  /** For packets of blocks with at most `bufferLength` bytes. Throws `InputError` if memory is short. */
  constructor(
    options: FlowTableOptions,
    bufferLength: number,
    sink: FlowSink,
    observer: FlowObserver | null,
  ) {
    this.kernel = new Kernel(options.maxFlows, bufferLength);
    this.batch = new PacketBatch(this.kernel);
    this.#view = new FlowView(this.kernel);
    this.#sink = sink;
    this.#idleTimeout = options.idleTimeoutSeconds;
    const host = {
      observe: (entry: number, row: number) => observer?.observe(entry, this.batch.row(row)) ?? false,
      addMark: (entry: number, mark: number) => observer?.addMark(entry, mark),
      observeAddress: (row: number, end: number, hops: number) =>
        observer?.observeAddress(this.batch.row(row), end, hops) ?? false,
      endFlow: (entry: number) => this.#sink(this.viewOf(entry)),
      evict: () => this.#evict(),
      expire: (now: number) => this.#expire(now),
      flowBegan: (entry: number, time: number) => this.#idle?.push(entry, time),
      flowRestarted: (entry: number, time: number) => this.#idle?.advance(entry, time),
      leaveBucket: (entry: number) => this.#edges?.leaveBucket(this.viewOf(entry)),
      seeLatePacket: (entry: number, row: number) =>
        this.#edges?.seeLatePacket(this.viewOf(entry), this.batch.row(row)),
      reachActiveTimeout: (entry: number, row: number) =>
        this.#edges?.reachActiveTimeout(this.viewOf(entry), this.batch.row(row)),
    };
    this.kernel.begin(host, options, observer);
    this.kernel.specificities.set(options.portSpecificities);
  }

  /** From now on reports time boundaries that flows cross to the observer; before, they cost the table nothing. */
  observeEdges(observer: EdgeObserver): void {
    this.#edges = observer;
    this.#setEdges(observer);
  }

  #setEdges({ bucketSeconds, activeSeconds }: EdgeObserver): void {
    this.#bucketSeconds = bucketSeconds;
    this.kernel.setEdges(bucketSeconds, activeSeconds);
  }

  /** Number of live flows. */
  get live(): number {
    return this.kernel.live;
  }

  /** Counts the packets of the batch and empties it. */
  countBatch(): void {
    this.#updateEdges();
    this.kernel.countRows(0, this.batch.count);
    this.batch.count = 0;
  }

  /**
   * Counts records `first` to `end - 1` of read-ahead block `blockNumber`, which are rows already. The batch must be
   * empty.
   */
  countAhead(blockNumber: number, first: number, end: number): void {
    this.#updateEdges();
    this.kernel.countAhead(blockNumber, first, end);
  }

  /** Until it is called, more boundaries than needed are reported, which only costs time. */
  #updateEdges(): void {
    if (this.#edges !== null && this.#edges.bucketSeconds !== this.#bucketSeconds)
      this.#setEdges(this.#edges);
  }

  /**
   * Returns the entry of the live flow that a packet would belong to, or 0, without counting it. The batch must be
   * empty; the packet stays visible in its row 0 until another one is appended.
   */
  findEntry(packet: DecodedPacket): number {
    this.batch.append(packet, 0, 0, 0, 0);
    this.batch.count = 0;
    return this.kernel.findFirst();
  }

  /**
   * Visits the live flows (borrowed for the call) in `count` entries from `first` on; returns the next entry, 0 for
   * none.
   */
  forEachLive(visit: FlowSink, first = 1, count = Number.POSITIVE_INFINITY): number {
    const { entryWords, used } = this.kernel;
    const end = Math.min(first + count, used + 1);
    for (let entry = first; entry < end; entry++) {
      if ((entryWords[entry * ENTRY_WORDS + ENTRY_STATE] & FLOW_LIVE) !== 0) visit(this.viewOf(entry));
    }
    return end > used ? 0 : end;
  }

  /** Returns the live flow in an entry; borrowed until the next call. */
  viewOf(entry: number): FlowView {
    this.#view.entry = entry;
    return this.#view;
  }

  /**
   * Ends the flows in `count` entries from `first` on; returns the next entry, 0 for none. Once begun, it must be
   * continued to the end without counting packets in between.
   */
  finish(first = 1, count = Number.POSITIVE_INFINITY): number {
    const end = (flow: FlowView) => {
      this.#sink(flow);
      this.kernel.entryWords[flow.entry * ENTRY_WORDS + ENTRY_STATE] = 0;
    };
    return this.forEachLive(end, first, count);
  }

  /** Time of the flow's last packet in seconds; negative infinity if it has no time. */
  #lastSeen(entry: number): number {
    const { entryWords } = this.kernel;
    const base = entry * ENTRY_WORDS;
    const seconds = entryWords[base + ENTRY_LAST_SECONDS] >>> 0;
    if (seconds === NO_TIME) return Number.NEGATIVE_INFINITY;
    return seconds + entryWords[base + ENTRY_LAST_NANOSECONDS] * NANO;
  }

  /** Expires the flows that no later packet can belong to: all further packets are of `now` (seconds) or later. */
  #expire(now: number): void {
    const idle = this.#idleQueue();
    for (;;) {
      const entry = idle.entry;
      if (entry === 0 || idle.time + this.#idleTimeout >= now) break;
      const lastSeen = this.#lastSeen(entry);
      if (lastSeen > idle.time) idle.postpone(lastSeen);
      else if (lastSeen === Number.NEGATIVE_INFINITY) idle.postpone(now);
      else this.#remove(entry);
    }
    this.kernel.setNextExpiry(idle.time + this.#idleTimeout);
  }

  /** Evicts the flow that has been idle longest. */
  #evict(): void {
    const idle = this.#idleQueue();
    for (;;) {
      const lastSeen = this.#lastSeen(idle.entry);
      if (lastSeen <= idle.time) break;
      idle.postpone(lastSeen);
    }
    this.evicted++;
    this.#remove(idle.entry);
  }

  /** Ends the flow at the top of the idle queue and frees its entry. */
  #remove(entry: number): void {
    this.#sink(this.viewOf(entry));
    this.#idleQueue().pop();
    this.kernel.removeFlow(entry);
  }

  #idleQueue(): IdleQueue {
    if (this.#idle === null) {
      this.#idle = new IdleQueue();
      this.kernel.enableStartCallbacks();
      this.forEachLive(({ entry }) => this.#idle?.push(entry, this.#lastSeen(entry)));
    }
    return this.#idle;
  }
}
