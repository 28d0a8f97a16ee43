import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FlowHash } from "../../src/flows/flow-hash.ts";

const KEYS = 1 << 16;
const BUCKETS = 1 << 10;

/** Pearson's chi-square of hashes over buckets taken from some of their bits: about `BUCKETS` for a fair hash. */
function chiSquare(hashes: readonly number[], shift: number): number {
  const counts = new Int32Array(BUCKETS);
  for (const hash of hashes) counts[(hash >>> shift) & (BUCKETS - 1)]++;
  const expected = hashes.length / BUCKETS;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

/** Keys as real networks have them: one part counts up, the rest stays. */
const SEQUENTIAL: Readonly<Record<string, (i: number, hash: FlowHash) => number>> = {
  "client ports": (i, hash) => hash.ofIpv4(0x0a000001, 0x11223344, ((i & 0xffff) << 16) | 443, 0),
  "server ports": (i, hash) => hash.ofIpv4(0x0a000001, 0x11223344, (49_200 << 16) | (i & 0xffff), 1),
  "addresses of A": (i, hash) => hash.ofIpv4(0x0a000000 + i, 0x11223344, (443 << 16) | 443, 0),
  "addresses of B": (i, hash) => hash.ofIpv4(0x0a000001, 0xc0000000 | i, (49_200 << 16) | 443, 0),
  "networks of A": (i, hash) => hash.ofIpv4(i << 16, 0x11223344, (49_200 << 16) | 443, 0),
  "addresses and ports": (i, hash) =>
    hash.ofIpv4(0x0a000000 + (i >> 8), 0x11223344, ((49_152 + (i & 255)) << 16) | 443, 0),
  "IPv6 interface identifiers": (i, hash) =>
    hash.ofIpv6(Int32Array.of(0x20010db8, 0, 0, i, 0x20010db8, 0, 0, 1), 0, (49_200 << 16) | 443, 2),
  "IPv6 networks": (i, hash) =>
    hash.ofIpv6(Int32Array.of(0x20010db8, i, 0, 1, 0x20010db8, 0, 0, 1), 0, (49_200 << 16) | 443, 2),
};

describe("FlowHash", () => {
  it.each(Object.entries(SEQUENTIAL))("spreads %s over the table", (_, hashOf) => {
    // Whatever multipliers were drawn: a tenth of the draws may be unlucky, most must be fair.
    const shares = Array.from({ length: 9 }, () => {
      const hash = new FlowHash();
      const hashes = Array.from({ length: KEYS }, (_key, i) => hashOf(i, hash));
      expect(new Set(hashes).size).toBeGreaterThan(KEYS * 0.99);
      return Math.max(chiSquare(hashes, 0), chiSquare(hashes, 6)) / BUCKETS;
    }).sort((a, b) => a - b);
    expect(shares[4]).toBeLessThan(3);
  });

  it("is the same for the same key, and another one in another instance", () => {
    const one = new FlowHash();
    const two = new FlowHash();
    const word = fc.integer();
    fc.assert(
      fc.property(word, word, word, fc.nat(3), (a, b, ports, kind) => {
        expect(one.ofIpv4(a, b, ports, kind)).toBe(one.ofIpv4(a, b, ports, kind));
      }),
    );
    const keys = Array.from({ length: 100 }, (_, i) => i * 7919);
    const ofKey = (hash: FlowHash) => keys.map((key) => hash.ofIpv4(key, key, key, 0));
    expect(ofKey(one)).not.toEqual(ofKey(two));
  });

  it("reads the addresses where it is told to, and all of them", () => {
    const hash = new FlowHash();
    const key = Int32Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    const moved = Int32Array.of(99, 99, ...key, 99);
    const plain = hash.ofIpv6(key, 0, 443, 2);
    expect(hash.ofIpv6(moved, 2, 443, 2)).toBe(plain);
    expect(hash.ofIpv6(key, 0, 444, 2)).not.toBe(plain);
    expect(hash.ofIpv6(key, 0, 443, 3)).not.toBe(plain);
    for (let i = 0; i < key.length; i++) {
      const other = Int32Array.from(key);
      other[i] ^= 1;
      expect(hash.ofIpv6(other, 0, 443, 2)).not.toBe(plain);
    }
  });
});
