/**
 * The hot path, from rows of packets to counters of flows, as WebAssembly. Its source in `assembly/` is AssemblyScript,
 * the part of TypeScript that compiles to it. It takes a third to a half of the time of plain TypeScript: no bounds
 * checks between the loads whose cache misses must overlap, and full speed from the first packet on.
 *
 * One kernel serves one flow table and shares its memory with the program: the arrays here are views of it. Nothing in
 * it ever moves.
 */
import { webcrypto } from "node:crypto";
import { InputError } from "../../errors.ts";
import { PORTS } from "../../net/port-numbers.ts";
import { kernelModule } from "../kernel-module.ts";
import { type BlockPlace, PacketBlock, type PacketColumns } from "../packet-block.ts";
import { columnsOf, firstRowOf, firstRunOf } from "./ahead-blocks.ts";
import type { KernelExports } from "./kernel-exports.ts";
import * as layout from "./layout.ts";
import { RowRun } from "./row-run.ts";

/** More flows would exceed a 32-bit address space. */
export const MAX_FLOWS_LIMIT = 25_000_000;

const PAGE_LENGTH = 65_536;
const SLOT_LENGTH = 8;
/** At most five of eight slots are in use (`assembly/flow-index.ts`). */
const SLOTS_PER_FLOW = 8 / 5;
const MIN_SLOTS = 1 << 15;
/** Enough for a hundred thousand flows before the index must grow; unused slots take no memory. */
const MAX_FIRST_SLOTS = 1 << 18;
/** The index begins with one in this many of the maximum slots. */
const FIRST_SHARE = 16;

/** Callbacks during the counting of rows, for the owner of a kernel. */
export interface KernelHost {
  /** A packet of a flow that is still observed: its row. Returns whether to continue. */
  observe(entry: number, row: number): boolean;
  /** The capturing host's metadata of a packet (`net/host-mark.ts`), as in `ROW_MARK`. */
  addMark(entry: number, mark: number): void;
  /**
   * The IP address of the sender (0) or receiver (1) of a row may have another hardware address; `hops`: `HOPS_...`.
   * Returns whether that hardware forwards packets for others: its public addresses need not be reported.
   */
  observeAddress(row: number, end: number, hops: number): boolean;
  /** The flow in an entry has ended; another one with the same key begins in it after the call. */
  endFlow(entry: number): void;
  /** The maximum of live flows is reached: one must be removed. */
  evict(): void;
  /** Flows last seen before `nextExpiry` may be idle; `now` in seconds. */
  expire(now: number): void;
  /** A flow has begun at `time` (seconds; -Infinity if it has none). Only after `enableStartCallbacks`. */
  flowBegan(entry: number, time: number): void;
  /** The same for a flow that begins in an entry which was live. */
  flowRestarted(entry: number, time: number): void;
  /** The flow's next packet is in a later bucket than its last one. Only after `setEdges`, like the following. */
  leaveBucket(entry: number): void;
  /** The packet of a row, which is counted next, is in an earlier bucket than the last one of its flow. */
  seeLatePacket(entry: number, row: number): void;
  /** The flow in an entry has reached a multiple of the active timeout; the packet of a row is its next one. */
  reachActiveTimeout(entry: number, row: number): void;
}

/** The part of `WebAssembly.Memory` that is used: not everyone who compiles against these types has that name. */
export interface SharedMemory {
  readonly buffer: SharedArrayBuffer;
}

export class Kernel {
  /** A `WebAssembly.Memory`, shared with the reading thread, if there is one. */
  readonly memory: SharedMemory;
  /** `ROW_WORDS` words per row, and the time of each row. */
  readonly rows: Int32Array;
  readonly rowSeconds: Uint32Array;
  readonly rowNanoseconds: Uint32Array;
  /** The run made or loaded last. */
  readonly run: RowRun;
  /** Columns and buffer of blocks that are counted as they are read. */
  readonly blockMemory: BlockPlace;
  /** The bytes of all blocks, including read-ahead ones; the first part is the buffer of `blockMemory`. */
  readonly buffer: Uint8Array;
  /** The flow entries, as words and as doubles, and the wide entries of IPv6 flows. */
  readonly entryWords: Int32Array;
  readonly entryDoubles: Float64Array;
  readonly wide: Int32Array;
  /** How strongly each port indicates the service side, for TCP and then UDP; equal until written. */
  readonly specificities: Uint8Array;
  readonly #exports: KernelExports;
  #host: KernelHost | null = null;

