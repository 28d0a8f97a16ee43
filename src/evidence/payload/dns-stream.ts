/**
 * DNS messages in one direction of a TCP connection (RFC 1035, 4.2.2; RFC 7766): each behind its length, over as many
 * segments as it takes.
 *
 *   | length 2 | message | length 2 | message | ...
 *
 * Segments must come in order; what was sent before is skipped. After a gap nobody knows where a message begins, so
 * the rest of the stream is given up.
 */
import { readUint16 } from "../../net/byte-reads.ts";
import { DNS_HEADER_LENGTH } from "./dns-name.ts";

/** Takes a whole message: `bytes` from `offset` to `end`, borrowed for the call. */
export type DnsMessageTaker = (bytes: Uint8Array, offset: number, end: number) => void;

const PREFIX_LENGTH = 2;
/** What is shorter is no message: this is not DNS, or not where a message begins. */
const MIN_LENGTH = PREFIX_LENGTH + DNS_HEADER_LENGTH;
const MAX_LENGTH = PREFIX_LENGTH + 0xffff;
const FIRST_CAPACITY = 512;
/** Forwards by less than half of the numbers there are (RFC 9293, 3.4). */
const HALF_OF_SEQUENCES = 0x80000000;
const NO_BYTES = new Uint8Array(0);

/** Holds a copy of at most one message and its length: 64 KiB + 1. */
export class DnsStream {
  readonly #take: DnsMessageTaker;
  /** Number of the byte that comes next; -1 before the first segment. */
  #next = -1;
  #held: Uint8Array = NO_BYTES;
  #heldLength = 0;
  #isOver = false;

  constructor(take: DnsMessageTaker) {
    this.#take = take;
  }

  /** Bytes that it holds now, room in reserve included. */
  get heldBytes(): number {
    return this.#held.length;
  }

  /**
   * The payload of one segment, `bytes` from `offset` to `end` (borrowed for the call), whose first byte has the number
   * `sequence`. The first segment given must begin with a message. Returns whether more is worth giving: after `false`
   * nothing is held, and further calls do nothing.
   */
  add(bytes: Uint8Array, offset: number, end: number, sequence: number): boolean {
    if (this.#isOver || offset >= end) return !this.#isOver;
    let at = offset;
    if (this.#next >= 0) {
      const known = (this.#next - sequence) >>> 0;
      if (known >= HALF_OF_SEQUENCES) return this.#giveUp();
      at += known;
      if (at >= end) return true;
    }
    this.#next = (sequence + (end - offset)) >>> 0;
    while (at < end && !this.#isOver)
      at = this.#heldLength === 0 ? this.#begin(bytes, at, end) : this.#go(bytes, at, end);
    return !this.#isOver;
  }

  /** Takes the message that begins at `at`, or what is there of it. Returns where the bytes go on. */
  #begin(bytes: Uint8Array, at: number, end: number): number {
    if (end - at < PREFIX_LENGTH) return this.#go(bytes, at, end);
    const messageEnd = at + PREFIX_LENGTH + readUint16(bytes, at);
    if (messageEnd > end) return this.#go(bytes, at, end);
    if (messageEnd - at < MIN_LENGTH) this.#giveUp();
    else this.#take(bytes, at + PREFIX_LENGTH, messageEnd);
    return messageEnd;
  }

  /** Adds to what is held of a message, and takes it when it is whole. Returns where the bytes go on. */
  #go(bytes: Uint8Array, at: number, end: number): number {
    const wanted =
      this.#heldLength < PREFIX_LENGTH ? PREFIX_LENGTH : PREFIX_LENGTH + readUint16(this.#held, 0);
    const count = Math.min(end - at, wanted - this.#heldLength);
    this.#reserve(this.#heldLength + count);
    this.#held.set(bytes.subarray(at, at + count), this.#heldLength);
    this.#heldLength += count;
    if (this.#heldLength === PREFIX_LENGTH && PREFIX_LENGTH + readUint16(this.#held, 0) < MIN_LENGTH) {
      this.#giveUp();
    } else if (this.#heldLength >= MIN_LENGTH && this.#heldLength === wanted) {
      this.#take(this.#held, PREFIX_LENGTH, wanted);
      this.#release();
    }
    return at + count;
  }

  /** Room for `length` bytes; twice what there was, as segments of one byte must not each move all the others. */
  #reserve(length: number): void {
    if (length <= this.#held.length) return;
    const grown = new Uint8Array(
      Math.min(MAX_LENGTH, Math.max(length, FIRST_CAPACITY, 2 * this.#held.length)),
    );
    grown.set(this.#held.subarray(0, this.#heldLength));
    this.#held = grown;
  }

  #release(): void {
    this.#held = NO_BYTES;
    this.#heldLength = 0;
  }

  #giveUp(): false {
    this.#isOver = true;
    this.#release();
    return false;
  }
}
