/** The Zstandard decoder: requirements of RFC 8878 that no compressed fixture covers. */
import { describe, expect, it } from "vitest";
import { allFixtures } from "../../../scripts/fixtures/all-fixtures.ts";
import { SeededRandom } from "../../../scripts/fixtures/seeded-random.ts";
import { InputError } from "../../../src/errors.ts";
import { unzstd } from "../../../src/packets/files/unzstd.ts";
import { concatBytes } from "../../../src/testing/builders/byte-writer.ts";
import { MemorySource } from "./collect-records.ts";

/** A frame with a window of 1 KiB, no checksum, and these blocks: type, size, bytes. */
function frame(...blocks: readonly (readonly [number, number, readonly number[]])[]): Uint8Array {
  const parts = blocks.map(([type, size, bytes], index) => {
    const field = Number(index === blocks.length - 1) | (type << 1) | (size << 3);
    return [field & 0xff, (field >>> 8) & 0xff, field >>> 16, ...bytes];
  });
  return concatBytes([0x28, 0xb5, 0x2f, 0xfd, 0, 0], ...parts);
}

const compressed = (bytes: readonly number[]) => [2, bytes.length, bytes] as const;

async function decoded(bytes: Uint8Array): Promise<{ bytes: Buffer; error: string | null }> {
  const pieces: Uint8Array[] = [];
  try {
    for await (const piece of unzstd(new MemorySource(bytes))) pieces.push(piece);
    return { bytes: Buffer.concat(pieces), error: null };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { bytes: Buffer.concat(pieces), error: error.message };
  }
}

/**
 * Sequences that all have the same literal length, offset and match length code, by tables of one symbol; `stream` has their
 * bits, followed by a set bit.
 */
function sequences(count: number, codes: readonly [number, number, number], stream: number): number[] {
  return [count, 0x54, ...codes, stream];
}

/** Raw literals. */
const literals = (text: string) => [text.length << 3, ...Buffer.from(text)];

describe("the zstd decoder", () => {
  it("copies matches from the same block, including overlapping ones", async () => {
    // Literal length 2; offset code 2 with bits 01: value 5, 2 bytes back; match length code 2: 5 bytes.
    const block = [...literals("ab!"), ...sequences(1, [2, 2, 2], 0b101)];
    expect(await decoded(frame(compressed(block)))).toEqual({ bytes: Buffer.from("abababa!"), error: null });
  });

  it("copies matches from earlier blocks of any type", async () => {
    const block = [...literals(""), ...sequences(1, [0, 2, 2], 0b111)];
    const bytes = frame([0, 2, [...Buffer.from("xy")]], [1, 2, [0x2d]], compressed(block));
    expect((await decoded(bytes)).bytes.toString()).toBe("xy--xy--x");
  });

  it("keeps the last three offsets across blocks, and resets them to 1, 4 and 8 for each frame", async () => {
    // Without a preceding literal, offset code 0 (value 1) is the second of the last offsets: 4, then 1, then 4.
    const match = [...literals(""), ...sequences(1, [0, 0, 0], 1)];
    const blocks = [
      [0, 4, [...Buffer.from("abcd")]],
      compressed(match),
      compressed(match),
      compressed(match),
    ] as const;
    expect((await decoded(frame(...blocks))).bytes.toString()).toBe("abcdabccccccc");
    const twice = concatBytes(frame(...blocks), frame(...blocks));
    const { bytes } = await decoded(twice);
    expect(bytes.subarray(0, bytes.length / 2)).toEqual(bytes.subarray(bytes.length / 2));
  });

  it.each<[string, Uint8Array, string]>([
    [
      "with an offset beyond the start of the frame",
      concatBytes(
        frame([0, 4, [1, 2, 3, 4]]),
        frame(compressed([...literals(""), ...sequences(1, [0, 0, 0], 1)])),
      ),
      "a match reaches 4 bytes back",
    ],
    [
      "with an offset beyond the window",
      frame([1, 1024, [7]], [1, 1024, [7]], compressed([...literals(""), 1, 0x54, 0, 10, 0, 0x07, 0x04])),
      "a match reaches 1028 bytes back",
    ],
    [
      "with more literals than there are",
      frame(compressed([...literals("a"), ...sequences(1, [2, 2, 2], 0b101)])),
      "more literals than there are",
    ],
    [
      "with a repeated table that no block has defined",
      frame(compressed([...literals(""), 1, 0xfc, 1])),
      "the table of the previous block",
    ],
    [
      "with a repeated Huffman tree that no block has defined",
      frame(compressed([0x13, 0x40, 0x00, 1, 0])),
      "the Huffman tree of the previous block",
    ],
    [
      "whose result exceeds the block size",
      frame(
        [0, 4, [1, 2, 3, 4]],
        // Two matches of 65,539 + 65,535 bytes.
        compressed([...literals(""), 2, 0x54, 0, 0, 52, 0xff, 0xff, 0xff, 0xff, 1]),
      ),
      "more than 128 KiB",
    ],
    [
      "whose bit stream does not end as expected",
      frame(compressed([...literals("ab"), ...sequences(1, [2, 2, 2], 0b1010)])),
      "do not end where they should",
    ],
  ])("refuses sequences %s", async (_, bytes, text) => {
    expect((await decoded(bytes)).error).toContain(text);
  });

  it("terminates on any damage, with an error or other bytes", async () => {
    const random = new SeededRandom(8878);
    const samples = allFixtures().filter(({ name }) => name.endsWith(".zst"));
    expect(samples.length).toBeGreaterThan(1);
    for (let round = 0; round < 400; round++) {
      const bytes = Uint8Array.from(samples[round % samples.length].bytes);
      for (let flips = 1 + random.below(3); flips > 0; flips--)
        bytes[random.below(bytes.length)] = random.below(256);
      const { bytes: made } = await decoded(bytes);
      // Limited to the size that each block may have.
      expect(made.length).toBeLessThan(bytes.length * 45_000);
    }
  });
});
