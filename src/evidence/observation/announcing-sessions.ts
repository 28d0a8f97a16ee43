/**
 * Reads the live sessions that may announce ports for other flows, from the packet on by which they were recognised. Other
 * flows are never followed. Bounded: at most a megabyte of each session is read, and the oldest sessions are evicted when all
 * together hold too much.
 */
import { Side, Transport } from "../../flows/flow-view.ts";
import type { PacketRow } from "../../flows/packet-row.ts";
import { NO_TIME } from "../../net/moment.ts";
import type { AnnouncedPort, AnnouncementReader } from "../payload/announcements/announced-port.ts";
import { readerOf } from "../payload/announcements/announcement-readers.ts";
import { MessageStream } from "../payload/announcements/message-stream.ts";
import type { Recognition } from "../payload/protocols/recognise.ts";
import { AnnouncedPorts } from "./announced-ports.ts";
import { AnnouncingSession } from "./announcing-session.ts";
import type { StartMessage } from "./beginning-slots.ts";
import type { HandshakeSegment } from "./handshake.ts";
import { OrderedStream } from "./ordered-stream.ts";

/** Limits. */
export interface AnnouncingLimits {
  /** Number of sessions read concurrently. */
  readonly sessions: number;
  /** Bytes held by all of them. */
  readonly heldBytes: number;
  /** Ports announced per session, and live sessions that have announced any. */
  readonly portsPerSession: number;
  readonly announcers: number;
}

const DEFAULT_LIMITS: AnnouncingLimits = {
  sessions: 8192,
  heldBytes: 0x200_0000,
  portsPerSession: 512,
  announcers: 16_384,
};
/** Bytes of both directions; a packet counts as at least the second number. */
const MAX_BYTES = 0x10_0000;
const MIN_PACKET = 128;
/** When there is no room, one in this many sessions is evicted. */
const DROPPED_PART = 64;
const NANO = 1e-9;

export class AnnouncingSessions {
  readonly ports = new AnnouncedPorts();
  readonly #limits: AnnouncingLimits;
  /** By flow entry. */
  readonly #reading = new Map<number, SessionReading>();
  readonly #announcers = new Map<number, AnnouncingSession>();
  #held = 0;
  #dropped = 0;
  /** The packet being observed, borrowed until the next one, and the entry of its flow. */
  #packet: PacketRow | null = null;
  #entry = 0;

  constructor(limits: AnnouncingLimits = DEFAULT_LIMITS) {
    this.#limits = limits;
  }

  /** Sessions that were not read to their end, and announcements that were not kept. */
  get dropped(): number {
    return this.#dropped + this.ports.dropped;
  }

  /** The session of a live flow that has announced a port, or null. */
  of(entry: number): AnnouncingSession | null {
    return this.#announcers.size === 0 ? null : (this.#announcers.get(entry) ?? null);
  }

  /** Sets the current packet with payload, by which its flow may be recognised. */
  setPacket(entry: number, packet: PacketRow): void {
    this.#entry = entry;
    this.#packet = packet;
  }

  /**
   * Begins to read a recognised flow; `messages` is what was kept of it so far. Ignores flows that were given up or have ended.
   */
  begin(entry: number, { protocol, asks }: Recognition, messages: readonly StartMessage[]): void {
    const packet = this.#packet;
    if (packet === null || entry !== this.#entry) return;
    const time = timeOf(packet);
    const hosts = [packet.addressKey(Side.A), packet.addressKey(Side.B)] as const;
    const server = asks === null ? null : asks === Side.A ? Side.B : Side.A;
    const isStream = packet.transport === Transport.TCP;
    const session = new AnnouncingSession(entry, hosts, server, time);
    const reader = readerOf(protocol, isStream, (port) => this.#announce(session, port, reading.time));
    if (reader === null) return;
    const reading: SessionReading = new SessionReading(session, reader, time);
    for (const start of messages) reading.begin(start);
    this.#reading.set(entry, reading);
    this.#held += reading.heldBytes;
    this.#evict();
  }

  /** Adds a packet with payload (borrowed for the call) of any flow. Returns whether more is wanted. */
  add(entry: number, packet: PacketRow, segment: HandshakeSegment): boolean {
    const reading = this.#reading.size === 0 ? undefined : this.#reading.get(entry);
    if (reading === undefined) return false;
    if (segment.offset >= segment.end) return true;
    const before = reading.heldBytes;
    const isWanted = reading.add(segment, timeOf(packet), packet.transport === Transport.TCP);
    this.#held += reading.heldBytes - before;
    if (!isWanted) this.#stop(entry, reading);
    else this.#evict();
    return isWanted;
  }

  /** The flow in an entry has ended. */
  forget(entry: number): void {
    const reading = this.#reading.size === 0 ? undefined : this.#reading.get(entry);
    if (reading !== undefined) this.#close(entry, reading);
    const session = this.of(entry);
    if (session === null) return;
    session.entry = 0;
    this.#announcers.delete(entry);
  }

  #announce(session: AnnouncingSession, port: AnnouncedPort, time: number): void {
    const { entry } = session;
    const isNew = !this.#announcers.has(entry);
    if (
      session.count >= this.#limits.portsPerSession ||
      (isNew && this.#announcers.size >= this.#limits.announcers)
    ) {
      this.#dropped++;
      return;
    }
    session.count++;
    this.#announcers.set(entry, session);
    this.ports.add(session, port, time);
  }

  /** Stops reading a session that lives on: the time of its last activity is no longer tracked. */
  #stop(entry: number, reading: SessionReading): void {
    this.#close(entry, reading);
    reading.session.lastTime = Number.POSITIVE_INFINITY;
  }

  #close(entry: number, reading: SessionReading): void {
    this.#held -= reading.heldBytes;
    this.#reading.delete(entry);
  }

