/**
 * Reassembles the beginning of a byte stream from pieces that arrive in any order, repeatedly and overlapping. The first copy
 * of a byte wins, so no attack that exploits how receivers choose can change a name once seen.
 */

/** Nothing of interest begins later. */
export const MAX_START_LENGTH = 65_536;
/** Maximum number of pieces with gaps between them; QUIC clients split a hello into dozens on purpose. */
const MAX_PIECES = 128;
/** Overhead of a piece in V8: two objects and a buffer. Without it, one-byte pieces would be undercounted. */
const PIECE_OVERHEAD = 256;

interface Piece {
  readonly start: number;
  readonly end: number;
  readonly bytes: Uint8Array;
}

const NO_BYTES = new Uint8Array(0);

/**
 * Holds copies of at most `MAX_START_LENGTH` bytes, the same amount of spare capacity, and the overhead of `MAX_PIECES`
 * pieces.
 */
export class StreamStart {
  /** Ascending, without overlaps. The part before the first gap is in `joined` instead. */
  private pieces: Piece[] = [];
  private joined = NO_BYTES;
  private joinedLength = 0;
  private heldInPieces = 0;

  /** Bytes of memory held, including pieces after a gap and spare capacity. */
  get heldBytes(): number {
    return this.joined.length + this.heldInPieces;
  }

  /** Contains the bytes from 0 to the first gap, at `length`. Borrowed until the next `add`. */
  get bytes(): Uint8Array {
    return this.joined;
  }

  /** Number of valid bytes in `bytes`. */
  get length(): number {
    return this.joinedLength;
  }

  /**
   * Copies the new part of `bytes[offset..end)`, which is at `position` of the stream (it may begin before 0). Returns
   * whether the part before the first gap has grown.
   */
  add(position: number, bytes: Uint8Array, offset: number, end: number): boolean {
    const limit = Math.min(position + (end - offset), MAX_START_LENGTH);
    let cursor = Math.max(position, this.joinedLength);
    if (cursor >= limit) return false;
    if (this.pieces.length === 0 && position <= this.joinedLength) {
      const from = offset + (cursor - position);
      this.reserve(limit);
      this.joined.set(bytes.subarray(from, from + (limit - cursor)), cursor);
      this.joinedLength = limit;
      return true;
    }
    const pieces: Piece[] = [];
    const keepUntil = (pieceEnd: number) => {
      if (pieceEnd <= cursor) return;
      const from = offset + (cursor - position);
      const copy = new Uint8Array(bytes.subarray(from, from + (pieceEnd - cursor)));
      pieces.push({ start: cursor, end: pieceEnd, bytes: copy });
      cursor = pieceEnd;
    };
    for (const piece of this.pieces) {
      keepUntil(Math.min(piece.start, limit));
      pieces.push(piece);
      cursor = Math.max(cursor, piece.end);
    }
    keepUntil(limit);
    if (pieces.length > MAX_PIECES) return false;
    return this.join(pieces);
  }

  /** Moves pieces that continue the joined part into it. */
  private join(pieces: Piece[]): boolean {
    const before = this.joinedLength;
    let length = before;
    let count = 0;
    while (count < pieces.length && pieces[count].start === length) length = pieces[count++].end;
    this.reserve(length);
    for (let i = 0; i < count; i++) this.joined.set(pieces[i].bytes, pieces[i].start);
    this.joinedLength = length;
    this.pieces = pieces.slice(count);
    this.heldInPieces = this.pieces.reduce((sum, piece) => sum + piece.bytes.length + PIECE_OVERHEAD, 0);
    return length > before;
  }

  /** Reserves `length` bytes; doubles the buffer, as single-byte pieces must not each copy all the others. */
  private reserve(length: number): void {
    if (length <= this.joined.length) return;
    const grown = new Uint8Array(Math.max(length, Math.min(MAX_START_LENGTH, 2 * this.joined.length)));
    grown.set(this.joined);
    this.joined = grown;
  }
}
