/** The result does not depend on segmentation, and nothing outside the payload is read. */
import { describe, expect, it } from "vitest";
import type { FlowStart, Message } from "../../../../src/evidence/payload/protocols/flow-start.ts";
import { recognise } from "../../../../src/evidence/payload/protocols/recognise.ts";
import { ALL_SAMPLES } from "../../../support/protocol-samples/all-samples.ts";
import { shortened, startOf } from "../../../support/protocol-samples/protocol-sample.ts";

const WINDOW = 64;
const named = ALL_SAMPLES.map(
  (sample) => [`${sample.protocol}/${sample.transport}: ${sample.about}`, sample] as const,
);

describe("any segmentation of the first bytes gives the same protocol", () => {
  it.each(named.filter(([, { transport }]) => transport === "tcp"))("for %s", (_, sample) => {
    const whole = startOf(sample);
    const final = recognise(whole);
    expect(final).toMatchObject({ protocol: sample.protocol });
    const [first, second] = whole.sides.map(([message]) => message?.end ?? 0);
    for (let a = 1; a <= Math.min(first, WINDOW); a++) {
      for (let b = 0; b <= Math.min(second, WINDOW); b++) {
        const answer = recognise(shortened(whole, [a, b]));
        if (answer !== "more" && answer !== final) expect(answer, `${a} and ${b} bytes`).toEqual(final);
      }
    }
    // All of one side, as it grows.
    for (let a = 1; a <= first; a++) {
      const answer = recognise(shortened(whole, [a, second]));
      if (answer !== "more" && answer !== final) expect(answer, `${a} bytes and all`).toEqual(final);
    }
  });
});

describe("bytes outside the payload", () => {
  it.each(named)("are not read: %s", (_, sample) => {
    const whole = startOf(sample);
    expect(whole.sides.flat().length).toBeGreaterThan(0);
    const longest = Math.max(...whole.sides.flat().map(({ end }) => end));
    for (let limit = 1; limit <= longest; limit++) {
      const start = shortened(whole, [limit, limit]);
      const watched: FlowStart = { ...start, sides: [start.sides[0].map(watch), start.sides[1].map(watch)] };
      const [answer, expected] = [recognise(watched), recognise(start)];
      if (answer !== expected) expect(answer, `${limit} bytes`).toEqual(expected);
    }
  });
});

/** The same message between other bytes that throw when they are read. */
function watch(message: Message): Message {
  const before = 7;
  const padded = new Uint8Array(before + message.end + before).fill(0x41);
  padded.set(message.bytes.subarray(0, message.end), before);
  const bytes = new Proxy(padded, {
    get(target, key) {
      const index = Number(key);
      if (!Number.isInteger(index)) throw new Error(`asks for ${String(key)}`);
      if (index < before || index >= before + message.end)
        throw new Error(`reads ${index - before} of ${message.end}`);
      return target[index];
    },
  });
  return { ...message, bytes, offset: before, end: before + message.end };
}
