import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { openCapture } from "../../../src/packets/files/open-capture.ts";
import { SavedCapture } from "../../../src/packets/files/saved-capture.ts";
import { memorySource } from "../../support/memory-source.ts";
import { collectSource } from "./collect-records.ts";
import { packets, save } from "./saved-packets.ts";

const parent = mkdtempSync(join(tmpdir(), "appleflow-save-"));
afterAll(() => rmSync(parent, { recursive: true }));
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(parent, "test-"));
});

describe("SavedCapture", () => {
  it("preserves bytes, lengths and times to the nanosecond, up to the year 2106", async () => {
    const times = [0n, 1n, 999_999_999n, 1_769_851_800_123_456_789n, 4_294_967_293_999_999_999n];
    const records = times.map((time, i) => ({
      bytes: Uint8Array.from({ length: 1 + i * 7 }, (_, at) => at * 3 + i),
      originalLength: 2000 + i,
      time,
    }));
    const file = join(folder, "saved.pcapng");
    await save(new SavedCapture(file, null), memorySource(records));
    const expected = await collectSource(memorySource(records));
    const found = await collectSource(await openCapture(file));
    expect(found.error).toBeNull();
    expect(found.records).toEqual(expected.records);
    expect(found.records).toHaveLength(5);
  });

  it("separates several sources as interfaces, with their drops", async () => {
    const file = join(folder, "saved.pcapng");
    const [one, other] = [packets(3), packets(2)];
    const saved = new SavedCapture(file, null);
    for (const source of [one, other]) {
      for await (const block of source.blocks()) {
        saved.write(source, block);
        Object.assign(block.interfaces[0], { dropped: source === one ? 12 : null });
      }
    }
    await saved.close();
    await saved.close();
    const source = await openCapture(file);
    expect((await collectSource(source)).records).toHaveLength(5);
    expect(source.interfaces.map(({ packets, dropped }) => [packets, dropped])).toEqual([
      [3, 12],
      [2, null],
    ]);
  });

  it("has only whole packets on disk after a flush", async () => {
    const file = join(folder, "saved.pcapng");
    const saved = new SavedCapture(file, null);
    const source = packets(3);
    for await (const block of source.blocks()) saved.write(source, block);
    expect(statSync(`${file}.part`).size).toBe(0);
    saved.flush();
    const found = await collectSource(await openCapture(`${file}.part`));
    expect([found.records.length, found.error]).toEqual([3, null]);
    await saved.close();
    expect(readdirSync(folder)).toEqual(["saved.pcapng"]);
  });

  it("replaces a file, readable by its owner only", async () => {
    const file = join(folder, "saved.pcapng");
    await save(new SavedCapture(file, null), packets(100));
    await save(new SavedCapture(file, null), packets(1));
    expect((await collectSource(await openCapture(file))).records).toHaveLength(1);
    expect(statSync(file).mode & 0o077).toBe(0);
  });

  it("keeps the newest files of a ring, each a complete capture", async () => {
    // A packet of 100 bytes takes 132; header and interface about 100.
    await save(new SavedCapture(join(folder, "ring.pcapng"), { files: 3, bytes: 1000 }), packets(40));
    const names = readdirSync(folder).sort();
    expect(names).toEqual(["ring-00005.pcapng", "ring-00006.pcapng", "ring-00007.pcapng"]);
    const numbers: number[] = [];
    for (const name of names) {
      expect(statSync(join(folder, name)).size).toBeLessThanOrEqual(1000);
      const { records, error } = await collectSource(await openCapture(join(folder, name)));
      expect(error).toBeNull();
      numbers.push(...records.map(({ seconds }) => seconds));
    }
    // The newest ones, without a gap.
    expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, i) => 40 - numbers.length + i));
  });

  it("loses no packet between the files of a ring", async () => {
    await save(new SavedCapture(join(folder, "ring.pcapng"), { files: 100, bytes: 1000 }), packets(40));
    let count = 0;
    for (const name of readdirSync(folder)) {
      count += (await collectSource(await openCapture(join(folder, name)))).records.length;
    }
    expect(count).toBe(40);
  });

  it("continues after the files of an earlier run, and leaves other files alone", async () => {
    for (const name of [
      "ring-00041.pcapng",
      "ring-00042.pcapng",
      "ring-1.pcapng",
      "ring-00041.txt",
      "ring.pcapng",
    ]) {
      writeFileSync(join(folder, name), "old");
    }
    await save(new SavedCapture(join(folder, "ring.pcapng"), { files: 2, bytes: 1000 }), packets(1));
    expect(readdirSync(folder).sort()).toEqual([
      "ring-00041.txt",
      "ring-00042.pcapng",
      "ring-00043.pcapng",
      "ring-1.pcapng",
      "ring.pcapng",
    ]);
    expect(readFileSync(join(folder, "ring-00042.pcapng"), "utf8")).toBe("old");
  });

  it("writes a packet larger than a ring file into a file of its own", async () => {
    const records = [50, 5000, 50].map((length) => ({ bytes: new Uint8Array(length), time: 0n }));
    await save(
      new SavedCapture(join(folder, "ring.pcapng"), { files: 9, bytes: 400 }),
      memorySource(records),
    );
    const counts: number[] = [];
    for (const name of readdirSync(folder).sort()) {
      counts.push((await collectSource(await openCapture(join(folder, name)))).records.length);
    }
    expect(counts).toEqual([1, 1, 1]);
  });

  it("reports why it cannot write", () => {
    const missing = join(folder, "no", "saved.pcapng");
    for (const ring of [null, { files: 2, bytes: 1000 }]) {
      const expected = { code: "cannot_write", message: expect.stringContaining("no such file") };
      expect(() => new SavedCapture(missing, ring)).toThrow(expect.objectContaining(expected));
    }
  });
});
