/** The kernel cuts usual records as the parser does, and leaves the others to it. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BLOCK_CAPACITY, type BlockPlace, PacketBlock } from "../../src/capture/packet-block.ts";
import { PCAP_HEADER_LENGTH, PcapParser, readPcapHeader } from "../../src/capture/pcap-format.ts";
import { Kernel } from "../../src/kernel/kernel.ts";
import { type PcapFileOptions, type PcapRecordOptions, pcap } from "../support/capture-builder.ts";
import { propertyRuns } from "../support/property-runs.ts";

const ROOM_LENGTH = 1 << 20;
const kernel = new Kernel(16, ROOM_LENGTH);
/** Records that the kernel has cut. */
let cutByKernel = 0;
const place: BlockPlace = {
  ...kernel,
  cutRecords(...where: Parameters<BlockPlace["cutRecords"]>) {
    const rows = kernel.cutRecords(...where);
    cutByKernel += rows;
    return rows;
  },
};

interface RawRecord extends PcapRecordOptions {
  /** Bytes that there are. */
  readonly length: number;
}

/** All that one call of the parser makes of the bytes after the header. */
function parsed(bytes: Uint8Array, block: PacketBlock) {
  const parser = new PcapParser(readPcapHeader(bytes, "x"), "x");
  const room = block.place?.room ?? new Uint8Array(ROOM_LENGTH);
  room.fill(0xa5).set(bytes.subarray(PCAP_HEADER_LENGTH), 100);
  block.bytes = room;
  const end = 100 + bytes.length - PCAP_HEADER_LENGTH;
  const calls = [];
  for (let offset = 100; calls.length < 4; ) {
    block.count = 0;
    const consumed = parser.parse(room, offset, end, block);
    const { count } = block;
    calls.push({
      consumed,
      offsets: [...block.offsets.subarray(0, count)],
      captured: [...block.capturedLengths.subarray(0, count)],
      original: [...block.originalLengths.subarray(0, count)],
      seconds: [...block.seconds.subarray(0, count)],
      nanoseconds: [...block.nanoseconds.subarray(0, count)],
      interfaceIds: [...block.interfaceIds.subarray(0, count)],
      processIds: [...block.processIds.subarray(0, count)],
    });
    offset += consumed;
  }
  return { calls, error: parser.error?.message ?? null, finish: parser.finish(room, end, end)?.message };
}

/** What both ways make of a capture, which must be the same. */
function expectSame(options: PcapFileOptions, records: readonly RawRecord[], cut = 0) {
  const builder = pcap(options);
  for (const { length, ...record } of records) builder.record(new Uint8Array(length), record);
  const whole = builder.build();
  const bytes = whole.subarray(0, Math.max(PCAP_HEADER_LENGTH, whole.length - cut));
  kernel.interfaceIds.fill(9);
  kernel.processIds.fill(9);
  const placed = parsed(bytes, new PacketBlock(place));
  expect(placed).toEqual(parsed(bytes, new PacketBlock()));
  return placed;
}

const usual = (length: number): RawRecord => ({ length, fraction: 999_999, originalLength: length + 3 });

describe("records cut by the kernel", () => {
  it("are those of the parser, whatever their headers say", () => {
    const length = fc.oneof(fc.nat(80), fc.constantFrom(0, 1514, 4095, 4096, 9000));
    const odd = fc.record({
      length,
      seconds: fc.oneof(fc.nat(0xffffffff), fc.constantFrom(0, 0xffffffff, 0xfffffffe)),
      fraction: fc.oneof(fc.nat(999_999), fc.constantFrom(1_000_000, 999_999_999, 1_000_000_000, 0xffffffff)),
      capturedLength: fc.constantFrom(0, 20, 262_144, 262_145, 0x80000000),
      originalLength: fc.nat(0xffffffff),
    });
    const usualRecords = fc.array(length.map(usual), { maxLength: 20 });
    const options = fc.record<PcapFileOptions>({
      magic: fc.constantFrom("microseconds", "nanoseconds", "modified"),
      byteOrder: fc.constantFrom("little", "big"),
    });
    cutByKernel = 0;
    const records = fc.tuple(usualRecords, fc.array(odd, { maxLength: 3 }), usualRecords);
    const sameBothWays = fc.property(options, records, fc.nat(60), (file, parts, cut) => {
      expectSame(file, parts.flat(), cut);
    });
    const numRuns = propertyRuns(3000);
    fc.assert(sameBothWays, { numRuns });
    expect(cutByKernel).toBeGreaterThan(numRuns);
  });

  it("fill a block and no more", () => {
    const records = Array.from({ length: BLOCK_CAPACITY + 10 }, (_, i) => usual(i % 50));
    cutByKernel = 0;
    const { calls, error, finish } = expectSame({}, records);
    expect(calls.map(({ offsets }) => offsets.length)).toEqual([BLOCK_CAPACITY, 10, 0, 0]);
    expect({ error, finish, cutByKernel }).toEqual({
      error: null,
      finish: undefined,
      cutByKernel: BLOCK_CAPACITY + 10,
    });
  });
});
