/** Captures joined with cat: the second header was counted as a packet of the year 2055. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { summarize } from "../../src/engine/summarize.ts";
import { openCapture } from "../../src/packets/files/open-capture.ts";
import { concatBytes } from "../../src/testing/builders/byte-writer.ts";
import { type PcapFileOptions, pcap, pcapng } from "../../src/testing/builders/capture-builder.ts";
import { packet } from "../../src/testing/builders/packet-builder.ts";
import { CaptureFolder, MORNING } from "../cli/sample-captures.ts";
import { collectBytes, packetOf } from "../packets/files/collect-records.ts";
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

const capture = (options: PcapFileOptions, seconds: number, seed: number) =>
  pcap(options)
    .record(packetOf(60, seed), { seconds })
    .record(packetOf(61, seed), { seconds: seconds + 1 })
    .build();

const kinds: PcapFileOptions[] = [
  {},
  { byteOrder: "big" },
  { magic: "nanoseconds" },
  { magic: "modified", byteOrder: "big" },
  { linkType: 101 },
];

it.each(kinds)("a joined second pcap with %j is read in any pieces", async (options) => {
  const file = concatBytes(capture({}, 10, 1), capture(options, 20, 2), capture({}, 30, 3));
  for (const pieceLength of [undefined, 1, 7, 24]) {
    const { records, error, interfaces } = await collectBytes(file, pieceLength);
    expect(error).toBeNull();
    expect(records.map(({ seconds }) => seconds)).toEqual([10, 11, 20, 21, 30, 31]);
    expect(records.map(({ packet: bytes }) => bytes)).toEqual(
      [1, 2, 3].flatMap((seed) =>
        [60, 61].map((length) => Buffer.from(packetOf(length, seed)).toString("hex")),
      ),
    );
    expect(interfaces.map(({ packets }) => packets).reduce((a, b) => a + b)).toBe(6);
    const isSame = options.linkType === undefined && options.magic !== "nanoseconds";
    expect(interfaces).toHaveLength(isSame ? 1 : 2);
    expect(records.map(({ interfaceId }) => interfaceId)).toEqual(
      isSame ? [0, 0, 0, 0, 0, 0] : [0, 0, 1, 1, 0, 0],
    );
  }
});

it("an empty capture between joined ones, and a header at the end, are read", async () => {
  const file = concatBytes(pcap().build(), pcap().build(), capture({}, 10, 1), pcap().build());
  expect(await collectBytes(file)).toMatchObject({
    records: [{ seconds: 10 }, { seconds: 11 }],
    error: null,
  });
});

it("two joined files give one flow, and headers are not counted as packets", async () => {
  const part = (seconds: number) =>
    pcap()
      .record(FRAME, { seconds })
      .record(FRAME, { seconds: seconds + 1 })
      .build();
  const file = folder.put("two.pcap", concatBytes(part(MORNING), part(MORNING + 5)));
  const summary = await summarize([file]);
  expectConserved(summary);
  expect(summary.capture).toMatchObject({ packets: 4, durationSeconds: 6, sources: [{ complete: true }] });
  expect(summary.flows.total).toBe(1);
});

it("a truncated second header is reported with its position, and earlier packets are kept", async () => {
  const file = concatBytes(capture({}, 10, 1), pcap().build().subarray(0, 20));
  const { records, error } = await collectBytes(file);
  expect(records).toHaveLength(2);
  expect(error).toMatchObject({
    code: "truncated_header",
    message: "memory: at byte 177: a second pcap file header needs 24 bytes, 20 left",
  });
});

it("the reader pcap-parser reports the position where it stops at a second header", async () => {
  const file = folder.put("twice.pcap", concatBytes(capture({}, 10, 1), capture({}, 20, 2)));
  const { capture: read } = await summarize([file], { reader: "pcap-parser" });
  expect(read.packets).toBe(2);
  expect(read.sources[0].error).toMatchObject({ code: "unsupported_format", offset: 177 });
  expect(read.sources[0].error?.message).toContain("at byte 177: the header of a second capture");
});

const section = pcapng().section().interface().packet(packetOf(60, 5), { seconds: 20 }).build();

it("a pcapng joined to a pcap, and a pcap joined to a pcapng, are reported", async () => {
  const after = await collectBytes(concatBytes(capture({}, 10, 1), section));
  expect(after.records).toHaveLength(2);
  expect(after.error?.position.offset).toBe(177);
  expect(after.error?.message).toContain("; a pcapng begins there, joined to the pcap before it");
  for (const options of kinds) {
    const before = await collectBytes(concatBytes(section, capture(options, 10, 1)));
    expect(before.records).toHaveLength(1);
    expect(before.error?.position.offset).toBe(section.length);
    expect(before.error?.message).toContain("a pcap begins there, joined to the pcapng before it");
  }
});

it("joined pcapng sections are still read", async () => {
  expect(await collectBytes(concatBytes(section, section))).toMatchObject({ records: [{}, {}], error: null });
});

it("a record with a plausible length is read as a record, however its bytes arrive", async () => {
  // All of a header except the time zone, which is the captured length of a truncated record.
  const header = Buffer.from(pcap().build());
  header.writeUInt32LE(0x20000, 8);
  const file = concatBytes(capture({}, 10, 1), header, packetOf(100));
  for (const pieceLength of [undefined, 5]) {
    const { records, error } = await collectBytes(file, pieceLength);
    expect([records.length, error?.code]).toEqual([2, "truncated_record"]);
  }
});

it("a block of records ends where a joined capture begins", async () => {
  const source = await openCapture(
    folder.put("blocks.pcap", concatBytes(capture({}, 10, 1), capture({ magic: "nanoseconds" }, 20, 2))),
  );
  const blocks: number[][] = [];
  for await (const { count, interfaces } of source.blocks()) blocks.push([count, interfaces.length]);
  expect(blocks).toEqual([
    [2, 1],
    [2, 2],
  ]);
});

it("a packet that resembles a header is read as a packet", async () => {
  // The magic number as seconds, followed by another version.
  const file = pcap().record([], { seconds: 0xa1b2c3d4, fraction: 7 }).record([], { seconds: 5 }).build();
  const { records } = await collectBytes(file);
  expect(records.map(({ seconds }) => seconds)).toEqual([0xa1b2c3d4, 5]);
});

it("changed line ends are recognised, with the command that restores them", async () => {
  const builder = pcap();
  for (let record = 0; record < 40; record++) builder.record(packetOf(300, record), { seconds: 10 + record });
  const text = Buffer.from(builder.build()).toString("latin1").replaceAll("\n", "\r\n");
  const { error } = await collectBytes(Buffer.from(text, "latin1"));
  expect(error?.message).toContain("its line ends were changed, as by a transfer in text mode");
});
