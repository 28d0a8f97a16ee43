import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_START_LENGTH, StreamStart } from "../../../src/evidence/observation/stream-start.ts";

function textOf(stream: StreamStart): string {
  return Buffer.from(stream.bytes.subarray(0, stream.length)).toString("latin1");
}

function add(stream: StreamStart, position: number, text: string): boolean {
  const bytes = Buffer.from(`<${text}>`, "latin1");
  const isMore = stream.add(position, bytes, 1, bytes.length - 1);
  bytes.fill(0);
  return isMore;
}

describe("the beginning of a stream", () => {
  it("grows at its end, and when its gaps are filled", () => {
    const stream = new StreamStart();
    expect(add(stream, 0, "ab")).toBe(true);
    expect(add(stream, 5, "fg")).toBe(false);
    expect(add(stream, 3, "d")).toBe(false);
    expect(textOf(stream)).toBe("ab");
    expect(stream.heldBytes).toBe(5 + 2 * 256);
    expect(add(stream, 2, "c")).toBe(true);
    expect(textOf(stream)).toBe("abcd");
    expect(add(stream, 4, "e")).toBe(true);
    expect(textOf(stream)).toBe("abcdefg");
  });

  it("keeps the first copy of a byte, also after a gap", () => {
    const stream = new StreamStart();
    add(stream, 4, "EF");
    add(stream, 2, "cdefgh");
    add(stream, 0, "abXX");
    add(stream, 0, "ZZZZZZZZi");
    expect(textOf(stream)).toBe("abcdEFghi");
  });

  it("accepts a piece that begins before it", () => {
    const stream = new StreamStart();
    expect(add(stream, -3, "xyz")).toBe(false);
    expect(add(stream, -1, "xab")).toBe(true);
    expect(textOf(stream)).toBe("ab");
  });

  it("takes each byte from the first piece that has it", () => {
    const piece = fc.tuple(
      fc.integer({ min: -10, max: 60 }),
      fc.string({ maxLength: 30, unit: "grapheme-ascii" }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const stream = new StreamStart();
        const expected: string[] = [];
        for (const [position, text] of pieces) {
          add(stream, position, text);
          for (let i = 0; i < text.length; i++) if (position + i >= 0) expected[position + i] ??= text[i];
        }
        const gap = Array.from(expected).indexOf(undefined as unknown as string);
        expect(textOf(stream)).toBe((gap < 0 ? expected : expected.slice(0, gap)).join(""));
      }),
    );
  });

  it("ends at its maximum length", () => {
    const stream = new StreamStart();
    expect(add(stream, MAX_START_LENGTH, "x")).toBe(false);
    expect(stream.heldBytes).toBe(0);
    add(stream, 0, "x".repeat(MAX_START_LENGTH + 100));
    expect(stream.length).toBe(MAX_START_LENGTH);
    expect(stream.heldBytes).toBe(MAX_START_LENGTH);
    expect(add(stream, 2 ** 53, "x")).toBe(false);
  });

  it("holds a bounded number of bytes, whatever arrives", () => {
    const stream = new StreamStart();
    for (let i = 0; i < 5000; i++) add(stream, (i * 7919) % 70_000, "x".repeat(i % 40));
    expect(stream.heldBytes).toBeLessThanOrEqual(2 * MAX_START_LENGTH + 128 * 256);
  });

  it("holds a bounded number of pieces, however small they are", () => {
    const stream = new StreamStart();
    for (let i = 1; i < 1000; i++) add(stream, 2 * i, "x");
    expect(stream.heldBytes).toBe(128 * (1 + 256));
  });
});
