/** What a Zstandard frame has become, as far back as its matches reach (RFC 8878, section 3.1.1.1.2). */

/** Section 3.1.1.2.4: no block becomes more. */
export const MAX_BLOCK_LENGTH = 128 << 10;
/** Of a window so much is free behind it, before what is older is moved away: each byte is moved four times at most. */
const ROOM_SHARE = 4;
const LEAST_ROOM = 1 << 20;

/** The last bytes of a frame; new ones are put at `end`, up to `MAX_BLOCK_LENGTH` after `makeRoom`. */
export class ZstdWindow {
  /** The system gives memory only to what is used of it. */
  bytes: Uint8Array = new Uint8Array(0);
  end = 0;
  /** Where what has not been given away begins. */
  #given = 0;
  /** How far back matches may reach at most, and how far back there is something. */
  length = 0;
  reach = 0;

  /** Begins a frame whose matches reach back `length` bytes. The memory of the one before is used again. */
  begin(length: number): void {
    const capacity = length + Math.max(length / ROOM_SHARE, LEAST_ROOM);
    if (this.bytes.length < capacity) this.bytes = new Uint8Array(capacity);
    this.length = length;
    this.end = 0;
    this.#given = 0;
    this.reach = 0;
  }

  /** For a whole block. What has not been given away is lost where it is moved: `take` it first. */
  makeRoom(): void {
    if (this.bytes.length - this.end >= MAX_BLOCK_LENGTH) return;
    const kept = Math.min(this.reach, this.length);
    this.bytes.copyWithin(0, this.end - kept, this.end);
    this.end = kept;
    this.#given = kept;
  }

  /** Notes that `count` bytes were put at `end`. */
  added(count: number): void {
    this.end += count;
    this.reach = Math.min(this.reach + count, this.length);
  }

  /** What was added since the last call, the caller's to keep. */
  take(): Uint8Array {
    const bytes = this.bytes.slice(this.#given, this.end);
    this.#given = this.end;
    return bytes;
  }
}
