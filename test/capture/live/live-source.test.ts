/**
 * Every source of packets under one contract, and what is particular to live ones, on both backends: on a host of its own,
 * to which tcpreplay sends. Skipped, with the reason, where no such host can be made.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { probeCap } from "../../../src/capture/live/cap-program.ts";
import { BACKEND_NAMES, type BackendName } from "../../../src/capture/live/live-source.ts";
import { openCapture } from "../../../src/capture/open-capture.ts";
import { pcap } from "../../support/capture-builder.ts";
import { DEVICE, Namespace, whyNoNamespace } from "../../support/namespace.ts";
import { collectSource, packetOf } from "../collect-records.ts";
import { CaptureHost, type CaptureOrder, type CaptureOutcome } from "./capture-host.ts";
import { describeSourceContract, type ReadSource } from "./source-contract.ts";

const OFFICE = "fixtures/office-morning.pcapng";
const PACE = ["--pps", "20000"];
/** Bytes of frames: the least that Ethernet's header needs, what a wire would pad to 60, and up to a full one. */
const LENGTHS = [14, 42, 59, 60, 61, 128, 590, 1514];
/** For local experiments (IEEE 802): nobody answers it. */
const EXPERIMENTAL = [0x88, 0xb5];

const reason = whyNoNamespace();
if (reason !== null) console.info(`skipped: live capture: ${reason}`);
const hasCap = (await probeCap([], process.env)).isBuilt;
if (!hasCap) console.info("skipped: live capture by cap: the package is not built");

let folder: string;
let frames: string;
let namespace: Namespace;
let host: CaptureHost;

function frameOf(length: number, seed: number): Uint8Array {
  const frame = packetOf(length, seed);
  frame.set([2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, ...EXPERIMENTAL]);
  return frame;
}

const packets = Array.from({ length: 1500 }, (_, i) => frameOf(LENGTHS[i % LENGTHS.length], i));

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "appleflow-live-"));
  frames = join(folder, "frames.pcap");
  const builder = pcap();
  for (const packet of packets) builder.record(packet);
  writeFileSync(frames, builder.build());
  if (reason !== null) return;
  namespace = await Namespace.make();
  host = await CaptureHost.start(namespace);
});
afterAll(async () => {
  await host?.kill();
  await namespace?.remove();
  rmSync(folder, { recursive: true });
});

function passing() {
  return { packets: packets.map((packet) => Buffer.from(packet).toString("hex")) };
}

/** Captures while `during` runs, and until so many packets are there. */
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

function textOf({ collected }: CaptureOutcome): string[] {
  return collected?.records.map(({ packet }) => packet) ?? [];
}

describe("a savefile", () => {
  describeSourceContract(async () => {
    const source = await openCapture(frames);
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
    return { source: read, passing: passing() };
  });
});

