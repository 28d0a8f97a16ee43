/**
 * HalfSipHash-1-3 (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012; the variant with 32-bit words). The
 * input comes from strangers, who may want different packets to collide: they do not know the key.
 */

/** Two signed 32-bit numbers. */
export type HashKey = Readonly<Int32Array>;

const INITIAL_2 = 0x6c796765;
const INITIAL_3 = 0x74656462;
const FINAL_MARK = 0xff;
/** Distinguishes a partial last word from a full word of the same bits. */
const TAIL_MARK = 0xee;
const FINAL_ROUNDS = 3;

/** A hash that is fed incrementally and may be read in between. */
export class KeyedHash {
  readonly #key: HashKey;
  #v0 = 0;
  #v1 = 0;
  #v2 = 0;
  #v3 = 0;

  /** `key` is kept, not copied. */
  constructor(key: HashKey) {
    this.#key = key;
  }

  /** Resets the hash. */
  begin(): void {
    this.#v0 = this.#key[0];
    this.#v1 = this.#key[1];
    this.#v2 = INITIAL_2 ^ this.#key[0];
    this.#v3 = INITIAL_3 ^ this.#key[1];
  }

  /** Adds 32 bits. */
  addWord(word: number): void {
    this.#v3 ^= word;
    this.#round();
    this.#v0 ^= word;
  }

  /** Adds `bytes[from .. to - 1]` (borrowed for the call), and the length of a partial last word. */
  addBytes(bytes: Uint8Array, from: number, to: number): void {
    let v0 = this.#v0;
    let v1 = this.#v1;
    let v2 = this.#v2;
    let v3 = this.#v3;
    let i = from;
    for (; i + 4 <= to; i += 4) {
      const word = bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24);
      v3 ^= word;
      v0 = (v0 + v1) | 0;
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
      v0 = (v0 << 16) | (v0 >>> 16);
      v2 = (v2 + v3) | 0;
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
      v0 = (v0 + v3) | 0;
      v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
      v2 = (v2 + v1) | 0;
      v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
      v2 = (v2 << 16) | (v2 >>> 16);
      v0 ^= word;
    }
    this.#v0 = v0;
    this.#v1 = v1;
    this.#v2 = v2;
    this.#v3 = v3;
    if (i >= to) return;
    let tail = (to - i) << 24;
    for (let shift = 0; i < to; i++, shift += 8) tail |= bytes[i] << shift;
    this.#v2 ^= TAIL_MARK;
    this.addWord(tail);
  }

  /** Returns the hash of everything added so far, as a signed 32-bit number. More may be added afterwards. */
  value(): number {
    const v0 = this.#v0;
    const v1 = this.#v1;
    const v2 = this.#v2;
    const v3 = this.#v3;
    this.#v2 ^= FINAL_MARK;
    for (let i = 0; i < FINAL_ROUNDS; i++) this.#round();
    const hash = this.#v1 ^ this.#v3;
    this.#v0 = v0;
    this.#v1 = v1;
    this.#v2 = v2;
    this.#v3 = v3;
    return hash;
  }

  #round(): void {
    let v0 = (this.#v0 + this.#v1) | 0;
    let v1 = ((this.#v1 << 5) | (this.#v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    let v2 = (this.#v2 + this.#v3) | 0;
    let v3 = ((this.#v3 << 8) | (this.#v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
    this.#v0 = v0;
    this.#v1 = v1;
    this.#v2 = v2;
    this.#v3 = v3;
  }
}
