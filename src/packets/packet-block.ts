/**
 * What a packet source hands over: a block of bytes with the places of the records in it, never one callback per
 * packet. One block is reused for a whole capture; all it holds is borrowed until the next block is asked for.
 */

import { NO_TIME } from "../net/moment.ts";
import { type CapturedProcess, NO_PROCESS } from "./captured-process.ts";

/** Records that one block holds at most: the columns of a block stay in the first-level cache. */
export const BLOCK_CAPACITY = 1024;

/** One capture interface of one source: a pcapng Interface Description Block, or the header of a classic pcap. */
export interface CaptureInterface {
  /** LINKTYPE_ value: which decoder its packets get. */
  readonly linkType: number;
  /** Interface name from the capture (hostile text), or null. */
  readonly name: string | null;
  /** Bytes of frame check sequence at the end of each frame of original length. */
  readonly fcsLength: number;
  /** Decimal digits of a second that its timestamps carry, 0 to 9. */
  readonly timeDigits: number;
  /** Records read so far. */
  packets: number;
  /** Packets that the capturing system says it dropped (pcapng isb_ifdrop + isb_osdrop), or null: not told. */
  dropped: number | null;
  /** How many interfaces share this entry, which says nothing of each; one where it is missing. */
  standsFor?: number;
}

const COLUMN_LENGTH = BLOCK_CAPACITY * Uint32Array.BYTES_PER_ELEMENT;
const COLUMNS = 7;

/** Where a block stands: its columns, and the buffer that a reader fills. */
export interface BlockPlace {
  readonly columns: PacketColumns;
  readonly buffer: Uint8Array;
}

/** Fewer rows are copied one by one: a view of each column takes longer. */
const MANY_ROWS = 32;

/** Records of a capture as columns, one after the other in memory; row `i` of every column is one record. */
export class PacketColumns {
  /** Where the packet begins in the bytes of the block. */
  offsets: Int32Array;
  /** Bytes of the packet that are there, from `offsets[i]`. */
  capturedLengths: Int32Array;
  /** Bytes of the packet on the wire, as the capture says. */
  originalLengths: Uint32Array;
  /** Seconds since 1970-01-01T00:00:00Z, 0 .. 2^32 - 2; `NO_TIME` without one. */
  seconds: Uint32Array;
  /** Nanoseconds of the second, 0 .. 999,999,999; `NO_TIME` without a time. */
  nanoseconds: Uint32Array;
  /** Index into `interfaces` of the block. */
  interfaceIds: Uint32Array;
  /** What the capturing host says of the packet (`net/host-mark.ts`); 0: nothing. */
  hostMarks: Uint32Array;

  /** Columns in `memory` from byte `at` on: there the kernel finds them in this order (`packets/kernel/layout.ts`). */
  constructor(memory: ArrayBufferLike = new ArrayBuffer(COLUMNS * COLUMN_LENGTH), at = 0) {
    const column = (number: number) => new Uint32Array(memory, at + number * COLUMN_LENGTH, BLOCK_CAPACITY);
    this.offsets = new Int32Array(memory, at, BLOCK_CAPACITY);
    this.capturedLengths = new Int32Array(memory, at + COLUMN_LENGTH, BLOCK_CAPACITY);
    this.originalLengths = column(2);
    this.seconds = column(3);
    this.nanoseconds = column(4);
    this.interfaceIds = column(5);
    this.hostMarks = column(6);
  }

  /** Copies row `from` over row `to`. */
  moveRow(from: number, to: number): void {
    this.offsets[to] = this.offsets[from];
    this.capturedLengths[to] = this.capturedLengths[from];
    this.originalLengths[to] = this.originalLengths[from];
    this.seconds[to] = this.seconds[from];
    this.nanoseconds[to] = this.nanoseconds[from];
    this.interfaceIds[to] = this.interfaceIds[from];
    this.hostMarks[to] = this.hostMarks[from];
  }

