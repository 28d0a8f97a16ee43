/**
 * The hot path: rows of packets to counters of flows, as WebAssembly, which is written in `assembly/` (AssemblyScript: the
 * part of TypeScript that compiles to it). It takes a third to a half of the time of the same in plain TypeScript: no check of
 * bounds stands between the loads whose cache misses must overlap, and it is fast from the first packet on.
 *
 * One kernel serves one flow table, and shares its memory with the program: the arrays here are views of it. Nothing in it
 * ever moves.
 */
import { webcrypto } from "node:crypto";
import { InputError } from "../../errors.ts";
import { PORTS } from "../../net/port-numbers.ts";
import { kernelModule } from "../kernel-module.ts";
import { type BlockPlace, PacketBlock, type PacketColumns } from "../packet-block.ts";
import { columnsOf, firstRowOf, firstRunOf } from "./ahead-places.ts";
import type { KernelExports } from "./kernel-exports.ts";
import * as layout from "./layout.ts";
import { PlainRun } from "./plain-run.ts";

/** More flows would not fit the memory that 32-bit addresses reach. */
export const MAX_FLOWS_LIMIT = 25_000_000;

const PAGE_LENGTH = 65_536;
const SLOT_LENGTH = 8;
/** Slots in use are at most five of eight (`assembly/flow-index.ts`). */
const SLOTS_PER_FLOW = 8 / 5;
const MIN_SLOTS = 1 << 15;
/** Enough for a hundred thousand flows, which need not be found new slots then: what nobody uses takes no memory. */
const MAX_FIRST_SLOTS = 1 << 18;
/** Of the slots that there may be, one of so many to begin with. */
const FIRST_SHARE = 16;

/** Who counts flows by a kernel: what it is asked while rows are counted. */
export interface KernelHost {
  /** A packet of a flow that is still observed: its row. Returns whether to go on. */
  observe(record: number, row: number): boolean;
  /** What the capturing host says of a packet (`net/host-mark.ts`), as it stands in `ROW_MARK`. */
  addMark(record: number, mark: number): void;
  /**
   * The IP address of the sender (0) or receiver (1) of a row may go with another hardware address; `hops`: `HOPS_...`. Returns whether that
   * one passes packets on for others: its public addresses need not be told.
   */
  meet(row: number, end: number, hops: number): boolean;
  /** The flow in a record has ended; another with the same key begins in it after the call. */
  endFlow(record: number): void;
  /** As many flows are live as may be: one must be removed. */
  makeRoom(): void;
  /** Flows that were last heard of before `nextExpiry` may have been silent too long; `now` in seconds. */
  expire(now: number): void;
  /** A flow has begun at `time` (seconds; before all time for none). Only after `setFollowed`. */
  began(record: number, time: number): void;
  /** The same of one that begins in a record which was live. */
  beganAnew(record: number, time: number): void;
  /** The next packet of the flow in a record is in a later bucket than the last one. Only after `setEdges`, as what follows. */
  leaveBucket(record: number): void;
  /** The packet of a row, which is counted next, is in an earlier bucket than the last one of its flow. */
  seeLate(record: number, row: number): void;
  /** The flow in a record has lived so long since it was told of; the packet of a row is its next one. */
  leavePart(record: number, row: number): void;
}

/** What is used of a `WebAssembly.Memory`, which is a name that not everybody has who compiles against these types. */
export interface SharedMemory {
  readonly buffer: SharedArrayBuffer;
}

export class Kernel {
  /** A `WebAssembly.Memory`, shared with the thread that reads ahead, if there is one. */
  readonly memory: SharedMemory;
  /** `ROW_WORDS` words a row, and the time of each row. */
  readonly rows: Int32Array;
  readonly rowSeconds: Uint32Array;
  readonly rowNanoseconds: Uint32Array;
  /** The run that was made or asked for last. */
  readonly run: PlainRun;
  /** Where a block stands that is counted as it is read. */
  readonly place: BlockPlace;
  /** The bytes of all blocks, those that are read ahead included; `place` has the first of them. */
  readonly buffer: Uint8Array;
  /** The records of flows, as words and as doubles, and the entries of IPv6 addresses. */
  readonly recordWords: Int32Array;
  readonly recordDoubles: Float64Array;
  readonly wide: Int32Array;
  /** How much a port says, of TCP and then of UDP; all alike until it is written. */
  readonly specificities: Uint8Array;
  readonly #exports: KernelExports;
  #host: KernelHost | null = null;

