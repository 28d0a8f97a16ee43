/**
 * Numbers by address, for callers that look up millions of times and must not build a key: open addressing with linear
 * probing. Strangers choose addresses and may want them all to collide, so the hash is a sum of their words, each times a
 * secret random number.
 */
import { webcrypto } from "node:crypto";
import type { AddressKey } from "../../net/address-key.ts";

const INITIAL_BITS = 10;
/** Words of a slot: the four words of an address (one for IPv4), its kind, its number. */
const SLOT_WORDS = 6;
const KIND = 4;
const NUMBER = 5;
/** Kinds; 0 is an empty slot. */
const IPV4 = 1;
const IPV6 = 2;

export class AddressIndex {
  readonly #multipliers = webcrypto.getRandomValues(new Int32Array(SLOT_WORDS - 1)).map((word) => word | 1);
  #bits = INITIAL_BITS;
  #slots = new Int32Array(SLOT_WORDS << INITIAL_BITS);
  #count = 0;

  /** Number of an IPv4 address, -1 if it has none. */
  findIpv4(word: number): number {
    return this.#find(word | 0, 0, 0, 0, IPV4);
  }

  /** Number of an IPv6 address, -1 if it has none. */
  findIpv6(word0: number, word1: number, word2: number, word3: number): number {
    return this.#find(word0, word1, word2, word3, IPV6);
  }

  /** Number of an address by its key, -1 if it has none. */
  find(address: AddressKey): number {
    if (typeof address === "number") return this.findIpv4(address);
    return this.findIpv6(wordOf(address, 0), wordOf(address, 1), wordOf(address, 2), wordOf(address, 3));
  }

  /** Assigns the next number, from 0 on, to an address without one. */
  add(address: AddressKey): number {
    if (this.#count * 2 >= 1 << this.#bits) this.#grow();
    const words =
      typeof address === "number"
        ? [address | 0, 0, 0, 0, IPV4]
        : [wordOf(address, 0), wordOf(address, 1), wordOf(address, 2), wordOf(address, 3), IPV6];
    this.#insert([...words, this.#count]);
    return this.#count++;
  }

  #find(word0: number, word1: number, word2: number, word3: number, kind: number): number {
    const slots = this.#slots;
    const mask = (1 << this.#bits) - 1;
    for (let slot = this.#slotOf(word0, word1, word2, word3, kind); ; slot = (slot + 1) & mask) {
      const at = slot * SLOT_WORDS;
      if (slots[at + KIND] === 0) return -1;
      const isSame =
        slots[at] === word0 &&
        slots[at + 1] === word1 &&
        slots[at + 2] === word2 &&
        slots[at + 3] === word3 &&
        slots[at + KIND] === kind;
      if (isSame) return slots[at + NUMBER];
    }
  }

  /** Multiplication propagates differences only upwards, so the upper half of each word is mixed into the lower one. */
  #slotOf(word0: number, word1: number, word2: number, word3: number, kind: number): number {
    const m = this.#multipliers;
    let sum = Math.imul(m[0], word0 ^ (word0 >>> 16)) + Math.imul(m[KIND], kind);
    if (kind === IPV6) {
      sum +=
        Math.imul(m[1], word1 ^ (word1 >>> 16)) +
        Math.imul(m[2], word2 ^ (word2 >>> 16)) +
        Math.imul(m[3], word3 ^ (word3 >>> 16));
    }
    return (sum | 0) >>> (32 - this.#bits);
  }

  #insert(row: ArrayLike<number>): void {
    const mask = (1 << this.#bits) - 1;
    let slot = this.#slotOf(row[0], row[1], row[2], row[3], row[KIND]);
    while (this.#slots[slot * SLOT_WORDS + KIND] !== 0) slot = (slot + 1) & mask;
    this.#slots.set(row, slot * SLOT_WORDS);
  }

  #grow(): void {
    const old = this.#slots;
    this.#bits++;
    this.#slots = new Int32Array(SLOT_WORDS << this.#bits);
    for (let at = 0; at < old.length; at += SLOT_WORDS) {
      if (old[at + KIND] !== 0) this.#insert(old.subarray(at, at + SLOT_WORDS));
    }
  }
}

/** One word of the key of an IPv6 address. */
function wordOf(key: string, index: number): number {
  return (key.charCodeAt(2 * index) << 16) | key.charCodeAt(2 * index + 1);
}
