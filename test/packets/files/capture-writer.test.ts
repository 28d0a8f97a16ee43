import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { CaptureWriter } from "../../../src/packets/files/capture-writer.ts";
import { openCapture } from "../../../src/packets/files/open-capture.ts";
import type { PacketSource } from "../../../src/packets/packet-source.ts";
import { pcapng } from "../../../src/testing/builders/capture-builder.ts";
import { type MemoryRecord, memorySource } from "../../support/memory-source.ts";
import { collectSource } from "./collect-records.ts";

const folder = mkdtempSync(join(tmpdir(), "appleflow-writer-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Returns the bytes that a writer makes of sources, with a comment for each packet or none. */
async function written(sources: readonly PacketSource[], comment: string | null = null) {
  const pieces: Uint8Array[] = [];
  const writer = new CaptureWriter((bytes) => pieces.push(Uint8Array.from(bytes)));
  for (const source of sources) {
    for await (const block of source.blocks()) {
      writer.describe(block.interfaces);
      for (let row = 0; row < block.count; row++) writer.add(block, row, comment);
    }
  }
  writer.finish();
  return { writer, bytes: Buffer.concat(pieces), pieces: pieces.length };
}

async function readBack(bytes: Uint8Array) {
  const file = join(folder, "written.pcapng");
  writeFileSync(file, bytes);
  const source = await openCapture(file);
  const { records, error } = await collectSource(source);
  return { records, error, interfaces: source.interfaces };
}

const record = (time: bigint | null, fields: Partial<MemoryRecord> = {}): MemoryRecord => ({
  bytes: Uint8Array.of(1, 2, 3, 4, 5),
  time,
  ...fields,
});

describe("CaptureWriter", () => {
  it("preserves bytes, lengths, times and interfaces, with and without comments", async () => {
    const make = () => [
      memorySource([record(1n), record(1_769_851_800_123_456_789n, { originalLength: 1500 })], {
        name: "one",
      }),
      memorySource([record(5_000_000_000n, { linkType: 101, interfaceName: "utun3" })], { timeDigits: 6 }),
    ];
    for (const comment of [null, "a comment", "ü".repeat(40_000)]) {
      const { bytes } = await written(make(), comment);
      const { records, error, interfaces } = await readBack(bytes);
      expect(error).toBeNull();
      expect(records.map(({ seconds, nanoseconds, original }) => [seconds, nanoseconds, original])).toEqual([
        [0, 1, 5],
        [1_769_851_800, 123_456_789, 1500],
        [5, 0, 5],
      ]);
      expect(new Set(records.map(({ packet }) => packet)).size).toBe(1);
      expect(
        interfaces.map(({ linkType, name, timeDigits, packets }) => [linkType, name, timeDigits, packets]),
      ).toEqual([
        [1, null, 9, 2],
        [101, "utun3", 6, 1],
      ]);
    }
  });

  it("cuts a comment that exceeds the option limit between two characters", async () => {
    const { bytes } = await written([memorySource([record(1n)])], `x${"ü".repeat(40_000)}`);
    const [comment] = bytes.toString("utf8").match(/xü+/) ?? [""];
    expect([comment.length, Buffer.byteLength(comment)]).toEqual([32_768, 65_535]);
    expect((await readBack(bytes)).records).toHaveLength(1);
  });

  it("describes interfaces without packets, and their drops", async () => {
    const file = join(folder, "given.pcapng");
    const given = pcapng()
      .section()
      .interface({ name: "quiet0" })
      .interface({ name: "en0" })
      .packet(Uint8Array.of(1), { interfaceId: 1 })
      .statistics({ interfaceId: 1, dropped: 7n })
      .interface({ name: "late0" });
    writeFileSync(file, given.build());
    const { bytes } = await written([await openCapture(file)]);
    const { interfaces } = await readBack(bytes);
    expect(interfaces.map(({ name, packets, dropped }) => [name, packets, dropped])).toEqual([
      ["quiet0", 0, null],
      ["en0", 1, 7],
      ["late0", 0, null],
    ]);
  });

  it("writes a packet without a time as a Simple Packet Block if possible, and counts the dropped comment", async () => {
    const { writer, bytes } = await written([memorySource([record(null), record(null)])], "a comment");
    const { records } = await readBack(bytes);
    expect(records.map(({ seconds }) => seconds)).toEqual([2 ** 32 - 1, 2 ** 32 - 1]);
    expect([writer.packets, writer.lostComments]).toEqual([2, 2]);
    // A truncated packet needs a block with both lengths and a time: that of the packet before it.
    const cut = await written([memorySource([record(7_000_000_000n), record(null, { originalLength: 9 })])]);
    const after = await readBack(cut.bytes);
    expect(after.records.map(({ seconds, original }) => [seconds, original])).toEqual([
      [7, 5],
      [7, 9],
    ]);
  });

  it("buffers up to a megabyte, and accepts packets of any length", async () => {
    expect((await written([memorySource([record(1n)])])).pieces).toBe(1);
    const large = record(1n, { bytes: new Uint8Array(200_000).fill(7) });
    const { pieces, bytes } = await written([memorySource(Array.from({ length: 12 }, () => large))]);
    expect(pieces).toBe(3);
    expect((await readBack(bytes)).records).toHaveLength(12);
  });
});
