/** One direction of a TCP connection in the order in which it was sent: of segments that come early a few are held. */

const MAX_PIECES = 16;
const MAX_HELD = 32_768;

/** Gets the next bytes (borrowed for the call), and when they were captured. */
export type BytesTaker = (bytes: Uint8Array, offset: number, end: number, time: number) => void;

interface Piece {
  readonly sequence: number;
  readonly bytes: Uint8Array;
  readonly time: number;
}

export class OrderedStream {
  readonly #take: BytesTaker;
  readonly #skipGap: () => void;
  /** The number of the byte that comes next; -1 before the first one. */
  #next = -1;
  /** Whether a gap before the next segment is not waited for: what stands in it was seen, and not kept. */
  #isLoose = false;
  #pieces: Piece[] = [];
  #held = 0;

  /** @param skipGap is told that something before the next bytes was not captured */
  constructor(take: BytesTaker, skipGap: () => void) {
    this.#take = take;
    this.#skipGap = skipGap;
  }

  /** Bytes that it holds. */
  get heldBytes(): number {
    return this.#held;
  }

  /** What the stream began with (borrowed for the call). `isCut`: more was seen of it, and not kept. */
  begin(
    bytes: Uint8Array,
    offset: number,
    end: number,
    sequence: number,
    time: number,
    isCut: boolean,
  ): void {
    this.add(bytes, offset, end, sequence, time);
    this.#isLoose = isCut;
  }

  /** A segment (borrowed for the call) whose first byte has the number `sequence`. */
  add(bytes: Uint8Array, offset: number, end: number, sequence: number, time: number): void {
    if (this.#next < 0) this.#next = sequence;
    const known = (this.#next - sequence) | 0;
    if (known >= end - offset) return;
    if (known >= 0) this.#go(bytes, offset + known, end, time);
    else {
      this.#hold({ sequence, bytes: bytes.slice(offset, end), time });
      if (this.#isLoose || this.#pieces.length > MAX_PIECES || this.#held > MAX_HELD) this.#jump();
    }
    this.#isLoose = false;
    this.#goOn();
  }

  #go(bytes: Uint8Array, offset: number, end: number, time: number): void {
    this.#next = (this.#next + (end - offset)) >>> 0;
    this.#take(bytes, offset, end, time);
  }

  /** The pieces that follow on what is there. */
  #goOn(): void {
    while (this.#pieces.length > 0) {
      const [{ sequence, bytes, time }] = this.#pieces;
      const known = (this.#next - sequence) | 0;
      if (known < 0) return;
      this.#pieces.shift();
      this.#held -= bytes.length;
      if (known < bytes.length) this.#go(bytes, known, bytes.length, time);
    }
  }

  /** By number, as they follow each other. */
  #hold(piece: Piece): void {
    const at = this.#pieces.findIndex(({ sequence }) => ((piece.sequence - sequence) | 0) < 0);
    this.#pieces.splice(at < 0 ? this.#pieces.length : at, 0, piece);
    this.#held += piece.bytes.length;
  }

  /** What is missing does not come any more. */
  #jump(): void {
    this.#next = this.#pieces[0].sequence;
    this.#skipGap();
  }
}
