/**
 * DNS messages in one direction of a TCP connection (RFC 1035, 4.2.2; RFC 7766): each is preceded by its length and may span
 * segments.
 *
 *   | length 2 | message | length 2 | message | ...
 *
 * Segments must arrive in order; retransmitted bytes are skipped. After a gap, message boundaries are unknown, so the rest of
 * the stream is abandoned.
 */
import { readUint16 } from "../../net/byte-reads.ts";
import { DNS_HEADER_LENGTH } from "./dns-name.ts";

/** Receives a complete message: `bytes` from `offset` to `end`, borrowed for the call. */
export type DnsMessageSink = (bytes: Uint8Array, offset: number, end: number) => void;

const PREFIX_LENGTH = 2;
/** Anything shorter is not a message: this is not DNS, or not a message boundary. */
const MIN_LENGTH = PREFIX_LENGTH + DNS_HEADER_LENGTH;
const MAX_LENGTH = PREFIX_LENGTH + 0xffff;
const FIRST_CAPACITY = 512;
/** Half of the sequence number space: smaller differences are forward (RFC 9293, 3.4). */
const HALF_OF_SEQUENCES = 0x80000000;
const NO_BYTES = new Uint8Array(0);

/** Holds a copy of at most one message and its length: 64 KiB + 1. */
export class DnsStream {
  readonly #emit: DnsMessageSink;
  /** Sequence number of the next byte; -1 before the first segment. */
  #next = -1;
  #held: Uint8Array = NO_BYTES;
  #heldLength = 0;
  #isAbandoned = false;

  constructor(emit: DnsMessageSink) {
    this.#emit = emit;
  }

  /** Bytes held, including spare capacity. */
  get heldBytes(): number {
    return this.#held.length;
  }

  /**
   * Adds the payload of a segment, `bytes` from `offset` to `end` (borrowed for the call), whose first byte has the number
   * `sequence`. The first segment must begin with a message. Returns whether more is wanted: after `false`, nothing is held,
   * and further calls do nothing.
   */
  add(bytes: Uint8Array, offset: number, end: number, sequence: number): boolean {
    if (this.#isAbandoned || offset >= end) return !this.#isAbandoned;
    let at = offset;
    if (this.#next >= 0) {
      const overlap = (this.#next - sequence) >>> 0;
      if (overlap >= HALF_OF_SEQUENCES) return this.#abandon();
      at += overlap;
      if (at >= end) return true;
    }
    this.#next = (sequence + (end - offset)) >>> 0;
    while (at < end && !this.#isAbandoned)
      at = this.#heldLength === 0 ? this.#readOrHold(bytes, at, end) : this.#append(bytes, at, end);
    return !this.#isAbandoned;
  }

  /** Reads the message at `at`, or the available part of it. Returns the offset after it. */
  #readOrHold(bytes: Uint8Array, at: number, end: number): number {
    if (end - at < PREFIX_LENGTH) return this.#append(bytes, at, end);
    const messageEnd = at + PREFIX_LENGTH + readUint16(bytes, at);
    if (messageEnd > end) return this.#append(bytes, at, end);
    if (messageEnd - at < MIN_LENGTH) this.#abandon();
    else this.#emit(bytes, at + PREFIX_LENGTH, messageEnd);
    return messageEnd;
  }

  /** Adds to the held part of a message, and emits the message when it is complete. Returns the offset after it. */
  #append(bytes: Uint8Array, at: number, end: number): number {
    const wanted =
      this.#heldLength < PREFIX_LENGTH ? PREFIX_LENGTH : PREFIX_LENGTH + readUint16(this.#held, 0);
    const count = Math.min(end - at, wanted - this.#heldLength);
    this.#reserve(this.#heldLength + count);
    this.#held.set(bytes.subarray(at, at + count), this.#heldLength);
    this.#heldLength += count;
    if (this.#heldLength === PREFIX_LENGTH && PREFIX_LENGTH + readUint16(this.#held, 0) < MIN_LENGTH) {
      this.#abandon();
    } else if (this.#heldLength >= MIN_LENGTH && this.#heldLength === wanted) {
      this.#emit(this.#held, PREFIX_LENGTH, wanted);
      this.#release();
    }
    return at + count;
  }

  /** Reserves `length` bytes; doubles the buffer, as single-byte segments must not each copy all the others. */
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

  #abandon(): false {
    this.#isAbandoned = true;
    this.#release();
    return false;
  }
}
