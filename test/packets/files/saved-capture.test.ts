import {
  lchownSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { summarize } from "../../../src/engine/summarize.ts";
import { processOf, withProcess } from "../../../src/net/host-mark.ts";
import { openCapture } from "../../../src/packets/files/open-capture.ts";
import { SavedCapture } from "../../../src/packets/files/saved-capture.ts";
import type { PacketSource } from "../../../src/packets/packet-source.ts";
import { pcapng } from "../../../src/testing/builders/capture-builder.ts";
import { appleList } from "../../support/analyze.ts";
import { memorySource } from "../../support/memory-source.ts";
import { collectSource } from "./collect-records.ts";

const parent = mkdtempSync(join(tmpdir(), "appleflow-save-"));
afterAll(() => rmSync(parent, { recursive: true }));
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(parent, "test-"));
});

/** Saves all that the sources have, one after the other. */
async function save(saved: SavedCapture, ...sources: readonly PacketSource[]): Promise<void> {
  for (const source of sources) {
    for await (const block of source.blocks()) saved.write(source, block);
  }
  await saved.close();
}

/** What the host says of each packet in a file. */
async function toldIn(file: string) {
  const source = await openCapture(file);
  const told = [];
  for await (const { count, hostMarks, processes } of source.blocks()) {
    for (const mark of hostMarks.subarray(0, count)) {
      told.push({ process: processes[processOf(mark)], rest: withProcess(mark, 0) });
    }
  }
  expect(source.error).toBeNull();
  return told;
}

/** A source of `count` packets of 100 bytes each, one a second. */
function packets(count: number, name = "eth0"): PacketSource {
  const records = Array.from({ length: count }, (_, i) => ({
    bytes: new Uint8Array(100).fill(i),
    time: BigInt(i) * 1_000_000_000n,
  }));
  return memorySource(records, { name });
}

