/**
 * Protocols of live flows, by flow entry: their first payload is passed to the recognisers until these decide. Most flows are
 * decided by their first packet, of which nothing is copied. What is held of others is bounded; what does not fit is dropped
 * and counted.
 */
import type { PacketRow } from "../../flows/packet-row.ts";
import type { Message } from "../payload/protocols/flow-start.ts";
import {
  laterTls,
  type Recognition,
  recognise,
  recogniseLater,
  usesAnnouncement,
  withSidesSwapped,
} from "../payload/protocols/recognise.ts";
import { isLaterRecord } from "../payload/protocols/tls.ts";
import {
  BeginningSlots,
  MAX_KEPT_BYTES,
  type Mutable,
  reusableMessage,
  type StartMessage,
  singleMessageStarts,
} from "./beginning-slots.ts";
import type { HandshakeSegment } from "./handshake.ts";
import { RecognisedFlows } from "./recognised-flows.ts";
import {
  type AnnouncedProtocol,
  DROPPED_PART,
  datagramLength,
  FIRST_FROM_B,
  IS_BEGINNING,
  IS_DONE,
  IS_PENDING,
  isMoreAwaited,
  MAX_PACKETS,
  MAX_PENDING,
  MAX_WAITING_PACKETS,
  nothingAnnounced,
  RECORD_A,
  RECORD_B,
  SENT_A,
  type StreamOpening,
} from "./recogniser-states.ts";
import { MAX_START_LENGTH } from "./stream-start.ts";

export class ProtocolRecogniser {
  /** Flows that were dropped before they were decided. */
  dropped = 0;
  readonly #states: Uint8Array;
  readonly #packets: Uint8Array;
  readonly #recognised: RecognisedFlows;
  /** By flow entry: the slot of each undecided flow. */
  readonly #pending = new Map<number, number>();
  readonly #slots = new BeginningSlots();
  readonly #maxPending: number;
  readonly #message = reusableMessage();
  /** The current packet, in the form of a kept one. */
  readonly #startMessage: Mutable<StartMessage> = { side: 0, message: this.#message, sequence: null };
  /** A flow's first packet, not copied: from the first side, and from the other one. */
  readonly #singleStarts = singleMessageStarts(this.#message);

  /** For entries 1 to `capacity`. */
  constructor(capacity: number, recognised = new RecognisedFlows(capacity), maxPending = MAX_PENDING) {
    this.#recognised = recognised;
    this.#maxPending = maxPending;
    this.#states = new Uint8Array(capacity + 1);
    this.#packets = new Uint8Array(capacity + 1);
  }