  /**
   * Reserves memory for `maxFlows` flows and several buffers of `bufferLength` bytes. The operating system allocates a
   * page when it is first touched, so the maximum only costs address space. Throws `InputError` if that is short.
   */
  constructor(maxFlows: number, bufferLength: number) {
    let slots = MIN_SLOTS;
    while (slots < (maxFlows + 1) * SLOTS_PER_FLOW) slots *= 2;
    const bytesLength = (1 + layout.AHEAD_BUFFERS) * bufferLength;
    const slotsAt = aligned(layout.BUFFER_AT + bytesLength);
    const entriesAt = slotsAt + slots * SLOT_LENGTH;
    const wideAt = entriesAt + (maxFlows + 1) * layout.ENTRY_WORDS * 4;
    const end = wideAt + (maxFlows + 1) * layout.WIDE_WORDS * 4;
    const memory = reserve(end, maxFlows);
    const { ROWS } = layout;
    // Browser types, which the page is checked against, have no shared memory.
    this.memory = memory as { readonly buffer: ArrayBufferLike } as SharedMemory;
    const { buffer } = this.memory;
    this.rows = new Int32Array(buffer, layout.ROWS_AT, ROWS * layout.ROW_WORDS);
    this.rowSeconds = new Uint32Array(buffer, layout.ROW_SECONDS_AT, ROWS);
    this.rowNanoseconds = new Uint32Array(buffer, layout.ROW_NANOSECONDS_AT, ROWS);
    this.run = new RowRun(buffer);
    this.buffer = new Uint8Array(buffer, layout.BUFFER_AT, bytesLength);
    this.blockMemory = {
      columns: columnsOf(buffer, 0),
      buffer: new Uint8Array(buffer, layout.BUFFER_AT, bufferLength),
    };
    this.entryWords = new Int32Array(buffer, entriesAt, (maxFlows + 1) * layout.ENTRY_WORDS);
    this.entryDoubles = new Float64Array(buffer, entriesAt, (maxFlows + 1) * layout.ENTRY_DOUBLES);
    this.wide = new Int32Array(buffer, wideAt, (maxFlows + 1) * layout.WIDE_WORDS);
    this.specificities = new Uint8Array(buffer, layout.SPECIFICITIES_AT, 2 * PORTS);
    // Secret and different for each kernel, so that nobody can choose which flows collide.
    webcrypto.getRandomValues(new Uint32Array(buffer, layout.MULTIPLIERS_AT, layout.MULTIPLIERS * 2));
    this.#exports = this.#instantiate(memory);
    const firstSlots = Math.min(Math.max(slots / FIRST_SHARE, MIN_SLOTS), MAX_FIRST_SLOTS);
    this.#exports.setIndexLocation(slotsAt, firstSlots, slots);
    this.#exports.setEntryLocations(entriesAt, wideAt);
  }

  /**
   * Begins counting flows for a host and with limits. An observer may need all packets of its flows (`needsAll`), and
   * the hardware addresses of IP addresses.
   */
  begin(
    host: KernelHost,
    limits: { readonly maxFlows: number; readonly idleTimeoutSeconds: number },
    observer: { readonly needsAll: boolean; readonly needsAddresses: boolean } | null,
  ): void {
    this.#host = host;
    this.#exports.setLimits(limits.maxFlows, limits.idleTimeoutSeconds);
    const { needsAll, needsAddresses } = observer ?? { needsAll: false, needsAddresses: false };
    this.#exports.setObserver(observer === null ? 0 : 1, needsAll ? 1 : 0, needsAddresses ? 1 : 0);
  }

  /** Number of live flows. */
  get live(): number {
    return this.#exports.liveFlows();
  }

  /** The highest entry number ever allocated; the first one is 1. */
  get used(): number {
    return this.#exports.usedEntries();
  }

  /**
   * Returns a block in the kernel's memory, whose packets need not be copied. All such blocks share one buffer.
   *
   * @param likeness a block of the same source with another buffer
   */
  createBlock(likeness: PacketBlock | null = null): PacketBlock {
    return new PacketBlock(this.blockMemory, likeness);
  }

  /** Returns new views of the columns: those of `blockMemory`, then those of the read-ahead blocks by number. */
  columnsAhead(): PacketColumns[] {
    return Array.from({ length: 1 + layout.AHEAD_BLOCKS }, (_, blockNumber) =>
      columnsOf(this.memory.buffer, blockNumber),
    );
  }

