/** The output bytes of a program: all of them, in order, in any pieces; and notifications only when its pipe is empty. */
import { PassThrough } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ProcessOutput } from "../../../src/packets/live/process-output.ts";
import { packetOf } from "../files/collect-records.ts";

function outputOf(stream: PassThrough) {
  return new ProcessOutput("test", stream, async () => {});
}

describe("the output of a program", () => {
  it("is read completely and in order", async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(sizes, fc.integer({ min: 1, max: 60 }), async (lengths, readLength) => {
        const stream = new PassThrough();
        const output = outputOf(stream);
        const pieces = lengths.map((length, i) => Buffer.from(packetOf(length, i)));
        for (const piece of pieces) stream.write(piece);
        stream.end();
        const into = Buffer.alloc(readLength + 3);
        const taken: Buffer[] = [];
        for (;;) {
          const count = await output.read(into, 3, readLength);
          if (count === 0) break;
          taken.push(Buffer.from(into.subarray(3, 3 + count)));
        }
        expect(Buffer.concat(taken)).toEqual(Buffer.concat(pieces));
        expect(output.bytesRead).toBe(Buffer.concat(pieces).length);
      }),
    );
  });

  it("waits for its reader beyond 4 MiB, and continues when it reads", async () => {
    const stream = new PassThrough({ highWaterMark: 1 << 16 });
    const output = outputOf(stream);
    const piece = Buffer.alloc(1 << 16);
    let written = 0;
    while (written < 200 && (stream.write(piece) || written < 64)) {
      written++;
      await pause(0);
    }
    expect(stream.isPaused()).toBe(true);
    const into = Buffer.alloc(1 << 20);
    await output.read(into, 0, into.length);
    expect(stream.isPaused()).toBe(false);
  });

  it("notifies after the next short read, not while full reads show that more is available", async () => {
    const stream = new PassThrough({ highWaterMark: 1 << 20 });
    const output = outputOf(stream);
    let calls = 0;
    stream.write(Buffer.alloc(1 << 16));
    output.whenDry(() => calls++);
    await Promise.resolve();
    expect(calls).toBe(0);
    stream.write(Buffer.alloc(100));
    await pause(0);
    expect(calls).toBe(1);
  });

  it("notifies when nothing arrives", async () => {
    const output = outputOf(new PassThrough());
    let calls = 0;
    output.whenDry(() => calls++);
    await expect.poll(() => calls).toBe(1);
  });
});
