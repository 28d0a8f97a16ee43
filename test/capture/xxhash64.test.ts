import { describe, expect, it } from "vitest";
import { XxHash64 } from "../../src/capture/xxhash64.ts";
import { packetOf } from "./collect-records.ts";

function hashOf(...pieces: Uint8Array[]): string {
  const hash = new XxHash64();
  for (const piece of pieces) hash.update(piece);
  return hash.digest().toString(16).padStart(16, "0");
}

describe("XxHash64", () => {
  // Known values of XXH64 with seed 0; the frame in compression.test.ts, made by zstd itself, is checked with it, too.
  it.each([
    ["", "ef46db3751d8e999"],
    ["a", "d24ec4f1a98c6e5b"],
    ["abc", "44bc2cf5ad770999"],
  ])("of %j is %s", (text, expected) => {
    expect(hashOf(Buffer.from(text))).toBe(expected);
  });

  it("does not depend on how the bytes come", () => {
    const bytes = packetOf(1000, 3);
    const whole = hashOf(bytes);
    for (const length of [1, 7, 31, 32, 33, 500]) {
      const pieces = Array.from({ length: Math.ceil(1000 / length) }, (_, index) =>
        bytes.subarray(index * length, (index + 1) * length),
      );
      expect(hashOf(...pieces)).toBe(whole);
    }
  });
});