  /**
   * Room for `maxFlows` flows and `bufferLength` bytes of a block, more than once. The operating system gives memory to a page when it is
   * first touched, so room for the most there may be costs only addresses. Throws `InputError` where these are short.
   */
  constructor(maxFlows: number, bufferLength: number) {
    let slots = MIN_SLOTS;
    while (slots < (maxFlows + 1) * SLOTS_PER_FLOW) slots *= 2;
    const bytesLength = (1 + layout.AHEAD_BUFFERS) * bufferLength;
    const slotsAt = aligned(layout.BUFFER_AT + bytesLength);
    const recordsAt = slotsAt + slots * SLOT_LENGTH;
    const wideAt = recordsAt + (maxFlows + 1) * layout.RECORD_WORDS * 4;
    const end = wideAt + (maxFlows + 1) * layout.WIDE_WORDS * 4;
    const memory = reserve(end, maxFlows);
    const { ROWS } = layout;
    // The types of browsers, which the page is checked against, know no memory that is shared.
    this.memory = memory as { readonly buffer: ArrayBufferLike } as SharedMemory;
    const { buffer } = this.memory;
    this.rows = new Int32Array(buffer, layout.ROWS_AT, ROWS * layout.ROW_WORDS);
    this.rowSeconds = new Uint32Array(buffer, layout.ROW_SECONDS_AT, ROWS);
    this.rowNanoseconds = new Uint32Array(buffer, layout.ROW_NANOSECONDS_AT, ROWS);
    this.run = new PlainRun(buffer);
    this.buffer = new Uint8Array(buffer, layout.BUFFER_AT, bytesLength);
    this.place = {
      columns: columnsOf(buffer, 0),
      buffer: new Uint8Array(buffer, layout.BUFFER_AT, bufferLength),
    };
    this.recordWords = new Int32Array(buffer, recordsAt, (maxFlows + 1) * layout.RECORD_WORDS);
    this.recordDoubles = new Float64Array(buffer, recordsAt, (maxFlows + 1) * layout.RECORD_DOUBLES);
    this.wide = new Int32Array(buffer, wideAt, (maxFlows + 1) * layout.WIDE_WORDS);
    this.specificities = new Uint8Array(buffer, layout.SPECIFICITIES_AT, 2 * PORTS);
    // Secret, and others for each kernel: which flows collide is nobody's choice.
    webcrypto.getRandomValues(new Uint32Array(buffer, layout.MULTIPLIERS_AT, layout.MULTIPLIERS * 2));
    this.#exports = this.#instantiate(memory);
    const firstSlots = Math.min(Math.max(slots / FIRST_SHARE, MIN_SLOTS), MAX_FIRST_SLOTS);
    this.#exports.placeIndex(slotsAt, firstSlots, slots);
    this.#exports.placeRecords(recordsAt, wideAt);
  }

  /**
   * Begins to count flows: for whom, and by which limits. An observer may want `seesAll` packets of its flows, and the
   * hardware addresses that IP addresses go with.
   */
  begin(
    host: KernelHost,
    limits: { readonly maxFlows: number; readonly idleTimeoutSeconds: number },
    observer: { readonly seesAll: boolean; readonly meetsAddresses: boolean } | null,
  ): void {
    this.#host = host;
    this.#exports.setLimits(limits.maxFlows, limits.idleTimeoutSeconds);
    const { seesAll, meetsAddresses } = observer ?? { seesAll: false, meetsAddresses: false };
    this.#exports.setObserver(observer === null ? 0 : 1, seesAll ? 1 : 0, meetsAddresses ? 1 : 0);
  }

  /** Flows live now. */
  get live(): number {
    return this.#exports.liveFlows();
  }

  /** The highest number of a record that was ever given out; the first one is 1. */
  get used(): number {
    return this.#exports.usedRecords();
  }

  /**
   * A block in the kernel's memory: its packets need not be copied. All such blocks are in the same place.
   *
   * @param likeness a block of the same source, which stands elsewhere
   */
  createBlock(likeness: PacketBlock | null = null): PacketBlock {
    return new PacketBlock(this.place, likeness);
  }

  /** The columns of the places for blocks that are read ahead by their numbers; those of `place` are the first. New views. */
  columnsAhead(): PacketColumns[] {
    return Array.from({ length: 1 + layout.AHEAD_PLACES }, (_, place) =>
      columnsOf(this.memory.buffer, place),
    );
  }

  /** Whether these are the bytes of blocks here, so that their packets need not be copied. */
  holds(bytes: Uint8Array): boolean {
    return bytes === this.place.buffer || bytes === this.buffer;
  }

