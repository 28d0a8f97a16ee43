/**
 * Which addresses may be known, as bits by a hash of them: most flows go to an address of which no message told, and
 * are to find that out without making a key. Says "may" too often, never too seldom.
 */
import type { AddressKey } from "../../net/address-key.ts";

const BITS = 1 << 18;
/** Spreads addresses of one network, which differ in their last bits only (Knuth, "Sorting and Searching", 6.4). */
const MULTIPLIER = 0x9e3779b1;
const SHIFT = 32 - 18;

export class AddressSketch {
  readonly #bits = new Uint8Array(BITS / 8);

  /** An address is known from now on, for good. */
  add(address: AddressKey): void {
    const bit = bitOf(lastWordOf(address));
    this.#bits[bit >>> 3] |= 1 << (bit & 7);
  }

  /** Whether an address whose last 32 bits are these may be known. */
  mayHave(lastWord: number): boolean {
    const bit = bitOf(lastWord);
    return (this.#bits[bit >>> 3] & (1 << (bit & 7))) !== 0;
  }
}

function bitOf(word: number): number {
  return Math.imul(word, MULTIPLIER) >>> SHIFT;
}

function lastWordOf(address: AddressKey): number {
  return typeof address === "number" ? address : (address.charCodeAt(6) << 16) | address.charCodeAt(7);
}
