/**
 * A bit set of possibly known addresses, by hash: most flows go to an address that no message mentioned, and this must be
 * found without building a key. May have false positives, never false negatives.
 */
import type { AddressKey } from "../../net/address-key.ts";

const BITS = 1 << 18;
/** Spreads addresses of one network, which differ only in their last bits (Knuth, "Sorting and Searching", 6.4). */
const MULTIPLIER = 0x9e3779b1;
const SHIFT = 32 - 18;

export class AddressSketch {
  readonly #bits = new Uint8Array(BITS / 8);

  /** Marks an address as known, permanently. */
  add(address: AddressKey): void {
    const bit = bitOf(lastWordOf(address));
    this.#bits[bit >>> 3] |= 1 << (bit & 7);
  }

  /** Whether an address with these last 32 bits may be known. */
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