  /** Whether these bytes are in the kernel's buffer, so that their packets need not be copied. */
  isInBuffer(bytes: Uint8Array): boolean {
    return bytes === this.blockMemory.buffer || bytes === this.buffer;
  }

  /**
   * Makes rows of the fast-path Ethernet packets among records `first` to `end - 1` of a block buffer, from row `row`
   * of the batch on, up to the first that needs the full decoder, or until the batch is full. Returns their number;
   * none of them names a process. `run` then has their totals.
   */
  appendFastPath(blockNumber: number, first: number, end: number, fcsLength: number, row: number): number {
    const record = blockNumber * layout.BLOCK_WORDS;
    const appended = this.#exports.appendFastPath(
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

  /** Loads totals of packets of a read-ahead block into `run`; `block.runs` is the number of runs. */
  loadRun(blockNumber: number, number: number): RowRun {
    this.run.load(firstRunOf(blockNumber) + number);
    return this.run;
  }

  /**
   * Writes the key of row `index`, and its meta word: kind and `META_...` bits without a direction. `source` and
   * `destination` are the offsets of the addresses in the buffer.
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
    this.#exports.finalizeRows(index, index + 1);
  }

  /** Counts the packets of the rows `first` to `end - 1`, at most a batch. */
  countRows(first: number, end: number): void {
    this.#exports.countRows(first, end);
  }

  /** Counts the packets of records `first` to `end - 1` of a read-ahead block, which are rows already. */
  countAhead(blockNumber: number, first: number, end: number): void {
    const row = firstRowOf(blockNumber);
    for (let i = row + first; i < row + end; i += layout.BATCH_CAPACITY) {
      this.#exports.countRows(i, Math.min(i + layout.BATCH_CAPACITY, row + end));
    }
  }

  /** Returns the entry of the live flow that the first row, which is not counted, belongs to, or 0. */
  findFirst(): number {
    return this.#exports.findFirst();
  }

  /** Removes a flow; its entry may be reused. */
  removeFlow(entry: number): void {
    this.#exports.removeFlow(entry);
  }

  /** Orients the flow in an entry: service side, originator and rule as `ORIENTED_...` bits. */
  orient(entry: number): number {
    return this.#exports.orient(entry);
  }

  /** Sets the time in seconds before which no flow can be idle. */
  setNextExpiry(time: number): void {
    this.#exports.setNextExpiry(time);
  }

  /** From now on the host is told of every flow that begins. */
  enableStartCallbacks(): void {
    this.#exports.enableStartCallbacks();
  }

  /**
   * From now on the host is told when flows cross boundaries of buckets of `bucketSeconds`, aligned to 1970, and
   * multiples of the age `activeSeconds`; whole numbers, 0: not needed.
   */
  setEdges(bucketSeconds: number, activeSeconds: number): void {
    this.#exports.setEdges(bucketSeconds, activeSeconds);
    this.#exports.enableEdgeCallbacks();
  }

  #instantiate(memory: WebAssembly.Memory): KernelExports {
    const host: { readonly [name in keyof KernelHost]: (a: number, b: number, c: number) => unknown } = {
      observe: (entry, row) => (this.#host?.observe(entry, row) ? 1 : 0),
      addMark: (entry, mark) => this.#host?.addMark(entry, mark),
      observeAddress: (row, end, hops) => (this.#host?.observeAddress(row, end, hops) ? 1 : 0),
      endFlow: (entry) => this.#host?.endFlow(entry),
      evict: () => this.#host?.evict(),
      expire: (now) => this.#host?.expire(now >>> 0),
      flowBegan: (entry, time) => this.#host?.flowBegan(entry, time),
      flowRestarted: (entry, time) => this.#host?.flowRestarted(entry, time),
      leaveBucket: (entry) => this.#host?.leaveBucket(entry),
      seeLatePacket: (entry, row) => this.#host?.seeLatePacket(entry, row),
      reachActiveTimeout: (entry, row) => this.#host?.reachActiveTimeout(entry, row),
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
    // It reserves gigabytes of address space, which a limit (ulimit -v) may not allow.
    if (!(error instanceof RangeError)) throw error;
    const message = `no memory can be reserved for ${maxFlows} flows (${length} bytes): is there a limit on addresses (ulimit -v)?`;
    throw new InputError("bad_argument", message, {}, error);
  }
}
