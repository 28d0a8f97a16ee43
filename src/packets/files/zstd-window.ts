/** The output of a Zstandard frame, as far back as its matches reach (RFC 8878, section 3.1.1.1.2). */

/** Maximum output of a block (section 3.1.1.2.4). */
export const MAX_BLOCK_LENGTH = 128 << 10;
/**
 * A quarter of the window's length is kept free after it before older bytes are moved: each byte is moved at most four
 * times.
 */
const FREE_SHARE = 4;
const MIN_FREE = 1 << 20;

/** The last bytes of a frame; new ones are written at `end`, up to `MAX_BLOCK_LENGTH` after `reserveBlock`. */
export class ZstdWindow {
  /** The system only provides memory that is used. */
  bytes: Uint8Array = new Uint8Array(0);
  end = 0;
  /** Start of the bytes not yet taken. */
  #taken = 0;
  /** Maximum distance of matches, and number of bytes available. */
  length = 0;
  reach = 0;

  /** Begins a frame whose matches reach back `length` bytes. Reuses the previous frame's memory. */
  begin(length: number): void {
    const capacity = length + Math.max(length / FREE_SHARE, MIN_FREE);
    if (this.bytes.length < capacity) this.bytes = new Uint8Array(capacity);
    this.length = length;
    this.end = 0;
    this.#taken = 0;
    this.reach = 0;
  }

  /** Makes space for a whole block. Bytes not yet taken may be moved and lost: call `take` first. */
  reserveBlock(): void {
    if (this.bytes.length - this.end >= MAX_BLOCK_LENGTH) return;
    const retained = Math.min(this.reach, this.length);
    this.bytes.copyWithin(0, this.end - retained, this.end);
    this.end = retained;
    this.#taken = retained;
  }

  /** Notes that `count` bytes were written at `end`. */
  advance(count: number): void {
    this.end += count;
    this.reach = Math.min(this.reach + count, this.length);
  }

  /** Returns the bytes added since the last call, owned by the caller. */
  take(): Uint8Array {
    const bytes = this.bytes.slice(this.#taken, this.end);
    this.#taken = this.end;
    return bytes;
  }
}
