/** Recognised protocols of live flows, by flow entry: there are few distinct results, so numbers stand for them. */
import { mayAnnounce } from "../payload/announcements/announcement-readers.ts";
import type { Recognition } from "../payload/protocols/recognise.ts";
import type { StartMessage } from "./beginning-slots.ts";

/**
 * Continues to read a flow whose recognised protocol may announce ports; `messages` is what was kept so far, borrowed. The packet
 * by which it was recognised follows separately.
 */
export interface RecognitionSink {
  begin(entry: number, recognition: Recognition, messages: readonly StartMessage[]): void;
}

/** Bytes kept per flow. */
const MAX_FIRST_BYTES = 8;

/** First bytes of the side that showed the protocol of a flow. */
export interface FirstBytes {
  /** `Side`. */
  readonly side: number;
  /** At most 8; none where a log names the protocol, and no payload was seen. Owned by the caller. */
  readonly bytes: Uint8Array;
}

export class RecognisedFlows {
  /** An index of `#recognitions`; 0: none (so far). */
  readonly #numbers: Uint16Array;
  readonly #recognitions: (Recognition | null)[] = [null];
  readonly #numberOf = new Map<Recognition, number>();

  readonly #sink: RecognitionSink | null;
  /** By flow entry: the side and the number of bytes, then the bytes; null if nobody needs them. */
  readonly #first: Uint8Array | null;

  /** For entries 1 to `capacity`. `keepsBytes`: also keep the first bytes of flows. */
  constructor(capacity: number, sink: RecognitionSink | null = null, keepsBytes = false) {
    this.#sink = sink;
    this.#numbers = new Uint16Array(capacity + 1);
    this.#first = keepsBytes ? new Uint8Array((capacity + 1) * (1 + MAX_FIRST_BYTES)) : null;
  }

  /** First bytes of the client's side, or of the side that spoke first; null if they were not kept. */
  firstBytesOf(entry: number): FirstBytes | null {
    const first = this.#first;
    if (first === null || this.#numbers[entry] === 0) return null;
    const at = entry * (1 + MAX_FIRST_BYTES);
    const length = first[at] >> 1;
    return { side: first[at] & 1, bytes: first.slice(at + 1, at + 1 + length) };
  }

  /** Protocol of a flow; null if not recognised so far. */
  of(entry: number): Recognition | null {
    return this.#recognitions[this.#numbers[entry]];
  }

  /** Whether the first bytes of flows with this result are needed. */
  needsStart({ protocol }: Recognition): boolean {
    return this.#first !== null || (this.#sink !== null && mayAnnounce(protocol));
  }

  /** Passes the beginning of a recognised flow on: `messages` has a part of it, borrowed for the call. */
  passStart(entry: number, recognition: Recognition, messages: readonly StartMessage[]): void {
    if (this.#first !== null) keepFirstBytes(this.#first, entry, recognition.asks, messages);
    if (!mayAnnounce(recognition.protocol)) return;
    this.#sink?.begin(
      entry,
      recognition,
      messages.filter(({ sequence }) => sequence !== null),
    );
  }

  add(entry: number, recognition: Recognition): void {
    let number = this.#numberOf.get(recognition);
    if (number === undefined) {
      // There are as many as protocols, times a few.
      number = this.#recognitions.push(recognition) - 1;
      this.#numberOf.set(recognition, number);
    }
    this.#numbers[entry] = number;
  }

  /** Adds a protocol named by a log: there are no bytes that show it. */
  addReported(record: number, recognition: Recognition): void {
    this.add(record, recognition);
    if (this.#first !== null) this.#first[record * (1 + MAX_FIRST_BYTES)] = 0;
  }

  /** The flow in an entry has ended. */
  forget(entry: number): void {
    this.#numbers[entry] = 0;
  }
}

function keepFirstBytes(
  first: Uint8Array,
  entry: number,
  asks: Recognition["asks"],
  messages: readonly StartMessage[],
): void {
  const { side, message } = messages.find((start) => start.side === asks) ?? messages[0];
  const { bytes, offset, end } = message;
  const at = entry * (1 + MAX_FIRST_BYTES);
  const length = Math.min(end - offset, MAX_FIRST_BYTES);
  first[at] = (length << 1) | side;
  first.set(bytes.subarray(offset, offset + length), at + 1);
}
