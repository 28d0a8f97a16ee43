/** A capture file under the contract of all sources; live sources are in `live-source.system.test.ts`. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe } from "vitest";
import { openCapture } from "../../../src/packets/files/open-capture.ts";
import { collectSource } from "../files/collect-records.ts";
import { describeSourceContract, type ReadSource } from "./source-contract.ts";
import { FRAME_TEXTS, writeFrames } from "./wire-frames.ts";

const folder = mkdtempSync(join(tmpdir(), "appleflow-savefile-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("a savefile", () => {
  describeSourceContract(async () => {
    const source = await openCapture(writeFrames(folder, "frames.pcap"));
    const seen = new Set();
    const blockCounts: number[] = [];
    const collected = await collectSource({
      ...source,
      name: source.name,
      format: source.format,
      get interfaces() {
        return source.interfaces;
      },
      get error() {
        return source.error;
      },
      bytesRead: 0,
      totalBytes: null,
      async *blocks() {
        for await (const block of source.blocks()) {
          seen.add(block);
          blockCounts.push(block.count);
          yield block;
        }
      },
    });
    const read: ReadSource = {
      collected,
      errorCode: collected.error?.code ?? null,
      blockCounts,
      isOneBlock: seen.size === 1,
    };
    return { source: read, passing: { packets: FRAME_TEXTS } };
  });
});
