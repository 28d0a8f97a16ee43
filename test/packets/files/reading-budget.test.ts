/**
 * The cost of reading: processor time and memory must be proportional to the bytes in and out, whatever a capture repeats.
 * The budgets are ten times the cost on a slow machine; the faults they detect cost a thousand times as much.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decompressed, decompressorOf } from "../../../src/packets/files/compression.ts";
import { openCapture } from "../../../src/packets/files/open-capture.ts";
import { costlyCaptures } from "../../support/costly-captures.ts";
import { retainedBufferBytes } from "../../support/retained-memory.ts";
import { MemorySource } from "./collect-records.ts";

const SIZE = 200_000;
const FIXED_MILLISECONDS = 250;
const NANOSECONDS_PER_BYTE_IN = 8000;
const NANOSECONDS_PER_BYTE_OUT = 100;
const MOST_MEMORY = 200 << 20;

let folder = "";
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "appleflow-budget-"));
  // Loading and compiling for the first capture must not count.
  for (const [, bytes] of costlyCaptures(1000)) await read(bytes);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Reads a capture to its end. */
async function read(bytes: Uint8Array): Promise<void> {
  const path = join(folder, "capture");
  writeFileSync(path, bytes);
  const source = await openCapture(path).catch(() => null);
  if (source === null) return;
  for await (const _ of source.blocks());
}

/** Returns the number of bytes in a capture. */
async function lengthOf(bytes: Uint8Array): Promise<number> {
  const decompressor = decompressorOf(bytes);
  if (decompressor === null) return bytes.length;
  const source = decompressed(new MemorySource(bytes), decompressor);
  const into = new Uint8Array(1 << 20);
  let length = 0;
  for (let count = 1; count > 0; length += count) count = await source.read(into, 0, into.length);
  return length;
}

describe.each(costlyCaptures(SIZE))("the hostile file %s", (_, bytes) => {
  it("is read in time and memory proportional to its size", async () => {
    const length = await lengthOf(bytes);
    const memory = retainedBufferBytes();
    const before = process.cpuUsage();
    await read(bytes);
    const { user, system } = process.cpuUsage(before);
    const nanoseconds = bytes.length * NANOSECONDS_PER_BYTE_IN + length * NANOSECONDS_PER_BYTE_OUT;
    expect((user + system) / 1000).toBeLessThan(FIXED_MILLISECONDS + nanoseconds / 1e6);
    expect(retainedBufferBytes() - memory).toBeLessThan(MOST_MEMORY);
  });
});
