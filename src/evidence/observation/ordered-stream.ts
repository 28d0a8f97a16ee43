/** Puts one direction of a TCP connection in the order in which it was sent: a few early segments are held. */

const MAX_PIECES = 16;
const MAX_HELD = 32_768;

/** Receives the next bytes (borrowed for the call), and the time of their capture. */
export type BytesSink = (bytes: Uint8Array, offset: number, end: number, time: number) => void;

interface Piece {
  readonly sequence: number;
  readonly bytes: Uint8Array;
  readonly time: number;
}

export class OrderedStream {
  readonly #emit: BytesSink;
  readonly #skipGap: () => void;
  /** Sequence number of the next byte; -1 before the first one. */
  #next = -1;
  /** Whether to skip a gap before the next segment: the missing bytes were seen, but not kept. */
  #skipsNextGap = false;
  #pieces: Piece[] = [];
  #held = 0;

  /** @param skipGap called when bytes before the next ones were not captured */
  constructor(emit: BytesSink, skipGap: () => void) {
    this.#emit = emit;
    this.#skipGap = skipGap;
  }

  /** Bytes held. */
  get heldBytes(): number {
    return this.#held;
  }

  /** Sets the beginning of the stream (borrowed for the call). `isTruncated`: more of it was seen, but not kept. */
  begin(
    bytes: Uint8Array,
    offset: number,
    end: number,
    sequence: number,
    time: number,
    isTruncated: boolean,
  ): void {
    this.add(bytes, offset, end, sequence, time);
    this.#skipsNextGap = isTruncated;
  }

  /** Adds a segment (borrowed for the call) whose first byte has the sequence number `sequence`. */
  add(bytes: Uint8Array, offset: number, end: number, sequence: number, time: number): void {
    if (this.#next < 0) this.#next = sequence;
    const overlap = (this.#next - sequence) | 0;
    if (overlap >= end - offset) return;
    if (overlap >= 0) this.#advance(bytes, offset + overlap, end, time);
    else {
      this.#hold({ sequence, bytes: bytes.slice(offset, end), time });
      if (this.#skipsNextGap || this.#pieces.length > MAX_PIECES || this.#held > MAX_HELD) this.#skipToHeld();
    }
    this.#skipsNextGap = false;
    this.#emitHeld();
  }

  #advance(bytes: Uint8Array, offset: number, end: number, time: number): void {
    this.#next = (this.#next + (end - offset)) >>> 0;
    this.#emit(bytes, offset, end, time);
  }

  /** Emits the held pieces that continue the stream. */
  #emitHeld(): void {
    while (this.#pieces.length > 0) {
      const [{ sequence, bytes, time }] = this.#pieces;
      const overlap = (this.#next - sequence) | 0;
      if (overlap < 0) return;
      this.#pieces.shift();
      this.#held -= bytes.length;
      if (overlap < bytes.length) this.#advance(bytes, overlap, bytes.length, time);
    }
  }

  /** Inserts a piece by sequence number. */
  #hold(piece: Piece): void {
    const at = this.#pieces.findIndex(({ sequence }) => ((piece.sequence - sequence) | 0) < 0);
    this.#pieces.splice(at < 0 ? this.#pieces.length : at, 0, piece);
    this.#held += piece.bytes.length;
  }

  /** Gives up on the missing bytes. */
  #skipToHeld(): void {
    this.#next = this.#pieces[0].sequence;
    this.#skipGap();
  }
}
