/**
 * Apple's own address ranges. An address identifies the owner of a host but never the product, so prefixes have no products.
 * Looked up once per flow: sorted columns, without allocation.
 */

import { formatIpPrefix, type IpPrefix, prefixMask } from "./ip-prefix.ts";

const WORDS = 4;
/** 64:ff9b::/96, IPv4-embedded IPv6 addresses (RFC 6052, section 2.1). */
const NAT64_WORD = 0x0064ff9b;
/** ::ffff:0:0/96 (RFC 4291, section 2.5.5.2). */
const MAPPED_WORD = 0xffff;

/** Apple's address ranges. Immutable after construction. */
export class NetworkRules {
  readonly #ipv4: PrefixColumns;
  readonly #ipv6: PrefixColumns;
  /** Longest first. */
  readonly #prefixes: readonly IpPrefix[];

  constructor(prefixes: readonly IpPrefix[]) {
    this.#prefixes = [...prefixes].sort((a, b) => b.length - a.length);
    this.#ipv4 = new PrefixColumns(prefixes.filter(({ version }) => version === 4));
    this.#ipv6 = new PrefixColumns(prefixes.filter(({ version }) => version === 6));
  }

  /** @param word the address, signed or not, in network order */
  appleIpv4(word: number): boolean {
    return this.#ipv4.covers(word, 0, 0, 0);
  }

  /** An IPv6 address by its four words, signed or not, in network order; an embedded IPv4 address is matched as such. */
  appleIpv6(word0: number, word1: number, word2: number, word3: number): boolean {
    if (carriesIpv4(word0, word1, word2)) return this.#ipv4.covers(word3, 0, 0, 0);
    return this.#ipv6.covers(word0, word1, word2, word3);
  }

  /** The longest prefix that contains an IPv4 address, as text ("17.252.0.0/16"), or null. Slow path: for explanations. */
  prefixOfIpv4(word: number): string | null {
    return this.#prefixOf(4, [word, 0, 0, 0]);
  }

  /** The same for an IPv6 address. */
  prefixOfIpv6(word0: number, word1: number, word2: number, word3: number): string | null {
    if (carriesIpv4(word0, word1, word2)) return this.prefixOfIpv4(word3);
    return this.#prefixOf(6, [word0, word1, word2, word3]);
  }

  #prefixOf(version: 4 | 6, address: readonly number[]): string | null {
    const found = this.#prefixes.find(
      (prefix) =>
        prefix.version === version &&
        prefix.words.every((word, i) => (address[i] & prefixMask(version, prefix.length, i)) === word),
    );
    return found === undefined ? null : formatIpPrefix(found);
  }
}

/** Whether an IPv6 address, by its first three words, embeds an IPv4 address, which is then its last word. */
export function carriesIpv4(word0: number, word1: number, word2: number): boolean {
  if (word1 !== 0) return false;
  return word0 === NAT64_WORD ? word2 === 0 : word0 === 0 && word2 === MAPPED_WORD;
}

/** Disjoint prefixes in ascending order: first word to fourth word, and the mask of each. */
class PrefixColumns {
  readonly #words: Uint32Array;
  readonly #masks: Uint32Array;
  readonly #count: number;

  constructor(prefixes: readonly IpPrefix[]) {
    const outer: IpPrefix[] = [];
    for (const prefix of [...prefixes].sort(comparePrefixes)) {
      const before = outer.at(-1);
      if (before === undefined || !contains(before, prefix)) outer.push(prefix);
    }
    this.#count = outer.length;
    this.#words = new Uint32Array(outer.flatMap(({ words }) => words));
    this.#masks = new Uint32Array(
      outer.flatMap(({ version, length }) => [0, 1, 2, 3].map((index) => prefixMask(version, length, index))),
    );
  }

  covers(word0: number, word1: number, word2: number, word3: number): boolean {
    // The last prefix that is not above the address: as prefixes are disjoint, only this one can contain it.
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#isAbove(middle * WORDS, word0, word1, word2, word3)) high = middle;
      else low = middle + 1;
    }
    if (low === 0) return false;
    const at = (low - 1) * WORDS;
    return (
      (word0 & this.#masks[at]) >>> 0 === this.#words[at] &&
      (word1 & this.#masks[at + 1]) >>> 0 === this.#words[at + 1] &&
      (word2 & this.#masks[at + 2]) >>> 0 === this.#words[at + 2] &&
      (word3 & this.#masks[at + 3]) >>> 0 === this.#words[at + 3]
    );
  }

  #isAbove(at: number, word0: number, word1: number, word2: number, word3: number): boolean {
    const words = this.#words;
    if (words[at] !== word0 >>> 0) return words[at] > word0 >>> 0;
    if (words[at + 1] !== word1 >>> 0) return words[at + 1] > word1 >>> 0;
    if (words[at + 2] !== word2 >>> 0) return words[at + 2] > word2 >>> 0;
    return words[at + 3] > word3 >>> 0;
  }
}

/** By address; of two with the same address, the shorter first. */
function comparePrefixes(a: IpPrefix, b: IpPrefix): number {
  for (let index = 0; index < WORDS; index++) {
    const difference = (a.words[index] >>> 0) - (b.words[index] >>> 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function contains(outer: IpPrefix, inner: IpPrefix): boolean {
  if (inner.length < outer.length) return false;
  return outer.words.every(
    (word, index) => (inner.words[index] & prefixMask(outer.version, outer.length, index)) === word,
  );
}
