/** Splits one direction of a session into messages, whose length the reader of the protocol determines. */
import { type AnnouncementReader, IS_BROKEN, type MessageBytes, NEEDS_MORE } from "./announced-port.ts";

/** Longer messages are skipped: none of them announces a port. */
const MAX_MESSAGE = 16_384;
/** If no message begins at a position, the next segment may begin with one: maximum number of such attempts. */
const MAX_BREAKS = 8;
const NO_BYTES = new Uint8Array(0);

/** Receives a complete message (borrowed for the call). Returns whether more is wanted. */
export type MessageSink = (message: MessageBytes) => boolean;

/** Holds a copy of at most one incomplete message. */
export class MessageStream {
  readonly #lengthOf: AnnouncementReader["lengthOf"];
  readonly #emit: MessageSink;
  #held = NO_BYTES;
  #heldLength = 0;
  /** Remaining bytes of a message that is too long. */
  #skipped = 0;
  #breaks = 0;

  constructor(lengthOf: AnnouncementReader["lengthOf"], emit: MessageSink) {
    this.#lengthOf = lengthOf;
    this.#emit = emit;
  }

  /** Bytes held, including spare capacity. */
  get heldBytes(): number {
    return this.#held.length;
  }

  /** Adds the next bytes of the stream (borrowed for the call). Returns whether more are wanted. */
  add(bytes: Uint8Array, offset: number, end: number): boolean {
    const skipped = Math.min(this.#skipped, end - offset);
    this.#skipped -= skipped;
    const at = offset + skipped;
    if (at >= end) return true;
    if (this.#heldLength === 0) return this.#split(bytes, at, end);
    this.#hold(bytes, at, end);
    return this.#split(this.#held, 0, this.#heldLength);
  }

  /** Handles a gap in the capture: assumes that the next bytes begin a message. */
  skipGap(): void {
    this.#release();
    this.#skipped = 0;
  }

  #split(bytes: Uint8Array, offset: number, end: number): boolean {
    let at = offset;
    while (at < end) {
      const length = this.#lengthOf(bytes, at, end);
      const available = end - at;
      if (length === IS_BROKEN || (length === NEEDS_MORE && available >= MAX_MESSAGE)) {
        this.#release();
        return ++this.#breaks < MAX_BREAKS;
      }
      if (length > MAX_MESSAGE) {
        this.#release();
        this.#skipped = Math.max(0, length - available);
        if (length >= available) return true;
      } else if (length === NEEDS_MORE || length > available) {
        this.#keepRest(bytes, at, end);
        return true;
      } else if (!this.#emit({ bytes, offset: at, end: at + length })) {
        this.#release();
        return false;
      }
      at += length;
    }
    this.#release();
    return true;
  }

  /** Keeps only the bytes from `at` on. */
  #keepRest(bytes: Uint8Array, at: number, end: number): void {
    if (bytes !== this.#held) {
      this.#hold(bytes, at, end);
      return;
    }
    this.#held.copyWithin(0, at, end);
    this.#heldLength = end - at;
  }

  /** Adds to the held bytes. Doubles the buffer, as single-byte pieces must not each copy all the others. */
  #hold(bytes: Uint8Array, at: number, end: number): void {
    const length = this.#heldLength + (end - at);
    if (length > this.#held.length) {
      const grown = new Uint8Array(Math.max(length, 2 * this.#held.length));
      grown.set(this.#held.subarray(0, this.#heldLength));
      this.#held = grown;
    }
    this.#held.set(bytes.subarray(at, end), this.#heldLength);
    this.#heldLength = length;
  }

  #release(): void {
    this.#held = NO_BYTES;
    this.#heldLength = 0;
  }
}
