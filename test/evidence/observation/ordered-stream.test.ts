/** One direction of a TCP connection put into order, whatever the order of captured segments. */
import { describe, expect, it } from "vitest";
import { OrderedStream } from "../../../src/evidence/observation/ordered-stream.ts";

const text = (words: string) => new Uint8Array(Buffer.from(words));

function stream() {
  const taken: string[] = [];
  const times: number[] = [];
  const ordered = new OrderedStream(
    (bytes, offset, end, time) => {
      taken.push(Buffer.from(bytes.subarray(offset, end)).toString());
      times.push(time);
    },
    () => taken.push("|"),
  );
  /** `position` may precede the initial sequence number 2^32 - 4. */
  const add = (position: number, words: string, time = 0) => {
    const bytes = text(`..${words}..`);
    ordered.add(bytes, 2, 2 + words.length, (0xffff_fffc + position) >>> 0, time);
  };
  return { ordered, add, taken, times, joined: () => taken.join("") };
}

describe("TCP segments", () => {
  it("are delivered once each, in order, across sequence wraparound", () => {
    const { add, joined } = stream();
    add(0, "abc");
    add(6, "ghi");
    add(3, "def");
    add(0, "abcdef");
    add(5, "fghijk");
    expect(joined()).toBe("abcdefghijk");
  });

  it("that arrive early keep their own time", () => {
    const { add, times } = stream();
    add(0, "a", 1);
    add(2, "c", 2);
    add(1, "b", 3);
    expect(times).toEqual([1, 3, 2]);
  });

  it("that overlap deliver only new bytes", () => {
    const { add, joined, ordered } = stream();
    add(0, "a");
    add(2, "cd");
    add(2, "cdef");
    add(4, "ef");
    add(1, "bc");
    expect(joined()).toBe("abcdef");
    expect(ordered.heldBytes).toBe(0);
  });

  it("that never arrive become a gap when enough others wait behind them", () => {
    const { add, joined, ordered } = stream();
    add(0, "a");
    for (let i = 0; i < 17; i++) add(10 + i, "x");
    expect(joined()).toBe(`a|${"x".repeat(17)}`);
    expect(ordered.heldBytes).toBe(0);
    add(4000, "y".repeat(33_000));
    expect(joined().endsWith(`|${"y".repeat(33_000)}`)).toBe(true);
    add(2, "late");
    expect(joined()).not.toContain("late");
  });

  it("after a truncated beginning are not waited for", () => {
    const { ordered, add, joined } = stream();
    ordered.begin(text("abc"), 0, 3, 0xffff_fffc, 0, true);
    add(9, "j");
    add(11, "l");
    add(10, "k");
    expect(joined()).toBe("abc|jkl");
  });
});
