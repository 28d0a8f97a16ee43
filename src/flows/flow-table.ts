/**
 * The live flows: bidirectional five-tuples with their counters. A flow that ends - idle, reopened, pushed out by
 * newer ones, or at the end of the capture - is shown to the sink once and forgotten; nothing of it is lost.
 */
import { NO_TIME } from "../net/moment.ts";
import type { FlowHash } from "./flow-hash.ts";
import { FlowLookup } from "./flow-lookup.ts";
import type { FlowObserver } from "./flow-observer.ts";
import { type FlowRecords, RECORD_DOUBLES, RECORD_WORDS, RecordDouble, RecordWord } from "./flow-record.ts";
import { FlowView } from "./flow-view.ts";
import { IdleQueue } from "./idle-queue.ts";
import {
  KIND_MASK,
  KIND_UDP,
  META_BROADCAST,
  META_FROM_B,
  META_FROM_B_SHIFT,
  META_TCP_FLAGS_SHIFT,
  type PacketBatch,
  ROW_WORDS,
  Row,
} from "./packet-batch.ts";
import { advanceTcp, FlowBit, isClosed, isOpening } from "./tcp-state.ts";

/** Flows that may be live at once when nothing else is asked for. */
export const DEFAULT_MAX_FLOWS = 2_000_000;
/** More would not fit the 32-bit arithmetic of record offsets. */
export const MAX_MAX_FLOWS = 50_000_000;
/** Seconds of silence that end a flow when nothing else is asked for. */
export const DEFAULT_IDLE_TIMEOUT_SECONDS = 3600;

/** Packets between two looks for flows that have been silent too long. */
const EXPIRY_INTERVAL = 256;
const NANO = 1e-9;

export interface FlowTableOptions {
  readonly maxFlows: number;
  /** Seconds without a packet that end a flow; 0: nothing ends a flow before the capture does. */
  readonly idleTimeoutSeconds: number;
}

/** Receives every flow once, when it has ended. `flow` is one reused view: borrowed for the call. */
export type FlowSink = (flow: FlowView) => void;

export class FlowTable {
  /** Flows that were ended early because `maxFlows` were live. */
  evicted = 0;
  readonly #lookup: FlowLookup;
  readonly #records: FlowRecords;
  readonly #view: FlowView;
  readonly #sink: FlowSink;
  readonly #observer: FlowObserver | null;
  readonly #maxFlows: number;
  readonly #idleTimeout: number;
  /** Built when the first flow may have been silent too long, or the table is full. */
  #idle: IdleQueue | null = null;
  /** No flow can be idle before this time (seconds). */
  #nextExpiry = Number.POSITIVE_INFINITY;
  #live = 0;
  /** Packets since flows were last ended for their silence, and the earliest of their times (seconds). */
  #counted = 0;
  #earliest = NO_TIME;

  /** `hash` must be the one that made the hashes of the batches. */
  constructor(options: FlowTableOptions, hash: FlowHash, sink: FlowSink, observer: FlowObserver | null) {
    this.#observer = observer;
    this.#maxFlows = options.maxFlows;
    this.#idleTimeout = options.idleTimeoutSeconds;
    this.#lookup = new FlowLookup(options.maxFlows, hash);
    this.#records = this.#lookup.records;
    this.#view = new FlowView(this.#records);
    this.#sink = sink;
  }

  /** Flows live now. */
  get live(): number {
    return this.#live;
  }