describe.each(BACKEND_NAMES)("live by %s", (backend: BackendName) => {
  const isSkipped = reason !== null || (backend === "cap" && !hasCap);

  describe.skipIf(isSkipped)("as a source", () => {
    describeSourceContract(async () => {
      const outcome = await captureWhile(
        { backend },
        () => namespace.replay(frames, ...PACE),
        packets.length,
      );
      if (outcome.collected === null) throw new Error(outcome.refusal?.message);
      const { collected, blockCounts, isOneBlock, error } = outcome;
      return {
        source: { collected, blockCounts, isOneBlock, errorCode: error?.code ?? null },
        passing: passing(),
      };
    });
  });

  describe.skipIf(isSkipped)("on a wire", () => {
    it("brings what a morning in an office brought, and counts it", async () => {
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

    it("hands over a single packet of a quiet interface within 400 ms of its time", async () => {
      const one = join(folder, "one.pcap");
      writeFileSync(one, pcap().record(packets[3]).build());
      const outcome = await captureWhile({ backend }, () => namespace.replay(one), 1);
      const [{ seconds, nanoseconds }] = outcome.collected?.records ?? [];
      expect(outcome.handedOverAt[0] - (seconds * 1000 + nanoseconds / 1e6)).toBeLessThan(400);
    });

    it("lets through what the filter does, and cuts at the snaplen", async () => {
      const order = { backend, filter: "less 61", snaplen: 50 } as const;
      const short = packets.filter(({ length }) => length <= 61);
      const outcome = await captureWhile(order, () => namespace.replay(frames, ...PACE), short.length);
      expect(textOf(outcome)).toEqual(
        short.map((packet) => Buffer.from(packet.subarray(0, 50)).toString("hex")),
      );
      expect(outcome.collected?.records.map(({ original }) => original)).toEqual(
        short.map(({ length }) => length),
      );
    });

    it("ends at once and clean when it is stopped before the first packet, twice", async () => {
      await host.begin({ interfaceName: DEVICE, backend });
      host.stop();
      host.stop();
      const outcome = await host.outcome();
      expect(outcome).toMatchObject({ refusal: null, error: null, events: [], childrenLeft: 0 });
      expect(outcome.collected?.records).toEqual([]);
    });

    it("ends clean when Ctrl-C reaches its program first", async () => {
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

    it("keeps records whole, and counts what is lost, when the reader stays away", async () => {
      const order = { interfaceName: DEVICE, backend, readAfterMs: 1500 } as const;
      await host.begin(order);
      await namespace.replay(frames, "--topspeed", "--loop", "12");
      await host.packets(1);
      await new Promise((resolve) => setTimeout(resolve, 1000));
      host.stop();
      const outcome = await host.outcome();
      expect(outcome).toMatchObject({ error: null, events: [], childrenLeft: 0 });
      const known = new Set(passing().packets);
      expect(textOf(outcome).filter((packet) => !known.has(packet))).toEqual([]);
      const { received, droppedByKernel, droppedByUs } = outcome.counters ?? {};
      // cap knows nothing of what the kernel has dropped.
      const lost = (droppedByUs ?? 0) + (droppedByKernel ?? 0);
      if (backend === "tcpdump") expect((received ?? 0) + lost).toBe(12 * packets.length);
      else expect((received ?? 0) + lost).toBeLessThanOrEqual(12 * packets.length);
      expect(received).toBeGreaterThan(10_000);
    });
  });

  describe.skipIf(isSkipped)("refuses", () => {
    it.each([
      ["a filter that is none", { filter: "port port" }, "bad_filter", /^filter "port port": .*syntax error/],
      [
        "an interface that is none",
        { interfaceName: "nope0" },
        "no_such_interface",
        /^nope0: there is no such/,
      ],
    ])("%s", async (_, order, code, message) => {
      await host.begin({ interfaceName: DEVICE, backend, ...order });
      const { refusal, childrenLeft } = await host.outcome();
      expect(refusal).toEqual({ code, message: expect.stringMatching(message) });
      expect(childrenLeft).toBe(0);
    });

    it("an interface that is down, and says how to change that", async () => {
      namespace.run("ip", "link", "set", DEVICE, "down");
      await host.begin({ interfaceName: DEVICE, backend });
      const { refusal } = await host.outcome();
      namespace.run("ip", "link", "set", DEVICE, "up");
      const message = `${DEVICE}: the interface is down; sudo ip link set ${DEVICE} up`;
      expect(refusal).toEqual({ code: "interface_down", message });
    });
  });

  describe.skipIf(isSkipped)("survives", () => {
    it("the death of its program", async () => {
      await host.begin({ interfaceName: DEVICE, backend });
      for (const pid of await host.children()) process.kill(pid, "SIGKILL");
      expect((await host.event("interrupted")).message).toMatch(
        /ended by SIGKILL \(trying again for 60 s\)$/,
      );
      await host.event("resumed");
      await namespace.replay(frames, ...PACE);
      await host.packets(packets.length);
      host.stop();
      const outcome = await host.outcome();
      expect(textOf(outcome)).toEqual(passing().packets);
      expect(outcome).toMatchObject({ error: null, childrenLeft: 0 });
      expect(outcome.collected?.interfaces).toHaveLength(1);
    });

    it("an interface that goes and comes back", async () => {
      await host.begin({ interfaceName: DEVICE, backend });
      await namespace.replay(frames, ...PACE);
      await host.packets(packets.length);
      namespace.disconnect();
      const { message } = await host.event("interrupted");
      expect(message).toBe(`${DEVICE}: the interface has gone (trying again for 60 s)`);
      namespace.connect();
      await host.event("resumed");
      await namespace.replay(frames, ...PACE);
      await host.packets(2 * packets.length);
      host.stop();
      const outcome = await host.outcome();
      expect(outcome).toMatchObject({ error: null, childrenLeft: 0 });
      expect(outcome.counters?.received).toBe(2 * packets.length);
    });

    it("an interface that is down for a while", async () => {
      await host.begin({ interfaceName: DEVICE, backend });
      namespace.run("ip", "link", "set", DEVICE, "down");
      namespace.run("ip", "link", "set", DEVICE, "up");
      await new Promise((resolve) => setTimeout(resolve, 300));
      if (backend === "cap") await host.event("resumed");
      await namespace.replay(frames, ...PACE);
      await host.packets(packets.length);
      host.stop();
      expect(await host.outcome()).toMatchObject({ error: null, childrenLeft: 0 });
    });

    it("not an interface that stays away: it ends, and says why", async () => {
      await host.begin({ interfaceName: DEVICE, backend, reopenSeconds: 1 });
      namespace.disconnect();
      const { message } = await host.event("ended");
      const outcome = await host.outcome();
      namespace.connect();
      expect(message).toBe(`${DEVICE}: the interface has gone`);
      expect(outcome.error).toEqual({ code: "interface_gone", message });
      expect(outcome.childrenLeft).toBe(0);
    });
  });
});
