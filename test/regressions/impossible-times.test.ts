/** Impossible times: one record with a microseconds field of 0xfffffff8 split one flow into three, over an hour. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { summarize } from "../../src/engine/summarize.ts";
import { type PcapRecordOptions, pcap, pcapng } from "../../src/testing/builders/capture-builder.ts";
import { packet } from "../../src/testing/builders/packet-builder.ts";
import { runCli } from "../cli/run-cli.ts";
import { CaptureFolder, MORNING } from "../cli/sample-captures.ts";
import { expectConserved } from "../support/conservation.ts";

const FRAME = packet()
  .ethernet()
  .ipv4({ source: "10.0.0.7", destination: "17.57.144.1" })
  .tcp({ sourcePort: 60_001, destinationPort: 5223, flags: "A" })
  .build();

let folder: CaptureFolder;
beforeAll(() => {
  folder = new CaptureFolder();
});
afterAll(() => folder.remove());

/** Ten seconds of one flow, with the given time for the fifth packet. */
function tenSeconds(odd: PcapRecordOptions, magic: "microseconds" | "nanoseconds" = "microseconds"): string {
  const file = pcap({ magic });
  for (let second = 0; second <= 10; second++) {
    file.record(FRAME, second === 5 ? { seconds: MORNING + 5, ...odd } : { seconds: MORNING + second });
  }
  return folder.put(`${Object.values(odd).join("-")}-${magic}.pcap`, file.build());
}

const flowReader = ["fast", "pcap-parser"] as const;

describe.each(flowReader)("with the reader %s", (reader) => {
  it.each([0xffff_fff8, 1_000_000, 4_000_000_000])(
    "ignores an impossible time of %d microseconds",
    async (fraction) => {
      const summary = await summarize([tenSeconds({ fraction })], { reader });
      expectConserved(summary);
      expect(summary.flows.total).toBe(1);
      expect(summary.capture).toMatchObject({ durationSeconds: 10, start: "2026-01-31T09:00:00.000000Z" });
      expect(summary.packets.decoded).toBe(11);
      expect(summary.weirds).toEqual({ impossible_time: 1 });
      expect(summary.capture.sources[0].weirds).toEqual({ impossible_time: 1 });
    },
  );
});

it("a pcap time with a billion nanoseconds is ignored", async () => {
  const summary = await summarize([tenSeconds({ fraction: 1_000_000_000 }, "nanoseconds")]);
  expect(summary.capture.durationSeconds).toBe(10);
  expect(summary.weirds).toEqual({ impossible_time: 1 });
});

it("a packet with an impossible time and none before it has no time", async () => {
  const file = pcap()
    .record(FRAME, { fraction: 5_000_000 })
    .record(FRAME, { seconds: MORNING, nanoseconds: 0 });
  const summary = await summarize([folder.put("first.pcap", file.build())]);
  expectConserved(summary);
  expect(summary.capture).toMatchObject({ start: "2026-01-31T09:00:00.000000Z", durationSeconds: 0 });
  expect(summary.weirds).toEqual({ impossible_time: 1 });
});

it("pcapng times before 1970 or after 2106 are ignored", async () => {
  const file = pcapng()
    .section()
    .interface()
    .interface({ timeOffset: -(1n << 40n) })
    .packet(FRAME, { seconds: MORNING })
    .packet(FRAME, { interfaceId: 1, ticks: 0n })
    .packet(FRAME, { ticks: (1n << 64n) - 1n })
    .packet(FRAME, { seconds: MORNING + 1 });
  const summary = await summarize([folder.put("far.pcapng", file.build())]);
  expectConserved(summary);
  expect(summary.capture).toMatchObject({ start: "2026-01-31T09:00:00.000000Z", durationSeconds: 1 });
  expect(summary.weirds).toEqual({ impossible_time: 2 });
});

it("an impossible time is replaced by that of the packet before, across blocks of records", async () => {
  const file = pcap();
  for (let record = 0; record < 1024; record++) file.record(FRAME, { seconds: MORNING + record });
  file.record(FRAME, { seconds: MORNING, fraction: 0xffff_ffff });
  const { stdout } = await runCli(["flows", folder.put("blocks.pcap", file.build())]);
  expect(JSON.parse(stdout)).toMatchObject({
    packets: { originator: 1025 },
    end: "2026-01-31T09:17:03.000000Z",
  });
});

it("impossible times are reported in the table and on standard error", async () => {
  const file = tenSeconds({ fraction: 0xffff_fff8 });
  const said = "1 packet has an impossible time; it gets the time of the packet before it, if any";
  const { status, stdout, stderr } = await runCli(["summarize", file]);
  expect(status).toBe(0);
  expect(stdout.replaceAll(/\n */g, " ")).toContain(`${said}.`);
  expect(stdout).not.toContain("Not decoded because");
  expect(stderr).toBe(`appleflow: ${file}: ${said}\n`);
  expect((await runCli(["flows", file])).stderr).toBe(`appleflow: ${file}: ${said}\n`);
});

describe("an implausible original length", () => {
  it.each([
    ["an original length below the captured length", 20],
    ["an original length of 4 GB", 0xffff_ffff],
    ["an original length above 256 KiB", 262_145],
  ])("%s is reported, and counted as the capture states", async (_, originalLength) => {
    const file = pcap().record(FRAME).record(FRAME, { originalLength }).build();
    for (const reader of flowReader) {
      const summary = await summarize([folder.put("length.pcap", file)], { reader });
      expectConserved(summary);
      expect(summary.weirds).toMatchObject({ implausible_length: 1 });
      expect(summary.capture.bytes).toBe(FRAME.length + originalLength);
    }
    const { stdout, stderr } = await runCli(["summarize", folder.file("length.pcap")]);
    const said = "1 packet has an impossible original length, below the captured length or above 256 KiB";
    expect(stdout.replaceAll(/\n */g, " ")).toContain(said);
    expect(stderr).toContain(said);
  });

  it("is reported for a Simple and an Enhanced Packet Block", async () => {
    const file = pcapng()
      .section()
      .interface({ snaplen: 60 })
      .simplePacket(FRAME, { originalLength: 0x8000_0000 })
      .packet(FRAME, { originalLength: 10 });
    const summary = await summarize([folder.put("simple.pcapng", file.build())]);
    expect(summary.weirds).toMatchObject({ implausible_length: 2 });
  });

  it("is not reported for a truncated packet of 256 KiB", async () => {
    const file = pcap().record(FRAME, { originalLength: 262_144 }).build();
    expect((await summarize([folder.put("large.pcap", file)])).weirds).toEqual({});
  });
});
