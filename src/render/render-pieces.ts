/**
 * Text written in pieces: a report of captures may be longer than the longest string (512 MiB in V8), and
 * much longer than what should be kept in memory.
 */

/** Receives text in order, owned by the receiver. Pieces break anywhere between two characters. */
export type WritePiece = (piece: string) => void;

const PIECE_LENGTH = 1 << 16;

/** Collects short texts into pieces large enough for a system call. */
export class Pieces {
  readonly #write: WritePiece;
  #piece = "";

  constructor(write: WritePiece) {
    this.#write = write;
  }

  add(text: string): void {
    this.#piece += text;
    if (this.#piece.length >= PIECE_LENGTH) this.flush();
  }

  /** Writes what is pending, even if empty: that is a result too. */
  flush(): void {
    const piece = this.#piece;
    this.#piece = "";
    this.#write(piece);
  }
}

/** Everything that `writeAll` writes, as one text: for callers that keep a report in memory. */
export async function joinPieces(writeAll: (write: WritePiece) => Promise<void>): Promise<string> {
  const pieces: string[] = [];
  await writeAll((piece) => pieces.push(piece));
  return pieces.join("");
}
