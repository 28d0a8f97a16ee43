/**
 * Iterates over values in DER (ITU-T X.690, 8.1 and 10.1): tag, length, content. Never reads past the given end, and gives up
 * if a length does not fit.
 */

const LONG_FORM = 0x80;
/** Longer lengths than three bytes exceed anything read here. */
const MAX_LENGTH_BYTES = 3;
/** Tags of more than one byte do not occur in certificates. */
const LONG_TAG = 0x1f;

/** Position of a value. The bytes are borrowed. */
export interface DerValue {
  readonly bytes: Uint8Array;
  readonly offset: number;
  readonly end: number;
}

export class DerCursor {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #offset: number;

  /** Begins at `offset`. `bytes` is borrowed for as long as the cursor is used. */
  constructor(bytes: Uint8Array, offset: number, end: number) {
    this.#bytes = bytes;
    this.#offset = offset;
    this.#end = end;
  }

  /** Whether another value may follow. */
  get hasMore(): boolean {
    return this.#offset < this.#end;
  }

  /** Whether the next value has this tag. */
  isTag(tag: number): boolean {
    return this.hasMore && this.#bytes[this.#offset] === tag;
  }

  /** Whether the next value has this tag and this content. */
  isNext(tag: number, content: readonly number[]): boolean {
    const value = this.isTag(tag) ? this.value() : null;
    if (value === null || value.end - value.offset !== content.length) return false;
    return content.every((byte, i) => this.#bytes[value.offset + i] === byte);
  }

  /** Returns the content of the next value without advancing; null if it is incomplete. */
  value(): DerValue | null {
    const start = this.#offset;
    if (this.#end - start < 2 || (this.#bytes[start] & LONG_TAG) === LONG_TAG) return null;
    const first = this.#bytes[start + 1];
    const lengthBytes = first < LONG_FORM ? 0 : first - LONG_FORM;
    const offset = start + 2 + lengthBytes;
    // DER does not allow the indefinite length (0x80).
    if (first === LONG_FORM || lengthBytes > MAX_LENGTH_BYTES || offset > this.#end) return null;
    let length = lengthBytes === 0 ? first : 0;
    for (let at = start + 2; at < offset; at++) length = length * 256 + this.#bytes[at];
    return length > this.#end - offset ? null : { bytes: this.#bytes, offset, end: offset + length };
  }

  /** Advances past the next value; false if it is incomplete. */
  skip(): boolean {
    const value = this.value();
    if (value === null) return false;
    this.#offset = value.end;
    return true;
  }

  /** Advances past the next value if it has this tag. */
  skipOptional(tag: number): void {
    if (this.isTag(tag)) this.skip();
  }

  /**
   * Advances past the next value and returns a cursor for its content; null, without advancing, if it has another tag or is
   * incomplete.
   */
  enter(tag: number): DerCursor | null {
    const value = this.isTag(tag) ? this.value() : null;
    if (value === null) return null;
    this.#offset = value.end;
    return new DerCursor(this.#bytes, value.offset, value.end);
  }
}
