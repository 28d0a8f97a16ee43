/**
 * Beginnings of flows whose protocol the first packet alone does not show: copies in slots of one size, so a flood of them
 * creates no objects. A TCP slot holds the first bytes of both streams, a UDP slot the beginnings of both sides' first
 * datagrams.
 */
import type { FlowStart, Message } from "../payload/protocols/flow-start.ts";

/** Bytes kept per side of a stream. */
export const MAX_KEPT_BYTES = 512;
/** Datagrams kept per side. */
const MAX_KEPT_DATAGRAMS = 6;
/** Bytes kept of each: protocols that need several have their signs in the headers. */
const MAX_DATAGRAM_BYTES = 168;
/** Buffer size per side. */
const SIDE_BYTES = 1024;
const SLOT_BYTES = 2 * SIDE_BYTES;
/** Slots allocated at once: a power of two. */
const CHUNK_SHIFT = 8;
const CHUNK_SLOTS = 1 << CHUNK_SHIFT;

/** Numbers kept per side. */
const COLUMNS = 4 + 2 * MAX_KEPT_DATAGRAMS;
/** TCP: bytes up to the first gap; UDP: all kept bytes. */
const USED = 0;
/** TCP: bytes after that gap; a second gap is not supported. */
const ISLAND_START = 1;
const ISLAND_END = 2;
/** TCP: sequence number of the stream's first byte. UDP: number of datagrams. */
const BASE = 3;
const COUNT = 3;
/** UDP: for each datagram, the number of kept bytes with a flag, and the original length. */
const DATAGRAMS = 4;
const IS_BEGINNING = 0x10000;

/** An object that is reused and overwritten each time. */
export type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What was kept of one side of a flow: borrowed until another slot is shown. */
export interface StartMessage {
  /** `Side`. */
  readonly side: 0 | 1;
  readonly message: Message;
  /** For a stream, the sequence number of its first byte; null for a packet that was not copied. */
  readonly sequence: number | null;
}

/** The flow of a slot. */
interface SlotFlow {
  transport: FlowStart["transport"];
  first: 0 | 1;
  announced: FlowStart["announced"];
  isBeginning: boolean;
  /** Port of the first side, then of the other. */
  ports: [number, number];
}

export class BeginningSlots {
  readonly #chunks: Uint8Array[] = [];
  readonly #columns: Int32Array[] = [];
  readonly #flows: SlotFlow[] = [];
  readonly #free: number[] = [];
  /** Reused, like everything that `startOf` returns. */
  readonly #messages = [0, 1].map(() => Array.from({ length: MAX_KEPT_DATAGRAMS }, reusableMessage));
  readonly #start: Mutable<FlowStart> = { transport: "tcp", sides: [[], []], announced: null };
  readonly #sides = this.#start.sides as unknown as readonly [Message[], Message[]];

  /** Allocates a slot for a flow with a first message (borrowed for the call) of side `side`. */
  allocate(first: 0 | 1, side: 0 | 1, message: Message, announced: FlowStart["announced"]): number {
    const { isStream, isBeginning, sourcePort, destinationPort } = message;
    const slot = this.#free.pop() ?? this.#grow();
    const flow = this.#flows[slot];
    flow.transport = isStream ? "tcp" : "udp";
    flow.first = first;
    flow.announced = announced;
    flow.isBeginning = isBeginning;
    flow.ports[side ^ first] = sourcePort;
    flow.ports[side ^ first ^ 1] = destinationPort;
    const at = columnAt(slot, 0);
    this.#columns[slot >> CHUNK_SHIFT].fill(0, at, at + 2 * COLUMNS);
    return slot;
  }

  /** Frees a slot. */
  release(slot: number): void {
    this.#free.push(slot);
  }

  /** The side (`Side`) that sent payload first. */
  firstOf(slot: number): 0 | 1 {
    return this.#flows[slot].first;
  }

  /** Whether nothing more of a side can be kept. */
  isFull(slot: number, side: number): boolean {
    const { first, transport } = this.#flows[slot];
    const columns = this.#columns[slot >> CHUNK_SHIFT];
    const at = columnAt(slot, side ^ first);
    if (transport === "tcp") return columns[at + USED] >= MAX_KEPT_BYTES;
    return columns[at + COUNT] >= MAX_KEPT_DATAGRAMS;
  }

  /** Copies a datagram (borrowed for the call) of a side that is not full. */
  addDatagram(slot: number, side: number, { bytes, offset, end, length, isBeginning }: Message): void {
    const index = side ^ this.#flows[slot].first;
    const columns = this.#columns[slot >> CHUNK_SHIFT];
    const at = columnAt(slot, index);
    const used = columns[at + USED];
    const kept = Math.min(end - offset, MAX_DATAGRAM_BYTES);
    this.#copy(slot, index, used, bytes, offset, kept);
    const entry = at + DATAGRAMS + 2 * columns[at + COUNT];
    columns[entry] = kept | (isBeginning ? IS_BEGINNING : 0);
    columns[entry + 1] = length;
    columns[at + USED] = used + kept;
    columns[at + COUNT]++;
  }