describe("SavedCapture", () => {
  it.each([
    "office-morning.pcapng",
    "any-interface.pcapng",
    "nanoseconds.pcap",
    "frame-check.pcapng",
    "time-resolutions.pcapng",
    "snaplen-cut.pcap",
    "link-pktap.pcap",
    "two-sections.pcapng",
    "processes.pcapng",
    "process-comments.pcapng",
  ])("keeps of %s what a summary tells of it", async (name) => {
    const original = `fixtures/${name}`;
    const file = join(folder, "saved.pcapng");
    await save(new SavedCapture(file, null), await openCapture(original));
    const options = { services: appleList, maxFlows: 2000 };
    const [one, other] = [await summarize([original], options), await summarize([file], options)];
    const { capture: _, ...expected } = one;
    const { capture: __, ...found } = other;
    expect(found).toEqual(expected);
    const [{ name: _n, format: _f, interfaces: described, ...first }] = one.capture.sources;
    const [{ name: _m, format: _g, interfaces: saved, ...second }] = other.capture.sources;
    expect(second).toEqual(first);
    const used = described.filter(({ packets: count }) => count > 0);
    expect(saved.map(({ name, linkType, packets: count }) => [name, linkType, count]).sort()).toEqual(
      used.map(({ name, linkType, packets: count }) => [name, linkType, count]).sort(),
    );
  });

  it.each([
    [null, 1],
    [{ files: 9, bytes: 1000 }, 3],
  ])("keeps what its host says of a packet, in each file of a ring (%j)", async (ring, files) => {
    const options = (...pairs: readonly (readonly [number, number])[]) => ({
      options: pairs.map(([code, uint32]) => ({ code, uint32 })),
    });
    const uuid = Array.from({ length: 16 }, (_, i) => i + 1);
    const built = pcapng()
      .section()
      .interface()
      .appleProcess(301, "nsurlsessiond", uuid)
      .appleProcess(712, "Podcasts");
    const packet = new Uint8Array(100);
    built.packet(packet, options([2, 2], [0x8001, 0], [0x8002, 800], [0x8003, 1]));
    built.packet(packet, options([2, 1], [0x8001, 1])).packet(packet);
    built.packet(packet, options([2, 1])).packet(packet, options([0x8007, 9]));
    built.packet(packet, options([0x8001, 0])).packet(packet, options([0x8002, 700]));
    const original = join(folder, "original.pcapng");
    writeFileSync(original, built.build());
    await save(new SavedCapture(join(folder, "saved.pcapng"), ring), await openCapture(original));
    const saved = readdirSync(folder).filter((name) => name.startsWith("saved"));
    expect(saved).toHaveLength(files);
    if (ring !== null)
      expect(Math.max(...saved.map((name) => statSync(join(folder, name)).size))).toBeLessThanOrEqual(1000);
    const found = [];
    for (const name of saved.sort()) found.push(...(await toldIn(join(folder, name))));
    expect(found).toEqual(await toldIn(original));
    expect(found.map(({ process }) => process.name)).toEqual([
      "Podcasts",
      "Podcasts",
      "",
      "",
      "",
      "nsurlsessiond",
      "",
    ]);
  });

  it("keeps bytes, lengths and times to the nanosecond, to the end of the century's clock", async () => {
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

  it("keeps several sources apart as interfaces, with what they dropped", async () => {
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

  it("shows what it has when it is flushed, whole packets only", async () => {
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

  it("replaces a file, which is for its owner only", async () => {
    const file = join(folder, "saved.pcapng");
    await save(new SavedCapture(file, null), packets(100));
    await save(new SavedCapture(file, null), packets(1));
    expect((await collectSource(await openCapture(file))).records).toHaveLength(1);
    expect(statSync(file).mode & 0o077).toBe(0);
  });

  it("keeps the newest files of a ring, each a capture by itself", async () => {
    // A packet of 100 bytes takes 132; header and interface some 100.
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
    // The newest ones without a gap.
    expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, i) => 40 - numbers.length + i));
  });

  it("loses nothing between the files of a ring", async () => {
    await save(new SavedCapture(join(folder, "ring.pcapng"), { files: 100, bytes: 1000 }), packets(40));
    let count = 0;
    for (const name of readdirSync(folder)) {
      count += (await collectSource(await openCapture(join(folder, name)))).records.length;
    }
    expect(count).toBe(40);
  });

  it("goes on behind the files of an earlier run, and leaves others alone", async () => {
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

  it("writes a packet that is longer than a file of the ring into one of its own", async () => {
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

  it("leaves what stood in its place until it is whole", async () => {
    const file = join(folder, "saved.pcapng");
    writeFileSync(file, "old");
    const saved = new SavedCapture(file, null);
    const source = packets(3);
    for await (const block of source.blocks()) saved.write(source, block);
    saved.flush();
    expect(readFileSync(file, "utf8")).toBe("old");
    await saved.close();
    expect((await collectSource(await openCapture(file))).records).toHaveLength(3);
    expect(readdirSync(folder)).toEqual(["saved.pcapng"]);
  });

  it("overwrites nothing that a killed run has left", async () => {
    const file = join(folder, "saved.pcapng");
    writeFileSync(`${file}.part`, "saved by another one");
    await save(new SavedCapture(file, null), packets(1));
    expect(readdirSync(folder).sort()).toEqual(["saved.pcapng", "saved.pcapng.part"]);
    expect(readFileSync(`${file}.part`, "utf8")).toBe("saved by another one");
  });

  it("counts a file that a killed run has left among those of a ring", async () => {
    writeFileSync(join(folder, "ring-00007.pcapng.part"), "cut");
    await save(new SavedCapture(join(folder, "ring.pcapng"), { files: 2, bytes: 1000 }), packets(1));
    expect(readdirSync(folder).sort()).toEqual(["ring-00007.pcapng.part", "ring-00008.pcapng"]);
    await save(new SavedCapture(join(folder, "ring.pcapng"), { files: 2, bytes: 1000 }), packets(1));
    expect(readdirSync(folder).sort()).toEqual(["ring-00008.pcapng", "ring-00009.pcapng"]);
  });

  it("follows a link to the file behind it, and leaves the link", async () => {
    const file = join(folder, "real.pcapng");
    symlinkSync("real.pcapng", join(folder, "link.pcapng"));
    await save(new SavedCapture(join(folder, "link.pcapng"), null), packets(2));
    expect((await collectSource(await openCapture(file))).records).toHaveLength(2);
    expect(lstatSync(join(folder, "link.pcapng")).isSymbolicLink()).toBe(true);
  });

  it.skipIf(process.getuid?.() !== 0)("follows no link of another user as root", () => {
    const link = join(folder, "link.pcapng");
    symlinkSync(join(folder, "real.pcapng"), link);
    lchownSync(link, 65_534, 65_534);
    expect(() => new SavedCapture(link, null)).toThrow(/a symbolic link of another user \(65534\)/);
    expect(readdirSync(folder)).toEqual(["link.pcapng"]);
  });

  it("tells once that it cannot write any more, counts the packets, and goes on", async () => {
    const told: string[] = [];
    const full = new SavedCapture("/dev/full", null, (message) => told.push(message));
    const source = packets(30);
    for await (const block of source.blocks()) {
      full.write(source, block);
      full.flush();
      full.write(source, block);
      full.flush();
    }
    await full.close();
    expect(told).toEqual(["/dev/full: no space left on the device: packets are not saved any more"]);
    expect(full.lostPackets).toBe(60);
  });

  it("says why it cannot write", () => {
    const missing = join(folder, "no", "saved.pcapng");
    for (const ring of [null, { files: 2, bytes: 1000 }]) {
      const expected = { code: "cannot_write", message: expect.stringContaining("no such file") };
      expect(() => new SavedCapture(missing, ring)).toThrow(expect.objectContaining(expected));
    }
  });
});
