/**
 * Text that is handed over in pieces: a report of captures may be longer than the longest string (512 MiB in V8), and
 * much longer than what should wait in memory.
 */

/** Receives text in order, the caller's to keep. Pieces break anywhere between two characters. */
export type WritePiece = (piece: string) => void;

const PIECE_LENGTH = 1 << 16;

/** Collects short texts into pieces that are worth a system call. */
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

  /** Hands over what waits, nothing as well: that is a result too. */
  flush(): void {
    const piece = this.#piece;
    this.#piece = "";
    this.#write(piece);
  }
}

/** All that `writeAll` writes, as one text: for those who hold a report in memory. */
export async function joinPieces(writeAll: (write: WritePiece) => Promise<void>): Promise<string> {
  const pieces: string[] = [];
  await writeAll((piece) => pieces.push(piece));
  return pieces.join("");
}