  /** Copies the rows `first` to `end - 1` of others to the first rows of these, but for their offsets. */
  copyRows(others: PacketColumns, first: number, end: number): void {
    if (end - first < MANY_ROWS) {
      for (let from = first, to = 0; from < end; from++, to++) {
        this.capturedLengths[to] = others.capturedLengths[from];
        this.originalLengths[to] = others.originalLengths[from];
        this.seconds[to] = others.seconds[from];
        this.nanoseconds[to] = others.nanoseconds[from];
        this.interfaceIds[to] = others.interfaceIds[from];
        this.hostMarks[to] = others.hostMarks[from];
      }
      return;
    }
    this.capturedLengths.set(others.capturedLengths.subarray(first, end));
    this.originalLengths.set(others.originalLengths.subarray(first, end));
    this.seconds.set(others.seconds.subarray(first, end));
    this.nanoseconds.set(others.nanoseconds.subarray(first, end));
    this.interfaceIds.set(others.interfaceIds.subarray(first, end));
    this.hostMarks.set(others.hostMarks.subarray(first, end));
  }

  /** Makes the columns of others these, too: both are the same memory from now on, and what stood in these is left there. */
  adopt(others: PacketColumns): void {
    this.offsets = others.offsets;
    this.capturedLengths = others.capturedLengths;
    this.originalLengths = others.originalLengths;
    this.seconds = others.seconds;
    this.nanoseconds = others.nanoseconds;
    this.interfaceIds = others.interfaceIds;
    this.hostMarks = others.hostMarks;
  }
}

/** A block of records, with what the source has said of where they come from. Reused: see the file head. */
export class PacketBlock extends PacketColumns {
  /** The bytes that hold the packets. Borrowed until the next block. */
  bytes: Uint8Array = new Uint8Array(0);
  /** How many rows are filled. */
  count = 0;
  /** The number of its place in the kernel; 0: it was not read ahead. */
  place = 0;
  /** How often packets that follow each other were made rows there already. */
  runs = 0;
  /** Where a reader puts what it reads; null until it has made one (`BUFFER_LENGTH` bytes). */
  buffer: Uint8Array | null;
  /** What its reader has put there: from where to where. */
  bufferStart = 0;
  bufferEnd = 0;
  /** Processes that the source has named so far; only ever grows. The first one means none. */
  readonly processes: CapturedProcess[];
  /** Whether its host has said anything of a record so far, and of one that the kernel has dropped it. */
  readonly told: { marks: boolean; drops: boolean };
  /** Records read so far whose time cannot be right: they have that of the record before. */
  impossibleTimes = 0;
  /** Records read so far whose original length cannot be right; it stands in its column all the same. */
  implausibleLengths = 0;
  /** The time of the last record with one before this block, for a first record whose own is impossible. */
  lastSeconds = NO_TIME;
  lastNanoseconds = NO_TIME;
  /** How often a process block or a packet's process found no room in it: it means nothing. */
  processesForgotten = 0;
  /** All interfaces the source has described so far; only ever grows. */
  readonly interfaces: CaptureInterface[];

  /**
   * A block in memory of its own; or in a place that it may share with other blocks, which only one source at a time may
   * fill.
   *
   * @param likeness a block of the same source, whose processes, marks and interfaces are those of this one too
   */
  constructor(place: BlockPlace | null = null, likeness: PacketBlock | null = null) {
    super(place?.columns.offsets.buffer, place?.columns.offsets.byteOffset);
    this.buffer = place?.buffer ?? null;
    this.told = likeness?.told ?? { marks: false, drops: false };
    this.processes = likeness?.processes ?? [NO_PROCESS];
    this.interfaces = likeness?.interfaces ?? [];
  }

  /**
   * Moves what it holds to another place, where its reader goes on. All that the reader has put into the buffer must fit
   * there; it keeps its offsets.
   */
  moveTo({ columns, buffer }: BlockPlace): void {
    columns.offsets.set(this.offsets.subarray(0, this.count));
    columns.copyRows(this, 0, this.count);
    this.adopt(columns);
    if (this.buffer !== null) {
      buffer.set(this.buffer.subarray(this.bufferStart, this.bufferEnd), this.bufferStart);
    }
    if (this.bytes === this.buffer) this.bytes = buffer;
    this.buffer = buffer;
  }
}
