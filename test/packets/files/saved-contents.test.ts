/** What a saved capture preserves of its sources. */
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { summarize } from "../../../src/engine/summarize.ts";
import { processOf, withProcess } from "../../../src/net/host-mark.ts";
import { openCapture } from "../../../src/packets/files/open-capture.ts";
import { SavedCapture } from "../../../src/packets/files/saved-capture.ts";
import { pcapng } from "../../../src/testing/builders/capture-builder.ts";
import { appleList } from "../../support/analyze.ts";
import { save } from "./saved-packets.ts";

const parent = mkdtempSync(join(tmpdir(), "appleflow-save-"));
afterAll(() => rmSync(parent, { recursive: true }));
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(parent, "test-"));
});

/** Returns the host mark of each packet in a file. */
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

describe("a saved capture", () => {
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
  ])("preserves the summary of %s", async (name) => {
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
  ])("preserves the host marks of packets in each file of a ring (%j)", async (ring, files) => {
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
});