  /** Counts the packets of a batch (borrowed) and empties it. */
  add(batch: PacketBatch): void {
    this.#lookup.prefetch(batch);
    const count = batch.count;
    for (let i = 0; i < count; i++) {
      this.#count(batch, i);
      if (batch.seconds[i] < this.#earliest) this.#earliest = batch.seconds[i];
      if (++this.#counted === EXPIRY_INTERVAL) this.#expire();
    }
    batch.count = 0;
  }

  /** The record of the live flow that the only packet of a batch (borrowed, not counted) is of, or 0. */
  find(batch: PacketBatch): number {
    this.#lookup.prefetch(batch);
    return this.#lookup.find(batch.words, 0);
  }

  /** Shows the live flows (borrowed for the call) in `count` records from `first` on; the record behind, 0 for none. */
  forEachLive(visit: FlowSink, first = 1, count = Number.POSITIVE_INFINITY): number {
    const { words, used } = this.#records;
    const end = Math.min(first + count, used + 1);
    for (let record = first; record < end; record++) {
      if ((words[record * RECORD_WORDS + RecordWord.STATE] & FlowBit.LIVE) !== 0) visit(this.viewOf(record));
    }
    return end > used ? 0 : end;
  }

  /** The live flow in a record; borrowed until another one is shown. */
  viewOf(record: number): FlowView {
    this.#view.record = record;
    return this.#view;
  }

  /** Ends all flows, in the order of their records. */
  finish(): void {
    this.forEachLive((flow) => {
      this.#sink(flow);
      this.#records.words[flow.record * RECORD_WORDS + RecordWord.STATE] = 0;
    });
    this.#live = 0;
  }

  #count(batch: PacketBatch, i: number): void {
    const rows = batch.words;
    const row = i * ROW_WORDS;
    const seconds = batch.seconds[i];
    const nanoseconds = batch.nanoseconds[i];
    const meta = rows[row + Row.META];
    let record = this.#lookup.find(rows, i);
    if (record === 0) record = this.#create(rows, row, seconds, nanoseconds);
    else if (this.#idleTimeout > 0 && this.#hasEnded(record, meta, seconds, nanoseconds)) {
      this.#show(record);
      this.#begin(record, meta, seconds, nanoseconds);
      const time = this.#expectExpiry(seconds, nanoseconds);
      this.#idle?.advance(record, time);
    } else this.#hear(record * RECORD_WORDS, seconds, nanoseconds);

    const fromB = (meta & META_FROM_B) >> META_FROM_B_SHIFT;
    const { words, doubles } = this.#records;
    const side = record * RECORD_DOUBLES + fromB;
    doubles[side + RecordDouble.PACKETS_A] += 1;
    doubles[side + RecordDouble.BYTES_A] += rows[row + Row.LENGTH] >>> 0;
    const state = record * RECORD_WORDS + RecordWord.STATE;
    if ((meta & META_BROADCAST) !== 0) words[state] |= FlowBit.BROADCAST_FROM_A << fromB;
    if ((meta & KIND_UDP) === 0) {
      words[state] = advanceTcp(words[state], meta >>> META_TCP_FLAGS_SHIFT, fromB);
    }
    if ((words[state] & FlowBit.OBSERVED) !== 0) this.#observe(record, batch, i);
    if (rows[row + Row.PROCESS] !== 0) this.#observer?.addProcess(record, rows[row + Row.PROCESS]);
  }

  /** Shows the observer a packet that has something to see. */
  #observe(record: number, batch: PacketBatch, i: number): void {
    const row = i * ROW_WORDS;
    const rows = batch.words;
    if (
      rows[row + Row.PAYLOAD] >= rows[row + Row.PAYLOAD_END] &&
      !isOpening(rows[row + Row.META] >>> META_TCP_FLAGS_SHIFT) &&
      !this.#observer?.seesAll
    ) {
      return;
    }
    if (this.#observer?.observe(record, batch, i)) return;
    this.#records.words[record * RECORD_WORDS + RecordWord.STATE] &= ~FlowBit.OBSERVED;
  }

  /** Whether the record's flow had ended before this packet: too long silent, or a closed connection reopened. */
  #hasEnded(record: number, meta: number, seconds: number, nanoseconds: number): boolean {
    const words = this.#records.words;
    const base = record * RECORD_WORDS;
    // The flags of UDP are 0, which opens nothing.
    if (isOpening(meta >>> META_TCP_FLAGS_SHIFT) && isClosed(words[base + RecordWord.STATE])) return true;
    const last = words[base + RecordWord.LAST_SECONDS] >>> 0;
    const gap = seconds - last;
    // Nearly always both within the same moment: no more arithmetic than this.
    if (gap >= 0 ? gap + 1 < this.#idleTimeout : gap - 1 > -this.#idleTimeout) return false;
    if (seconds === NO_TIME || last === NO_TIME) return false;
    const silence = gap + (nanoseconds - words[base + RecordWord.LAST_NANOSECONDS]) * NANO;
    if (silence >= 0) return silence > this.#idleTimeout;
    // A packet from long before the flow: of another capture, or of a clock that was set back.
    const early = (words[base + RecordWord.FIRST_SECONDS] >>> 0) - seconds;
    return early + (words[base + RecordWord.FIRST_NANOSECONDS] - nanoseconds) * NANO > this.#idleTimeout;
  }

  /** Moves the flow's first and last time. */
  #hear(base: number, seconds: number, nanoseconds: number): void {
    const words = this.#records.words;
    const last = words[base + RecordWord.LAST_SECONDS] >>> 0;
    if (seconds === NO_TIME) return;
    if (last === NO_TIME) {
      words[base + RecordWord.FIRST_SECONDS] = seconds;
      words[base + RecordWord.FIRST_NANOSECONDS] = nanoseconds;
    } else if (
      seconds < last ||
      (seconds === last && nanoseconds <= words[base + RecordWord.LAST_NANOSECONDS])
    ) {
      const first = words[base + RecordWord.FIRST_SECONDS] >>> 0;
      if (
        seconds < first ||
        (seconds === first && nanoseconds < words[base + RecordWord.FIRST_NANOSECONDS])
      ) {
        words[base + RecordWord.FIRST_SECONDS] = seconds;
        words[base + RecordWord.FIRST_NANOSECONDS] = nanoseconds;
      }
      return;
    }
    words[base + RecordWord.LAST_SECONDS] = seconds;
    words[base + RecordWord.LAST_NANOSECONDS] = nanoseconds;
  }

