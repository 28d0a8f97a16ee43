/** How a saved capture gets to its path: complete, beside existing files, and not through another user's links. */
import {
  lchownSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { openCapture } from "../../../src/packets/files/open-capture.ts";
import { SavedCapture } from "../../../src/packets/files/saved-capture.ts";
import type { PacketSource } from "../../../src/packets/packet-source.ts";
import { memorySource } from "../../support/memory-source.ts";
import { collectSource } from "./collect-records.ts";

const parent = mkdtempSync(join(tmpdir(), "appleflow-save-"));
afterAll(() => rmSync(parent, { recursive: true }));
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(parent, "test-"));
});

/** Saves everything from a source. */
async function save(saved: SavedCapture, source: PacketSource): Promise<void> {
  for await (const block of source.blocks()) saved.write(source, block);
  await saved.close();
}

/** A source of `count` packets of 100 bytes each. */
function packets(count: number): PacketSource {
  return memorySource(Array.from({ length: count }, () => ({ bytes: new Uint8Array(100), time: 0n })));
}

describe("a saved capture file", () => {
  it("leaves the old file in place until it is complete", async () => {
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

  it("overwrites nothing left by a killed run", async () => {
    const file = join(folder, "saved.pcapng");
    writeFileSync(`${file}.part`, "saved by another one");
    await save(new SavedCapture(file, null), packets(1));
    expect(readdirSync(folder).sort()).toEqual(["saved.pcapng", "saved.pcapng.part"]);
    expect(readFileSync(`${file}.part`, "utf8")).toBe("saved by another one");
  });

  it("counts a file left by a killed run as part of the ring", async () => {
    writeFileSync(join(folder, "ring-00007.pcapng.part"), "cut");
    await save(new SavedCapture(join(folder, "ring.pcapng"), { files: 2, bytes: 1000 }), packets(1));
    expect(readdirSync(folder).sort()).toEqual(["ring-00007.pcapng.part", "ring-00008.pcapng"]);
    await save(new SavedCapture(join(folder, "ring.pcapng"), { files: 2, bytes: 1000 }), packets(1));
    expect(readdirSync(folder).sort()).toEqual(["ring-00008.pcapng", "ring-00009.pcapng"]);
  });

  it("is written through a symbolic link, which remains", async () => {
    const file = join(folder, "real.pcapng");
    symlinkSync("real.pcapng", join(folder, "link.pcapng"));
    await save(new SavedCapture(join(folder, "link.pcapng"), null), packets(2));
    expect((await collectSource(await openCapture(file))).records).toHaveLength(2);
    expect(lstatSync(join(folder, "link.pcapng")).isSymbolicLink()).toBe(true);
  });

  it.skipIf(process.getuid?.() !== 0)("does not follow another user's link as root", () => {
    const link = join(folder, "link.pcapng");
    symlinkSync(join(folder, "real.pcapng"), link);
    lchownSync(link, 65_534, 65_534);
    expect(() => new SavedCapture(link, null)).toThrow(/a symbolic link of another user \(65534\)/);
    expect(readdirSync(folder)).toEqual(["link.pcapng"]);
  });

  it("reports once that it cannot write any more, counts the packets, and continues", async () => {
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
    expect(told).toEqual(["/dev/full: no space left on the device: packets are no longer saved"]);
    expect(full.lostPackets).toBe(60);
  });
});