  /**
   * Copies the new part of a segment (borrowed for the call) whose first byte has sequence number `sequence`. Returns whether
   * the contiguous part of the stream has grown. The first copy of a byte counts.
   *
   * @param base sequence number of the stream's first byte; null: the stream begins with the first byte seen
   */
  addSegment(slot: number, side: number, message: Message, sequence: number, base: number | null): boolean {
    const index = side ^ this.#flows[slot].first;
    const columns = this.#columns[slot >> CHUNK_SHIFT];
    const at = columnAt(slot, index);
    const used = columns[at + USED];
    if (used === 0 && columns[at + ISLAND_END] === 0) columns[at + BASE] = base ?? sequence;
    const position = (sequence - columns[at + BASE]) | 0;
    const { bytes, offset, end } = message;
    const from = Math.max(position, used);
    const until = Math.min(position + (end - offset), MAX_KEPT_BYTES);
    if (from >= until) return false;
    const islandEnd = columns[at + ISLAND_END];
    const islandStart = islandEnd === 0 ? until : columns[at + ISLAND_START];
    const isGap = from > used;
    const isApart = islandEnd !== 0 && (until < islandStart || from > islandEnd);
    if (isGap && isApart) return false;
    const before = Math.min(until, islandStart);
    if (before > from) this.#copy(slot, index, from, bytes, offset + (from - position), before - from);
    const behind = Math.max(from, islandEnd);
    if (islandEnd !== 0 && until > behind) {
      this.#copy(slot, index, behind, bytes, offset + (behind - position), until - behind);
    }
    if (isGap) {
      columns[at + ISLAND_START] = Math.min(islandStart, from);
      columns[at + ISLAND_END] = Math.max(islandEnd, until);
      return false;
    }
    columns[at + USED] = isApart ? until : Math.max(islandEnd, until);
    if (!isApart) columns[at + ISLAND_END] = 0;
    return true;
  }

  /** The beginning of a slot's flow; borrowed until another one is requested. `isOver`: nothing will be added to it. */
  startOf(slot: number, isOver: boolean): FlowStart {
    const { transport, announced } = this.#flows[slot];
    this.#start.transport = transport;
    this.#start.announced = announced;
    for (const index of [0, 1] as const) this.#fillMessages(slot, index, isOver);
    return this.#start;
  }

  /** The same, by the sides of the flow. */
  startMessagesOf(slot: number): StartMessage[] {
    const columns = this.#columns[slot >> CHUNK_SHIFT];
    const first = this.firstOf(slot);
    return this.startOf(slot, false).sides.flatMap((messages, index) =>
      messages.map((message) => ({
        side: (index ^ first) as 0 | 1,
        message,
        sequence: columns[columnAt(slot, index) + BASE] >>> 0,
      })),
    );
  }

  #fillMessages(slot: number, index: 0 | 1, isOver: boolean): void {
    const { transport, isBeginning, ports } = this.#flows[slot];
    const columns = this.#columns[slot >> CHUNK_SHIFT];
    const at = columnAt(slot, index);
    const side = this.#sides[index];
    const isStream = transport === "tcp";
    const count = isStream ? Math.min(columns[at + USED], 1) : columns[at + COUNT];
    let offset = byteAt(slot, index);
    side.length = count;
    for (let i = 0; i < count; i++) {
      const message = this.#messages[index][i];
      const entry = at + DATAGRAMS + 2 * i;
      const kept = isStream ? columns[at + USED] : columns[entry] & ~IS_BEGINNING;
      message.bytes = this.#chunks[slot >> CHUNK_SHIFT];
      message.offset = offset;
      offset += kept;
      message.end = offset;
      message.length = isStream ? kept : columns[entry + 1];
      message.isStream = isStream;
      message.isFull = isOver || !isStream || kept >= MAX_KEPT_BYTES;
      message.isBeginning = isStream ? isBeginning : (columns[entry] & IS_BEGINNING) !== 0;
      message.sourcePort = ports[index];
      message.destinationPort = ports[1 - index];
      side[i] = message;
    }
  }

  #copy(slot: number, index: number, at: number, bytes: Uint8Array, offset: number, count: number): void {
    const chunk = this.#chunks[slot >> CHUNK_SHIFT];
    const target = byteAt(slot, index) + at;
    for (let i = 0; i < count; i++) chunk[target + i] = bytes[offset + i];
  }

  #grow(): number {
    const first = this.#flows.length;
    this.#chunks.push(new Uint8Array(CHUNK_SLOTS * SLOT_BYTES));
    this.#columns.push(new Int32Array(CHUNK_SLOTS * 2 * COLUMNS));
    for (let slot = first; slot < first + CHUNK_SLOTS; slot++) {
      this.#flows.push({ transport: "tcp", first: 0, announced: null, isBeginning: false, ports: [0, 0] });
      if (slot > first) this.#free.push(slot);
    }
    return first;
  }
}

/** Offset of the numbers of a side in the columns of its chunk. */
function columnAt(slot: number, index: number): number {
  return ((slot & (CHUNK_SLOTS - 1)) * 2 + index) * COLUMNS;
}

/** Offset of the bytes of a side in its chunk. */
function byteAt(slot: number, index: number): number {
  return (slot & (CHUNK_SLOTS - 1)) * SLOT_BYTES + index * SIDE_BYTES;
}

/** A reusable message, initially empty. */
export function reusableMessage(): Mutable<Message> {
  return {
    bytes: new Uint8Array(0),
    offset: 0,
    end: 0,
    length: 0,
    isStream: false,
    isFull: true,
    isBeginning: true,
    sourcePort: 0,
    destinationPort: 0,
  };
}

/** A flow with one message (borrowed, reusable): from the first side, and from the other one. */
export function singleMessageStarts(message: Message): readonly [Mutable<FlowStart>, Mutable<FlowStart>] {
  return [
    { transport: "tcp", sides: [[message], []], announced: null },
    { transport: "tcp", sides: [[], [message]], announced: null },
  ];
}
