/** How evenly a hash distributes keys of real networks over a table. */

const KEYS = 1 << 16;
const BUCKETS = 1 << 10;
const DRAWS = 9;

/** The hashes for one random choice of multipliers, as 32-bit numbers. */
export interface HashOfKeys {
  ofIpv4(a: number, b: number, ports: number, kind: number): number;
  /** `words`: eight, beginning with those of A's address. */
  ofIpv6(words: Int32Array, ports: number, kind: number): number;
}

/** Keys in which one part counts up and the rest is constant. */
export const SEQUENTIAL_KEYS: Readonly<Record<string, (i: number, hash: HashOfKeys) => number>> = {
  "client ports": (i, hash) => hash.ofIpv4(0x0a000001, 0x11223344, ((i & 0xffff) << 16) | 443, 0),
  "server ports": (i, hash) => hash.ofIpv4(0x0a000001, 0x11223344, (49_200 << 16) | (i & 0xffff), 1),
  "addresses of A": (i, hash) => hash.ofIpv4(0x0a000000 + i, 0x11223344, (443 << 16) | 443, 0),
  "addresses of B": (i, hash) => hash.ofIpv4(0x0a000001, 0xc0000000 | i, (49_200 << 16) | 443, 0),
  "networks of A": (i, hash) => hash.ofIpv4(i << 16, 0x11223344, (49_200 << 16) | 443, 0),
  "addresses and ports": (i, hash) =>
    hash.ofIpv4(0x0a000000 + (i >> 8), 0x11223344, ((49_152 + (i & 255)) << 16) | 443, 0),
  "IPv6 interface identifiers": (i, hash) =>
    hash.ofIpv6(Int32Array.of(0x20010db8, 0, 0, i, 0x20010db8, 0, 0, 1), (49_200 << 16) | 443, 2),
  "IPv6 networks": (i, hash) =>
    hash.ofIpv6(Int32Array.of(0x20010db8, i, 0, 1, 0x20010db8, 0, 0, 1), (49_200 << 16) | 443, 2),
};

/**
 * Unevenness of the buckets chosen by some bits of the hashes: Pearson's chi-square divided by the number of buckets, about 1
 * for a fair hash. The median over several random multipliers: a tenth of them may be unlucky, most must be fair. `distinct`:
 * the lowest share of unique hashes.
 */
export function unevennessOf(
  hashOf: (i: number, hash: HashOfKeys) => number,
  draw: () => HashOfKeys,
): { readonly unevenness: number; readonly distinct: number } {
  let distinct = 1;
  const draws = Array.from({ length: DRAWS }, () => {
    const hash = draw();
    const hashes = Array.from({ length: KEYS }, (_, i) => hashOf(i, hash));
    distinct = Math.min(distinct, new Set(hashes).size / KEYS);
    return Math.max(chiSquare(hashes, 0), chiSquare(hashes, 6)) / BUCKETS;
  }).sort((a, b) => a - b);
  return { unevenness: draws[DRAWS >> 1], distinct };
}

function chiSquare(hashes: readonly number[], shift: number): number {
  const counts = new Int32Array(BUCKETS);
  for (const hash of hashes) counts[(hash >>> shift) & (BUCKETS - 1)]++;
  const expected = hashes.length / BUCKETS;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}
