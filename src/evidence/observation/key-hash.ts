/**
 * Hash of a client, a server and some numbers: two addresses and more. Strangers choose these and may want them all to
 * collide, so it is a sum of the key's words, each times a secret random number (MULTILINEAR: Lemire and Kaser, "Strongly
 * universal string hashing is fast", 2014): which keys collide is then a matter of chance. Two independent sums supply 16
 * bits each.
 */
import { webcrypto } from "node:crypto";

/** Words of the longest key: two IPv6 addresses, the ports, the kind. */
const KEY_WORDS = 2 * 4 + 1 + 1;
/** Spreads similar sums over the table; as it is one-to-one, it adds no collisions (MurmurHash3's constant). */
const FINAL_MULTIPLIER = 0x85ebca6b | 0;

/** A hash function with its own random choice: no two instances agree. */
export class KeyHash {
  readonly #high = randomMultipliers();
  readonly #low = randomMultipliers();

  /** Hash of an IPv4 key, as a signed 32-bit number. */
  ofIpv4(a: number, b: number, ports: number, kind: number): number {
    const h = this.#high;
    const l = this.#low;
    const x = fold(a);
    const y = fold(b);
    const z = fold(ports);
    const high = Math.imul(h[0], x) + Math.imul(h[1], y) + Math.imul(h[2], z) + Math.imul(h[3], kind);
    const low = Math.imul(l[0], x) + Math.imul(l[1], y) + Math.imul(l[2], z) + Math.imul(l[3], kind);
    return finish(high | 0, low | 0);
  }

  /**
   * Hash of an IPv6 key, as a signed 32-bit number. The four words of each address are in `words` (borrowed), those of A from
   * `addresses` on, followed by those of B.
   */
  ofIpv6(words: Int32Array, addresses: number, ports: number, kind: number): number {
    const h = this.#high;
    const l = this.#low;
    const z = fold(ports);
    let high = (Math.imul(h[2], z) + Math.imul(h[3], kind)) | 0;
    let low = (Math.imul(l[2], z) + Math.imul(l[3], kind)) | 0;
    for (let i = 0; i < 8; i++) {
      const x = fold(words[addresses + i]);
      // The first two words use the multipliers of IPv4's two, the others those after the ports and the kind.
      const k = i < 2 ? i : i + 2;
      high = (high + Math.imul(h[k], x)) | 0;
      low = (low + Math.imul(l[k], x)) | 0;
    }
    return finish(high, low);
  }
}

/**
 * Mixes the upper half of a word into the lower one: multiplication propagates differences only upwards, and the upper half
 * of the sum is used, so words that differ must differ in their lower half.
 */
function fold(word: number): number {
  return word ^ (word >>> 16);
}

function finish(high: number, low: number): number {
  const hash = (high & 0xffff0000) | (low >>> 16);
  const spread = Math.imul(hash ^ (hash >>> 15), FINAL_MULTIPLIER);
  return spread ^ (spread >>> 13);
}

function randomMultipliers(): Int32Array {
  return webcrypto.getRandomValues(new Int32Array(KEY_WORDS));
}