  #create(rows: Int32Array, row: number, seconds: number, nanoseconds: number): number {
    if (this.#live === this.#maxFlows) this.#evict();
    const record = this.#lookup.create(rows, row);
    this.#live++;
    this.#begin(record, rows[row + Row.META], seconds, nanoseconds);
    const time = this.#expectExpiry(seconds, nanoseconds);
    this.#idle?.push(record, time);
    return record;
  }

  /** Notes when a flow that begins now could expire; returns the time it begins, in seconds, before all others without. */
  #expectExpiry(seconds: number, nanoseconds: number): number {
    if (seconds === NO_TIME) return Number.NEGATIVE_INFINITY;
    const time = seconds + nanoseconds * NANO;
    if (time + this.#idleTimeout < this.#nextExpiry) this.#nextExpiry = time + this.#idleTimeout;
    return time;
  }

  /** Begins a flow in a record that has its key: no packet counted yet. */
  #begin(record: number, meta: number, seconds: number, nanoseconds: number): void {
    const { words, doubles } = this.#records;
    const base = record * RECORD_WORDS;
    const observed = this.#observer === null ? 0 : FlowBit.OBSERVED;
    const first = (meta & META_FROM_B) === 0 ? 0 : FlowBit.FIRST_FROM_B;
    words[base + RecordWord.STATE] = (meta & KIND_MASK) | FlowBit.LIVE | observed | first;
    words[base + RecordWord.FIRST_SECONDS] = seconds;
    words[base + RecordWord.FIRST_NANOSECONDS] = nanoseconds;
    words[base + RecordWord.LAST_SECONDS] = seconds;
    words[base + RecordWord.LAST_NANOSECONDS] = nanoseconds;
    const counters = record * RECORD_DOUBLES;
    doubles[counters + RecordDouble.PACKETS_A] = 0;
    doubles[counters + RecordDouble.PACKETS_B] = 0;
    doubles[counters + RecordDouble.BYTES_A] = 0;
    doubles[counters + RecordDouble.BYTES_B] = 0;
  }

  #show(record: number): void {
    this.#sink(this.viewOf(record));
  }

  /**
   * Ends the flows that no later packet can still belong to. What counts is the earliest time of the last packets: one
   * with a wrong clock ends nothing. Their number is fixed, so that it does not matter in what pieces a capture comes.
   */
  #expire(): void {
    const now = this.#earliest;
    this.#earliest = NO_TIME;
    this.#counted = 0;
    if (this.#idleTimeout === 0 || now === NO_TIME || now <= this.#nextExpiry) return;
    const idle = this.#idleQueue();
    for (;;) {
      const record = idle.record;
      if (record === 0 || idle.time + this.#idleTimeout >= now) break;
      const heard = this.#records.lastHeard(record);
      if (heard > idle.time) idle.refile(heard);
      else if (heard === Number.NEGATIVE_INFINITY) idle.refile(now);
      else this.#remove(record);
    }
    this.#nextExpiry = idle.time + this.#idleTimeout;
  }

  /** Ends the flow that has been silent longest. */
  #evict(): void {
    const idle = this.#idleQueue();
    for (;;) {
      const heard = this.#records.lastHeard(idle.record);
      if (heard <= idle.time) break;
      idle.refile(heard);
    }
    this.evicted++;
    this.#remove(idle.record);
  }

  /** Ends the flow at the top of the idle queue and gives its record back. */
  #remove(record: number): void {
    this.#show(record);
    this.#idleQueue().pop();
    this.#lookup.remove(record);
    this.#live--;
  }

  #idleQueue(): IdleQueue {
    if (this.#idle === null) {
      this.#idle = new IdleQueue();
      this.forEachLive(({ record }) => this.#idle?.push(record, this.#records.lastHeard(record)));
    }
    return this.#idle;
  }
}
