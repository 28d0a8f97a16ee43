import { describe, expect, it } from "vitest";
import { KeyedHash } from "../../src/duplicates/keyed-hash.ts";

const bytes = Uint8Array.from({ length: 40 }, (_, i) => i);

function hashOf(hash: KeyedHash, from: number, to: number): number {
  hash.begin();
  hash.addBytes(bytes, from, to);
  return hash.value();
}

describe("KeyedHash", () => {
  it("gives the same hash at any offset, whether bytes are added as bytes or as words", () => {
    const hash = new KeyedHash(Int32Array.of(1, 2));
    const moved = new Uint8Array(50);
    moved.set(bytes, 3);
    hash.begin();
    hash.addBytes(moved, 3, 43);
    expect(hash.value()).toBe(hashOf(hash, 0, 40));
    hash.begin();
    const words = new DataView(bytes.buffer);
    for (let i = 0; i < 40; i += 4) hash.addWord(words.getInt32(i, true));
    expect(hash.value()).toBe(hashOf(hash, 0, 40));
  });

  it("differs for every byte, length and key", () => {
    const hash = new KeyedHash(Int32Array.of(1, 2));
    const hashes = new Set<number>();
    for (let end = 0; end <= 40; end++) hashes.add(hashOf(hash, 0, end));
    for (let start = 1; start < 40; start++) hashes.add(hashOf(hash, start, 40));
    hashes.add(hashOf(new KeyedHash(Int32Array.of(1, 3)), 0, 40));
    expect(hashes.size).toBe(41 + 39 + 1);
  });

  it("distinguishes runs of zeros by length", () => {
    const hash = new KeyedHash(Int32Array.of(1, 2));
    const zeros = new Uint8Array(12);
    const hashes = [0, 1, 2, 3, 4, 5, 8, 12].map((length) => {
      hash.begin();
      hash.addBytes(zeros, 0, length);
      return hash.value();
    });
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it("can be read before more bytes are added", () => {
    const hash = new KeyedHash(Int32Array.of(1, 2));
    hash.begin();
    hash.addBytes(bytes, 0, 20);
    hash.value();
    hash.addBytes(bytes, 20, 40);
    expect(hash.value()).toBe(hashOf(hash, 0, 40));
  });
});
