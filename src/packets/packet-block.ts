/**
 * The unit that a packet source delivers: a block of bytes with the positions of its records, never a callback per
 * packet. One block is reused for a whole capture; its contents are borrowed until the next block is requested.
 */

import { NO_TIME } from "../net/moment.ts";
import { type CapturedProcess, NO_PROCESS } from "./captured-process.ts";

/** Maximum records of a block: its columns stay in the first-level cache. */
export const BLOCK_CAPACITY = 1024;

/** One capture interface of one source: a pcapng Interface Description Block, or the header of a classic pcap. */
export interface CaptureInterface {
  /** LINKTYPE_ value, which selects the decoder of its packets. */
  readonly linkType: number;
  /** Interface name from the capture (hostile text), or null. */
  readonly name: string | null;
  /** Bytes of frame check sequence at the end of each untruncated frame. */
  readonly fcsLength: number;
  /** Decimal digits of a second in its timestamps, 0 to 9. */
  readonly timeDigits: number;
  /** Records read so far. */
  packets: number;
  /** Packets dropped according to the capturing system (pcapng isb_ifdrop + isb_osdrop), or null if unknown. */
  dropped: number | null;
  /** Number of interfaces that share this entry, which then describes none of them individually; 1 if omitted. */
  standsFor?: number;
}

const COLUMN_LENGTH = BLOCK_CAPACITY * Uint32Array.BYTES_PER_ELEMENT;
const COLUMNS = 7;

/** Memory of a block: its columns, and the buffer that a reader fills. */
export interface BlockPlace {
  readonly columns: PacketColumns;
  readonly buffer: Uint8Array;
}

/** Fewer rows are copied one by one, which is faster than creating a view of each column. */
const MANY_ROWS = 32;

/** Records of a capture as contiguous columns; row `i` of every column is one record. */
export class PacketColumns {
  /** Offset of the packet in the bytes of the block. */
  offsets: Int32Array;
  /** Captured bytes of the packet, from `offsets[i]`. */
  capturedLengths: Int32Array;
  /** Bytes of the packet on the wire, according to the capture. */
  originalLengths: Uint32Array;
  /** Seconds since 1970-01-01T00:00:00Z, 0 .. 2^32 - 2; `NO_TIME` without one. */
  seconds: Uint32Array;
  /** Nanoseconds of the second, 0 .. 999,999,999; `NO_TIME` without a time. */
  nanoseconds: Uint32Array;
  /** Index into `interfaces` of the block. */
  interfaceIds: Uint32Array;
  /** The capturing host's metadata of the packet (`net/host-mark.ts`); 0: none. */
  hostMarks: Uint32Array;

  /** Columns in `memory` from byte `at` on, in the order that the kernel expects (`packets/kernel/layout.ts`). */
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

  /** Copies the rows `first` to `end - 1` of other columns to the first rows of these, except their offsets. */
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

  /** Uses the memory of other columns from now on; the contents of these columns are not copied. */
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

/** A block of records, and the source's metadata so far. Reused: see above. */
export class PacketBlock extends PacketColumns {
  /** The bytes that contain the packets. Borrowed until the next block. */
  bytes: Uint8Array = new Uint8Array(0);
  /** Number of filled rows. */
  count = 0;
  /** Its number among the kernel's read-ahead blocks; 0: it was not read ahead. */
  place = 0;
  /** Number of runs of consecutive packets that were made rows when it was read ahead. */
  runs = 0;
  /** Buffer that a reader fills; null until the reader has created one (`BUFFER_LENGTH` bytes). */
  buffer: Uint8Array | null;
  /** Start and end of the reader's data in it. */
  bufferStart = 0;
  bufferEnd = 0;
  /** Processes that the source has named so far; only grows. The first one means none. */
  readonly processes: CapturedProcess[];
  /** Whether there was any host metadata of a record so far, and any packet dropped by the kernel. */
  readonly told: { marks: boolean; drops: boolean };
  /** Records so far with an impossible time, which was replaced by the previous record's. */
  impossibleTimes = 0;
  /** Records so far with an impossible original length, which is in its column nevertheless. */
  implausibleLengths = 0;
  /** The last time before this block, for a first record whose own is impossible. */
  lastSeconds = NO_TIME;
  lastNanoseconds = NO_TIME;
  /** Number of process blocks and packets whose process was ignored because the list was full. */
  processesForgotten = 0;
  /** All interfaces that the source has described so far; only grows. */
  readonly interfaces: CaptureInterface[];

  /**
   * Creates a block in its own memory, or in memory that it may share with other blocks, which only one source at a
   * time may fill.
   *
   * @param likeness a block of the same source, whose processes, marks and interfaces this one shares
   */
  constructor(place: BlockPlace | null = null, likeness: PacketBlock | null = null) {
    super(place?.columns.offsets.buffer, place?.columns.offsets.byteOffset);
    this.buffer = place?.buffer ?? null;
    this.told = likeness?.told ?? { marks: false, drops: false };
    this.processes = likeness?.processes ?? [NO_PROCESS];
    this.interfaces = likeness?.interfaces ?? [];
  }

  /**
   * Moves its contents to other memory, where its reader continues. The reader's data must fit into the new buffer,
   * where it keeps its offsets.
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
