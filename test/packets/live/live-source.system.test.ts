/**
 * Live sources under the contract of all sources, and their own properties, with both backends: on a separate host to which
 * tcpreplay sends. Skipped, with the reason, if no such host can be made.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openCapture } from "../../../src/packets/files/open-capture.ts";
import { BACKEND_NAMES, type BackendName } from "../../../src/packets/live/live-source.ts";
import { DEVICE, Namespace } from "../../support/namespace.ts";
import { collectSource } from "../files/collect-records.ts";
import { CaptureHost, type CaptureOrder, type CaptureOutcome } from "./capture-host.ts";
import { findMissing, PACE, textOf } from "./live-setting.ts";
import { describeSourceContract } from "./source-contract.ts";
import { FRAME_TEXTS, FRAMES, writeFrames } from "./wire-frames.ts";

const OFFICE = "fixtures/office-morning.pcapng";
const isMissing = await findMissing("live capture");

let folder: string;
let frames: string;
let namespace: Namespace;
let host: CaptureHost;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "appleflow-live-"));
  frames = writeFrames(folder, "frames.pcap");
  if (isMissing("tcpdump")) return;
  namespace = await Namespace.make();
  host = await CaptureHost.start(namespace);
});
afterAll(async () => {
  await host?.kill();
  await namespace?.remove();
  rmSync(folder, { recursive: true });
});

/** Captures while `during` runs, until N packets have arrived. */
async function captureWhile(
  order: Partial<CaptureOrder> & Pick<CaptureOrder, "backend">,
  during: () => Promise<unknown>,
  count: number,
): Promise<CaptureOutcome> {
  await host.begin({ interfaceName: DEVICE, ...order });
  await during();
  if (count > 0) await host.packets(count);
  host.stop();
  return await host.outcome();
}

describe.each(BACKEND_NAMES)("a live source with %s", (backend: BackendName) => {
  const isSkipped = isMissing(backend);

  describe.skipIf(isSkipped)("as a packet source", () => {
    describeSourceContract(async () => {
      const outcome = await captureWhile({ backend }, () => namespace.replay(frames, ...PACE), FRAMES.length);
      if (outcome.collected === null) throw new Error(outcome.refusal?.message);
      const { collected, blockCounts, isOneBlock, error } = outcome;
      return {
        source: { collected, blockCounts, isOneBlock, errorCode: error?.code ?? null },
        passing: { packets: FRAME_TEXTS },
      };
    });
  });

  describe.skipIf(isSkipped)("on an interface", () => {
    it("receives the traffic of an office morning, and counts it", async () => {
      const file = await collectSource(await openCapture(OFFICE));
      const expected = file.records.map(({ packet }) => packet);
      const outcome = await captureWhile(
        { backend },
        () => namespace.replay(OFFICE, ...PACE),
        expected.length,
      );
      expect(textOf(outcome)).toEqual(expected);
      const dropped = backend === "cap" ? null : 0;
      expect(outcome.counters).toEqual({
        received: expected.length,
        droppedByKernel: dropped,
        droppedByInterface: dropped,
        droppedByUs: 0,
      });
      expect(outcome.collected?.interfaces[0].dropped).toBe(dropped);
      expect(outcome.childrenLeft).toBe(0);
    });

    it("delivers a single packet on a quiet interface within 400 ms", async () => {
      const one = writeFrames(folder, "one.pcap", [FRAMES[3]]);
      const sendOneAtATime = async () => {
        for (let count = 1; count <= 5; count++) {
          await namespace.replay(one);
          await host.packets(count);
        }
      };
      const { collected, handedOverAt } = await captureWhile({ backend }, sendOneAtATime, 5);
      const delays = (collected?.records ?? []).map(
        ({ seconds, nanoseconds }, i) => handedOverAt[i] - (seconds * 1000 + nanoseconds / 1e6),
      );
      // The median, because other processes share the machine.
      expect(delays.toSorted((a, b) => a - b)[2]).toBeLessThan(400);
    });

    it("applies the filter and the snaplen", async () => {
      const order = { backend, filter: "less 61", snaplen: 50 } as const;
      const short = FRAMES.filter(({ length }) => length <= 61);
      const outcome = await captureWhile(order, () => namespace.replay(frames, ...PACE), short.length);
      expect(textOf(outcome)).toEqual(
        short.map((packet) => Buffer.from(packet.subarray(0, 50)).toString("hex")),
      );
      expect(outcome.collected?.records.map(({ original }) => original)).toEqual(
        short.map(({ length }) => length),
      );
    });

    it("ends at once without an error when stopped before the first packet, twice", async () => {
      await host.begin({ interfaceName: DEVICE, backend });
      host.stop();
      host.stop();
      const outcome = await host.outcome();
      expect(outcome).toMatchObject({ refusal: null, error: null, events: [], childrenLeft: 0 });
      expect(outcome.collected?.records).toEqual([]);
    });

    it("ends without an error when Ctrl-C reaches its program first", async () => {
      await host.begin({ interfaceName: DEVICE, backend });
      for (const pid of await host.children()) process.kill(pid, "SIGINT");
      await new Promise((resolve) => setTimeout(resolve, 50));
      host.stop();
      const outcome = await host.outcome();
      expect(outcome).toMatchObject({ refusal: null, error: null, events: [], childrenLeft: 0 });
    });

    it("ends its program when the reader leaves the loop", async () => {
      await host.begin({ interfaceName: DEVICE, backend, leaveAfter: 10 });
      await namespace.replay(frames, ...PACE);
      const outcome = await host.outcome();
      expect(outcome).toMatchObject({ error: null, events: [], childrenLeft: 0 });
    });

    it("keeps records whole, and counts losses, while the reader is away", async () => {
      const order = { interfaceName: DEVICE, backend, readAfterMs: 1500 } as const;
      await host.begin(order);
      await namespace.replay(frames, "--topspeed", "--loop", "12");
      await host.packets(1);
      await host.quiet(1000);
      host.stop();
      const outcome = await host.outcome();
      expect(outcome).toMatchObject({ error: null, events: [], childrenLeft: 0 });
      const known = new Set(FRAME_TEXTS);
      expect(textOf(outcome).filter((packet) => !known.has(packet))).toEqual([]);
      const { received, droppedByKernel, droppedByUs } = outcome.counters ?? {};
      // cap does not report packets dropped by the kernel.
      const lost = (droppedByUs ?? 0) + (droppedByKernel ?? 0);
      if (backend === "tcpdump") expect((received ?? 0) + lost).toBe(12 * FRAMES.length);
      else expect((received ?? 0) + lost).toBeLessThanOrEqual(12 * FRAMES.length);
      expect(received).toBeGreaterThan(10_000);
    });
  });
});
