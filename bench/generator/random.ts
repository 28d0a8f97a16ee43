/**
 * A small seeded random generator (sfc32 of the PractRand suite): the same seed gives the same capture on every machine. Its
 * four words stay 32-bit integers, so that no number is ever boxed.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /** @param seed any 32-bit integer */
  constructor(seed: number) {
    this.#a = seed | 0;
    this.#b = (seed ^ 0x9e3779b9) | 0;
    this.#c = 0;
    // The reference implementation discards the first rounds, in which the seed has not yet spread.
    for (let i = 0; i < 16; i++) this.uint32();
  }

  /** An integer from 0 to 2^32 - 1. */
  uint32(): number {
    const result = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + result) | 0;
    return result >>> 0;
  }

  /** A fraction from 0 to just below 1. */
  fraction(): number {
    return this.uint32() / 0x1_0000_0000;
  }

  /** An integer from 0 to `limit - 1`; `limit` at most 2^32. */
  below(limit: number): number {
    return Math.floor(this.fraction() * limit);
  }
}