  /** Whether nothing more of a flow is wanted. */
  isDone(entry: number): boolean {
    return (this.#states[entry] & IS_DONE) !== 0;
  }

  /** Protocol of a flow, its `asks` being a `Side`; null if not recognised so far. */
  of(entry: number): Recognition | null {
    return this.#recognised.of(entry);
  }

  /** Whether a flow has payload, and its beginning was captured. */
  isBeginning(entry: number): boolean {
    return (this.#states[entry] & IS_BEGINNING) !== 0;
  }

  /** The flow ends: nothing more will be seen of it. */
  finish(entry: number): void {
    if (this.#slotOf(entry) !== undefined) this.#end(entry);
  }

  /** The flow in an entry has ended, and its result is no longer needed. */
  forget(entry: number): void {
    this.#release(entry);
    this.#states[entry] = 0;
    this.#packets[entry] = 0;
    this.#recognised.forget(entry);
  }

  /** Sets the protocol of a flow as recognised by another program, unless it is known. */
  setRecognition(entry: number, recognition: Recognition, isBeginning: boolean): void {
    if (this.isDone(entry)) return;
    this.#recognised.addReported(entry, recognition);
    this.#states[entry] |= isBeginning ? IS_DONE | IS_BEGINNING : IS_DONE;
  }

  /** Adds one of the first datagrams of a flow (borrowed for the call). Returns whether more is wanted. */
  addDatagram(entry: number, packet: PacketRow, segment: HandshakeSegment): boolean {
    if (this.isDone(entry) || segment.offset >= segment.end) return !this.isDone(entry);
    const message = this.#fillMessage(packet, segment);
    message.length = Math.max(datagramLength(packet), message.end - message.offset);
    message.isStream = false;
    message.isFull = true;
    const { side } = packet;
    message.isBeginning = (this.#states[entry] & (SENT_A << side)) === 0;
    if (!this.#countPacket(entry, side, true)) return false;
    const slot = this.#slotOf(entry);
    if (slot === undefined) return this.#addSingle(entry, side, null, nothingAnnounced);
    if (this.#slots.isFull(slot, side)) return this.#waitForMore(entry, slot);
    this.#slots.addDatagram(slot, side, message);
    this.#states[entry] |= SENT_A << side;
    return this.#judge(entry, slot);
  }

  /** Like `addDatagram`, for one of the first segments; `announced` is called only if relevant. */
  addSegment(
    entry: number,
    packet: PacketRow,
    segment: HandshakeSegment,
    { base, isBeginning }: StreamOpening,
    announced: AnnouncedProtocol,
  ): boolean {
    if (this.isDone(entry) || segment.offset >= segment.end) return !this.isDone(entry);
    const message = this.#fillMessage(packet, segment);
    message.isStream = true;
    message.isBeginning = isBeginning;
    const { side } = packet;
    if (!this.#countPacket(entry, side, isBeginning)) return false;
    const slot = this.#slotOf(entry);
    const { sequence } = segment;
    if (slot === undefined) return this.#addSingle(entry, side, base, announced, sequence);
    if (this.#slots.isFull(slot, side)) return this.#waitForMore(entry, slot);
    if (!this.#slots.addSegment(slot, side, message, sequence, base)) return true;
    this.#states[entry] |= SENT_A << side;
    return this.#judge(entry, slot);
  }

  /** The message in a packet, not copied. */
  #fillMessage(packet: PacketRow, { bytes, offset, end }: HandshakeSegment): Mutable<Message> {
    const message = this.#message;
    const { side } = packet;
    this.#startMessage.side = side;
    message.bytes = bytes;
    message.offset = offset;
    message.end = end;
    message.sourcePort = packet.port(side);
    message.destinationPort = packet.port(1 - side);
    return message;
  }

  /** Counts a packet. Returns false if it exceeds the limit. */
  #countPacket(entry: number, side: number, isBeginning: boolean): boolean {
    if (this.#packets[entry] === 0) {
      const first = side === 0 ? 0 : FIRST_FROM_B;
      this.#states[entry] = first | (isBeginning ? IS_BEGINNING : 0);
    }
    if (++this.#packets[entry] <= MAX_PACKETS) return true;
    return this.#end(entry);
  }

  /** Judges a packet of a flow of which nothing is held: its first, or, if that was not recognised, the other side's first. */
  #addSingle(
    entry: number,
    side: 0 | 1,
    base: number | null,
    announced: AnnouncedProtocol,
    sequence = 0,
  ): boolean {
    const state = this.#states[entry];
    // A stream with an unknown beginning stays unknown; a datagram says nothing about the next one.
    const isDone = this.#message.isStream && (state & (SENT_A << side)) !== 0;
    if (isDone) {
      const isAwaited = (state & (RECORD_A | RECORD_B)) !== 0 || this.#packets[entry] <= MAX_WAITING_PACKETS;
      return isAwaited || this.#end(entry);
    }
    const first = (state & FIRST_FROM_B) === 0 ? 0 : 1;
    const message = this.#message;
    const position = base === null ? 0 : (sequence - base) | 0;
    if (position !== 0 && Math.abs(position) < MAX_START_LENGTH) {
      // The beginning is yet to come, or was retransmitted.
      if (position >= MAX_KEPT_BYTES || position + (message.end - message.offset) <= 0) return true;
      const slot = this.#slots.allocate(first, side, message, announced());
      const hasMore = this.#slots.addSegment(slot, side, message, sequence, base);
      this.#hold(entry, slot);
      return hasMore ? this.#judge(entry, slot) : true;
    }
    this.#states[entry] = state | (SENT_A << side);
    if (position !== 0) {
      // The SYN belonged to an earlier connection.
      this.#states[entry] &= ~IS_BEGINNING;
      message.isBeginning = false;
    }
    if (message.isStream) {
      message.end = Math.min(message.end, message.offset + MAX_KEPT_BYTES);
      message.length = message.end - message.offset;
      message.isFull = message.length === MAX_KEPT_BYTES;
    }
    if (message.isStream && isLaterRecord(message)) return this.#addRecord(entry, side, first);
    const start = this.#singleStarts[side === first ? 0 : 1];
    start.transport = message.isStream ? "tcp" : "udp";
    start.announced = usesAnnouncement(message.bytes[message.offset]) ? announced() : null;
    const hasSent = (state & (SENT_A << side)) !== 0;
    const answer = hasSent ? recogniseLater(start) : recognise(start);
    if (answer === null) return this.#rejectStart(entry, message);
    if (answer !== "more") return this.#setResult(entry, first, answer);
    const slot = this.#slots.allocate(first, side, message, announced());
    if (message.isStream) this.#slots.addSegment(slot, side, message, sequence, sequence);
    else this.#slots.addDatagram(slot, side, message);
    return this.#hold(entry, slot);
  }

  #addRecord(entry: number, side: 0 | 1, first: 0 | 1): boolean {
    this.#states[entry] |= RECORD_A << side;
    const areBothRecords = (this.#states[entry] & RECORD_A) !== 0 && (this.#states[entry] & RECORD_B) !== 0;
    return areBothRecords ? this.#setResult(entry, first, laterTls()) : true;
  }

  #slotOf(entry: number): number | undefined {
    return (this.#states[entry] & IS_PENDING) === 0 ? undefined : this.#pending.get(entry);
  }

  /** Passes everything held to the recognisers. */
  #judge(entry: number, slot: number): boolean {
    const answer = recognise(this.#slots.startOf(slot, false));
    if (answer === null) {
      this.#release(entry);
      return this.#rejectStart(entry, this.#message);
    }
    if (answer !== "more") return this.#setResult(entry, this.#slots.firstOf(slot), answer);
    return this.#waitForMore(entry, slot);
  }

  /** Waits for more, unless nothing more can be kept. */
  #waitForMore(entry: number, slot: number): boolean {
    return !(this.#slots.isFull(slot, 0) && this.#slots.isFull(slot, 1)) || this.#end(entry);
  }

  /** Handles an unknown beginning: only further datagrams, or a side that has sent nothing yet, can still decide. */
  #rejectStart(entry: number, { isStream }: Message): boolean {
    return isMoreAwaited(this.#states[entry], this.#packets[entry], isStream) || this.#end(entry);
  }

  #setResult(entry: number, first: 0 | 1, answer: Recognition): false {
    const recognition = first === 0 ? answer : withSidesSwapped(answer);
    const slot = this.#slotOf(entry);
    if (this.#recognised.needsStart(recognition)) {
      const messages = slot === undefined ? [this.#startMessage] : this.#slots.startMessagesOf(slot);
      this.#recognised.passStart(entry, recognition, messages);
    }
    this.#recognised.add(entry, recognition);
    this.#release(entry);
    this.#states[entry] |= IS_DONE;
    return false;
  }

  /** Nothing more of a flow is wanted: judge whatever is held. */
  #end(entry: number): false {
    const slot = this.#slotOf(entry);
    const answer = slot === undefined ? null : recognise(this.#slots.startOf(slot, true));
    if (slot !== undefined && answer !== null && answer !== "more") {
      return this.#setResult(entry, this.#slots.firstOf(slot), answer);
    }
    this.#release(entry);
    this.#states[entry] |= IS_DONE;
    return false;
  }

  #release(entry: number): void {
    const slot = this.#slotOf(entry);
    if (slot === undefined) return;
    this.#slots.release(slot);
    this.#pending.delete(entry);
    this.#states[entry] &= ~IS_PENDING;
  }

  /** Keeps a slot for more. Evicts several at once: finding the first entry of a map means stepping over all deleted ones. */
  #hold(entry: number, slot: number): true {
    this.#pending.set(entry, slot);
    this.#states[entry] |= IS_PENDING;
    if (this.#pending.size <= this.#maxPending) return true;
    let count = Math.ceil(this.#pending.size / DROPPED_PART);
    for (const oldest of this.#pending.keys()) {
      this.dropped++;
      this.#end(oldest);
      if (--count === 0) break;
    }
    return true;
  }
}
