import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KeyHash } from "../../../src/evidence/observation/key-hash.ts";
import { SEQUENTIAL_KEYS, unevennessOf } from "../../support/hash-fairness.ts";

/** Adapts the hash to the fairness test. */
function draw() {
  const hash = new KeyHash();
  return {
    ofIpv4: (a: number, b: number, ports: number, kind: number) => hash.ofIpv4(a, b, ports, kind),
    ofIpv6: (words: Int32Array, ports: number, kind: number) => hash.ofIpv6(words, 0, ports, kind),
  };
}

describe("KeyHash", () => {
  it.each(Object.entries(SEQUENTIAL_KEYS))("distributes %s over the table", (_, hashOf) => {
    const { unevenness, distinct } = unevennessOf(hashOf, draw);
    expect(distinct).toBeGreaterThan(0.99);
    expect(unevenness).toBeLessThan(3);
  });

  it("is the same for the same key, and different in another instance", () => {
    const one = new KeyHash();
    const two = new KeyHash();
    const word = fc.integer();
    fc.assert(
      fc.property(word, word, word, fc.nat(3), (a, b, ports, kind) => {
        expect(one.ofIpv4(a, b, ports, kind)).toBe(one.ofIpv4(a, b, ports, kind));
      }),
    );
    const keys = Array.from({ length: 100 }, (_, i) => i * 7919);
    const ofKey = (hash: KeyHash) => keys.map((key) => hash.ofIpv4(key, key, key, 0));
    expect(ofKey(one)).not.toEqual(ofKey(two));
  });

  it("reads all addresses of the given range", () => {
    const hash = new KeyHash();
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
