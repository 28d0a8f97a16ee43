/**
 * What a packet source hands over: a block of bytes with the places of the records in it, never one callback per
 * packet. One block is reused for a whole capture; all it holds is borrowed until the next block is asked for.
 */

/** Records that one block holds at most: the columns of a block stay in the first-level cache. */
export const BLOCK_CAPACITY = 1024;

/** In `seconds` and `nanoseconds` of a record that carries no time (pcapng Simple Packet Block). */
export const NO_TIME = 0xffffffff;

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
}

/** Memory for a block that somebody else has: columns of `BLOCK_CAPACITY` rows, and `ROOM_LENGTH` bytes. */
export type BlockPlace = Pick<
  PacketBlock,
  | "offsets"
  | "capturedLengths"
  | "originalLengths"
  | "seconds"
  | "nanoseconds"
  | "interfaceIds"
  | "processIds"
> & {
  readonly room: Uint8Array;
  /**
   * Fills rows from `first` on with the records of a little-endian classic pcap that stand in the room, as far as they are
   * usual; returns how many. The time of a record is in units of so many nanoseconds.
   */
  cutRecords(
    first: number,
    start: number,
    end: number,
    nanosecondsPerUnit: number,
    mostCaptured: number,
  ): number;
};

/** Records of a capture as columns; row `i` of every column is one record. Reused: see the file head. */
export class PacketBlock {
  /** The bytes that hold the packets. Borrowed until the next block. */
  bytes: Uint8Array = new Uint8Array(0);
  /** How many rows are filled. */
  count = 0;
  /** Where the packet begins in `bytes`. */
  readonly offsets: Int32Array;
  /** Bytes of the packet that are there, from `offsets[i]`. */
  readonly capturedLengths: Int32Array;
  /** Bytes of the packet on the wire, as the capture says. */
  readonly originalLengths: Uint32Array;
  /** Seconds since 1970-01-01T00:00:00Z, saturated to 0 .. 2^32 - 2; `NO_TIME` without one. */
  readonly seconds: Uint32Array;
  /** Nanoseconds of the second, 0 .. 999,999,999; `NO_TIME` without a time. */
  readonly nanoseconds: Uint32Array;
  /** Index into `interfaces`. */
  readonly interfaceIds: Uint32Array;
  /** The process that the capture names for the packet, as an index into `processes`; 0: none. */
  readonly processIds: Uint32Array;
  /** Who has the columns, with room for the bytes; null: the block itself, and a reader brings its own bytes. */
  readonly place: BlockPlace | null;
  /** Names of processes that the source has given so far (hostile text); only ever grows. The first one means none. */
  readonly processes: string[] = [""];
  /** How often a process block or a packet's process found no room in it: it means nothing. */
  processesForgotten = 0;
  /** All interfaces the source has described so far; only ever grows. */
  readonly interfaces: CaptureInterface[] = [];

  /** A block with columns of its own, or with those of `place`, which has one block at a time. */
  constructor(place: BlockPlace | null = null) {
    this.offsets = place?.offsets ?? new Int32Array(BLOCK_CAPACITY);
    this.capturedLengths = place?.capturedLengths ?? new Int32Array(BLOCK_CAPACITY);
    this.originalLengths = place?.originalLengths ?? new Uint32Array(BLOCK_CAPACITY);
    this.seconds = place?.seconds ?? new Uint32Array(BLOCK_CAPACITY);
    this.nanoseconds = place?.nanoseconds ?? new Uint32Array(BLOCK_CAPACITY);
    this.interfaceIds = place?.interfaceIds ?? new Uint32Array(BLOCK_CAPACITY);
    this.processIds = place?.processIds ?? new Uint32Array(BLOCK_CAPACITY);
    this.place = place;
  }
}