  /**
   * Makes rows of the plain packets of an Ethernet among records `first` to `end - 1` of a place, from row `row` of the batch
   * on, up to the first that is not plain or fills it. Returns how many; none of them names a process. `run` has what they
   * add up to.
   */
  appendPlain(place: number, first: number, end: number, fcsLength: number, row: number): number {
    const record = place * layout.PLACE_WORDS;
    const appended = this.#exports.appendPlain(
      record + first,
      record + end,
      fcsLength,
      row,
      layout.BATCH_CAPACITY,
      0,
    );
    this.run.load(0);
    return appended;
  }

  /** Has `run` tell of packets of a place that are rows already; how many runs there are, the block knows. */
  loadRun(place: number, number: number): PlainRun {
    this.run.load(firstRunOf(place) + number);
    return this.run;
  }

  /**
   * Writes the key of row `index`, and its meta word: kind and `META_...` bits without a direction. `source` and
   * `destination` are where the addresses stand in the buffer.
   */
  setKey(
    index: number,
    meta: number,
    source: number,
    destination: number,
    sourcePort: number,
    destinationPort: number,
  ): void {
    const row = index * layout.ROW_WORDS;
    this.rows[row + layout.ROW_META] = meta;
    this.rows[row + layout.ROW_PORTS] = (sourcePort << 16) | destinationPort;
    this.rows[row + layout.ROW_ADDRESS_A] = layout.BUFFER_AT + source;
    this.rows[row + layout.ROW_ADDRESS_B] = layout.BUFFER_AT + destination;
    this.#exports.sealRows(index, index + 1);
  }

  /** Counts the packets of the rows `first` to `end - 1`, a batch at most. */
  countRows(first: number, end: number): void {
    this.#exports.countRows(first, end);
  }

  /** Counts the packets of records `first` to `end - 1` of a place that are rows already. */
  countPlace(place: number, first: number, end: number): void {
    const row = firstRowOf(place);
    for (let i = row + first; i < row + end; i += layout.BATCH_CAPACITY) {
      this.#exports.countRows(i, Math.min(i + layout.BATCH_CAPACITY, row + end));
    }
  }

  /** The record of the live flow that the first row, which is not counted, is of, or 0. */
  findFirst(): number {
    return this.#exports.findFirst();
  }

  /** Takes a flow away; its record may be given to another. */
  removeFlow(record: number): void {
    this.#exports.removeFlow(record);
  }

  /** Which side of the flow in a record is the service, which one began it, and why: `ORIENTED_...` bits. */
  orient(record: number): number {
    return this.#exports.orient(record);
  }

  /** No flow can have been silent too long before this time, in seconds. */
  setNextExpiry(time: number): void {
    this.#exports.setNextExpiry(time);
  }

  /** From now on the host hears of every flow that begins. */
  setFollowed(): void {
    this.#exports.setFollowed();
  }

  /**
   * From now on the host hears of flows that pass an edge between buckets of so many seconds, aligned to 1970, and of those
   * that have lived so many seconds since they were told of; whole numbers, 0: nobody asks.
   */
  setEdges(bucketSeconds: number, activeSeconds: number): void {
    this.#exports.setEdges(bucketSeconds, activeSeconds);
    this.#exports.setEdged();
  }

  #instantiate(memory: WebAssembly.Memory): KernelExports {
    const host: { readonly [name in keyof KernelHost]: (a: number, b: number, c: number) => unknown } = {
      observe: (record, row) => (this.#host?.observe(record, row) ? 1 : 0),
      addMark: (record, mark) => this.#host?.addMark(record, mark),
      meet: (row, end, hops) => (this.#host?.meet(row, end, hops) ? 1 : 0),
      endFlow: (record) => this.#host?.endFlow(record),
      makeRoom: () => this.#host?.makeRoom(),
      expire: (now) => this.#host?.expire(now >>> 0),
      began: (record, time) => this.#host?.began(record, time),
      beganAnew: (record, time) => this.#host?.beganAnew(record, time),
      leaveBucket: (record) => this.#host?.leaveBucket(record),
      seeLate: (record, row) => this.#host?.seeLate(record, row),
      leavePart: (record, row) => this.#host?.leavePart(record, row),
    };
    const { exports }: { exports: unknown } = new WebAssembly.Instance(kernelModule(), {
      env: { memory },
      host,
    });
    return exports as KernelExports;
  }
}

function aligned(address: number): number {
  return Math.ceil(address / PAGE_LENGTH) * PAGE_LENGTH;
}

function reserve(length: number, maxFlows: number): WebAssembly.Memory {
  try {
    const pages = Math.ceil(length / PAGE_LENGTH);
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  } catch (error) {
    // It reserves gigabytes of addresses, more than a limit (ulimit -v) may leave.
    if (!(error instanceof RangeError)) throw error;
    const message = `no memory can be reserved for ${maxFlows} flows (${length} bytes): is there a limit on addresses (ulimit -v)?`;
    throw new InputError("bad_argument", message, {}, error);
  }
}
