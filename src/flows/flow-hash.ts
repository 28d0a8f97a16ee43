/**
 * The hash of a five-tuple. Addresses and ports come from strangers who may want them all to collide, so the hash is
 * MULTILINEAR over 16-bit parts (Lemire and Kaser, "Strongly universal string hashing is fast", 2014): with secret
 * random multipliers any two keys collide in the upper bits with the probability of pure chance. Two independent
 * sums give 16 bits each.
 */
import { webcrypto } from "node:crypto";

/** 16-bit parts of the longest key: two IPv6 addresses, two ports, the kind. */
const PARTS = 2 * 8 + 2 + 1;
/** Spreads neighbouring sums over the table; being one-to-one it adds no collision (MurmurHash3's constant). */
const FINAL_MULTIPLIER = 0x85ebca6b | 0;

/** A hash function of its own random choice: two of them never agree. */
export class FlowHash {
  readonly #high = randomMultipliers();
  readonly #low = randomMultipliers();

  /** Hash of an IPv4 key, as a signed 32-bit number. */
  ofIpv4(a: number, b: number, ports: number, kind: number): number {
    const h = this.#high;
    const l = this.#low;
    const a1 = a >>> 16;
    const a0 = a & 0xffff;
    const b1 = b >>> 16;
    const b0 = b & 0xffff;
    const p1 = ports >>> 16;
    const p0 = ports & 0xffff;
    const high =
      Math.imul(h[0], a1) +
      Math.imul(h[1], a0) +
      Math.imul(h[2], b1) +
      Math.imul(h[3], b0) +
      Math.imul(h[4], p1) +
      Math.imul(h[5], p0) +
      Math.imul(h[6], kind);
    const low =
      Math.imul(l[0], a1) +
      Math.imul(l[1], a0) +
      Math.imul(l[2], b1) +
      Math.imul(l[3], b0) +
      Math.imul(l[4], p1) +
      Math.imul(l[5], p0) +
      Math.imul(l[6], kind);
    return finish(high | 0, low | 0);
  }

  /**
   * Hash of an IPv6 key, whose addresses stand in `words` (borrowed) in pieces: the last word of each apart, the
   * three words before it from `wideA` and `wideB`.
   */
  ofIpv6(
    a: number,
    b: number,
    ports: number,
    kind: number,
    words: Int32Array,
    wideA: number,
    wideB: number,
  ): number {
    const h = this.#high;
    const l = this.#low;
    let high = Math.imul(h[0], a >>> 16) + Math.imul(h[1], a & 0xffff);
    high = (high + Math.imul(h[2], b >>> 16) + Math.imul(h[3], b & 0xffff)) | 0;
    high =
      (high + Math.imul(h[4], ports >>> 16) + Math.imul(h[5], ports & 0xffff) + Math.imul(h[6], kind)) | 0;
    let low = Math.imul(l[0], a >>> 16) + Math.imul(l[1], a & 0xffff);
    low = (low + Math.imul(l[2], b >>> 16) + Math.imul(l[3], b & 0xffff)) | 0;
    low = (low + Math.imul(l[4], ports >>> 16) + Math.imul(l[5], ports & 0xffff) + Math.imul(l[6], kind)) | 0;
    for (let i = 0; i < 3; i++) {
      const wordA = words[wideA + i];
      const wordB = words[wideB + i];
      const k = 7 + i * 4;
      high = (high + Math.imul(h[k], wordA >>> 16) + Math.imul(h[k + 1], wordA & 0xffff)) | 0;
      high = (high + Math.imul(h[k + 2], wordB >>> 16) + Math.imul(h[k + 3], wordB & 0xffff)) | 0;
      low = (low + Math.imul(l[k], wordA >>> 16) + Math.imul(l[k + 1], wordA & 0xffff)) | 0;
      low = (low + Math.imul(l[k + 2], wordB >>> 16) + Math.imul(l[k + 3], wordB & 0xffff)) | 0;
    }
    return finish(high, low);
  }
}

function finish(high: number, low: number): number {
  const hash = (high & 0xffff0000) | (low >>> 16);
  const spread = Math.imul(hash ^ (hash >>> 15), FINAL_MULTIPLIER);
  return spread ^ (spread >>> 13);
}

function randomMultipliers(): Int32Array {
  return webcrypto.getRandomValues(new Int32Array(PARTS));
}
