/**
 * Counts distinct addresses without storing them: one bit per hash (linear counting: Whang, Vander-Zanden and Taylor, "A
 * linear-time probabilistic counting algorithm for database applications", 1990). Accurate to one percent up to a few
 * million.
 */
import type { AddressKey } from "../../net/address-key.ts";
import { addressText } from "../../net/address-key.ts";

const BITS_SHIFT = 22;
const BITS = 1 << BITS_SHIFT;
const WORD_BITS = 32;

export class AddressTally {
  /** Allocated for the first address. */
  #words: Uint32Array | null = null;
  #set = 0;

  add(address: AddressKey): void {
    this.#words ??= new Uint32Array(BITS / WORD_BITS);
    const bit = hashOf(address) >>> (WORD_BITS - BITS_SHIFT);
    const mask = 1 << (bit & (WORD_BITS - 1));
    const word = bit >>> 5;
    if ((this.#words[word] & mask) !== 0) return;
    this.#words[word] |= mask;
    this.#set++;
  }

  /** Approximate number of distinct addresses added. */
  get count(): number {
    const free = Math.max(BITS - this.#set, 1);
    return Math.round(-BITS * Math.log(free / BITS));
  }
}

/**
 * The same in every run, as reports must be reproducible: addresses made to collide are counted too low, which does no other
 * harm.
 */
function hashOf(address: AddressKey): number {
  const text = addressText(address);
  let hash = text.length;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash, 0x85ebca6b);
  return hash ^ (hash >>> 13);
}