  /** Evicts several at once: finding the first entry of a map means stepping over all deleted ones. */
  #evict(): void {
    if (this.#reading.size <= this.#limits.sessions && this.#held <= this.#limits.heldBytes) return;
    let count = Math.ceil(this.#reading.size / DROPPED_PART);
    for (const [entry, reading] of this.#reading) {
      this.#stop(entry, reading);
      this.#dropped++;
      if (--count === 0) return;
    }
  }
}

/** One session while it is read. */
class SessionReading {
  readonly session: AnnouncingSession;
  /** Time of the bytes being read. */
  time: number;
  readonly #reader: AnnouncementReader;
  readonly #streams: readonly [Direction, Direction];
  #bytesLeft = MAX_BYTES;
  #isOver = false;

  constructor(session: AnnouncingSession, reader: AnnouncementReader, time: number) {
    this.session = session;
    this.time = time;
    this.#reader = reader;
    this.#streams = [this.#direction(Side.A), this.#direction(Side.B)];
  }

  get heldBytes(): number {
    const [a, b] = this.#streams;
    return a.ordered.heldBytes + a.messages.heldBytes + b.ordered.heldBytes + b.messages.heldBytes;
  }

  begin({ side, message, sequence }: StartMessage): void {
    const { bytes, offset, end, isStream, isFull, length } = message;
    if (sequence === null) return;
    if (isStream) this.#streams[side].ordered.begin(bytes, offset, end, sequence, this.time, isFull);
    // Only the beginning of a longer datagram was kept; the packet that led to recognition is shown again.
    else if (length === end - offset) this.#read(side, bytes, offset, end);
  }

  add({ bytes, offset, end, sequence, fromB }: HandshakeSegment, time: number, isStream: boolean): boolean {
    this.session.lastTime = time;
    this.time = time;
    const side = fromB === 0 ? Side.A : Side.B;
    if (isStream) this.#streams[side].ordered.add(bytes, offset, end, sequence, time);
    else this.#read(side, bytes, offset, end);
    this.#bytesLeft -= Math.max(end - offset, MIN_PACKET);
    return !this.#isOver && this.#bytesLeft > 0;
  }

  #read(side: 0 | 1, bytes: Uint8Array, offset: number, end: number): void {
    if (!this.#isOver && !this.#reader.read(side, { bytes, offset, end })) this.#isOver = true;
  }

  #direction(side: 0 | 1): Direction {
    const messages = new MessageStream(this.#reader.lengthOf, (message) => this.#reader.read(side, message));
    const ordered = new OrderedStream(
      (bytes, offset, end, time) => {
        this.time = time;
        if (!this.#isOver && !messages.add(bytes, offset, end)) this.#isOver = true;
      },
      () => messages.skipGap(),
    );
    return { ordered, messages };
  }
}

interface Direction {
  readonly ordered: OrderedStream;
  readonly messages: MessageStream;
}

/** In seconds since 1970, or `NO_TIME`. */
function timeOf({ seconds, nanoseconds }: PacketRow): number {
  return seconds === NO_TIME ? NO_TIME : seconds + nanoseconds * NANO;
}
