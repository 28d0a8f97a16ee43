import { describe, expect, it } from "vitest";
import { isPcap, PCAP_HEADER_LENGTH, readPcapHeader } from "../../../src/packets/files/pcap-format.ts";
import { MAX_CAPTURED_LENGTH } from "../../../src/packets/files/record-parser.ts";
import { MAX_SECONDS } from "../../../src/packets/files/timestamps.ts";
import { fromHex } from "../../../src/testing/builders/byte-writer.ts";
import { type PcapFileOptions, pcap } from "../../../src/testing/builders/capture-builder.ts";
import { collectBytes, inputErrorOf, packetOf } from "./collect-records.ts";

/** A frame of 18 bytes at 2026-11-23T04:00:00.123456Z as written by Wireshark's text2pcap 4.0. */
const REAL = fromHex(`
  d4 c3 b2 a1  # magic, little-endian, microseconds
  02 00 04 00  # version 2.4
  00 00 00 00  # zone
  00 00 00 00  # accuracy
  00 00 04 00  # snaplen 262144
  01 00 00 00  # link type Ethernet
  40 ba 03 6b  # 1795406400 s
  40 e2 01 00  # 123456 us
  12 00 00 00  # captured 18
  12 00 00 00  # original 18
  de ad be ef 00 01 02 03 04 05 06 07 08 00 45 00 01 02
`);

describe("classic pcap", () => {
  it("is read byte by byte as its fields state", async () => {
    expect(isPcap(REAL)).toBe(true);
    const { records, interfaces, error } = await collectBytes(REAL);
    expect(error).toBeNull();
    expect(records).toEqual([
      {
        seconds: 1_795_406_400,
        nanoseconds: 123_456_000,
        captured: 18,
        original: 18,
        interfaceId: 0,
        packet: "deadbeef0001020304050607080045000102",
      },
    ]);
    expect(interfaces).toEqual([
      { linkType: 1, name: null, fcsLength: 0, timeDigits: 6, packets: 1, dropped: null },
    ]);
  });

  const magics = ["microseconds", "nanoseconds", "modified"] as const;
  for (const byteOrder of ["little", "big"] as const) {
    it.each(magics)(`is read as ${byteOrder}-endian %s file`, async (magic) => {
      const file = pcap({ byteOrder, magic, linkType: 113 })
        .record(packetOf(60, 1), { seconds: 5, nanoseconds: 123_456_000 })
        .record(packetOf(61, 2), { seconds: 6, nanoseconds: 999_999_000, cutTo: 40 })
        .build();
      const { records, interfaces, error } = await collectBytes(file);
      expect(error).toBeNull();
      expect(records.map(({ packet, ...numbers }) => numbers)).toEqual([
        { seconds: 5, nanoseconds: 123_456_000, captured: 60, original: 60, interfaceId: 0 },
        { seconds: 6, nanoseconds: 999_999_000, captured: 40, original: 61, interfaceId: 0 },
      ]);
      expect(records[1].packet).toBe(Buffer.from(packetOf(61, 2).subarray(0, 40)).toString("hex"));
      expect(interfaces[0]).toMatchObject({ linkType: 113, timeDigits: magic === "nanoseconds" ? 9 : 6 });
    });
  }

  it("keeps nanoseconds exactly", async () => {
    const file = pcap({ magic: "nanoseconds" }).record([1], { seconds: 7, nanoseconds: 987_654_321 }).build();
    expect((await collectBytes(file)).records[0]).toMatchObject({ seconds: 7, nanoseconds: 987_654_321 });
  });

  it.each<[string, PcapFileOptions, number]>([
    ["no FCS", { linkType: 1 }, 0],
    ["an FCS of 4 bytes", { linkType: 1, fcsLength: 4 }, 4],
    ["an FCS length without the flag that makes it valid", { linkTypeField: 0x2000_0001 }, 0],
    ["undefined bits", { linkTypeField: 0x00ff_0001 }, 0],
  ])("masks the link type of %s", async (_, options, fcsLength) => {
    const { interfaces } = await collectBytes(pcap(options).record([1]).build());
    expect(interfaces[0]).toMatchObject({ linkType: 1, fcsLength });
  });

  it.each([0, 1, 96, 0x7fff_ffff, 0xffff_ffff])("ignores a snaplen of %d", async (snaplen) => {
    const { records, error } = await collectBytes(pcap({ snaplen }).record(packetOf(1500)).build());
    expect(error).toBeNull();
    expect(records[0].captured).toBe(1500);
  });

  it("can have no records, and records without bytes", async () => {
    expect(await collectBytes(pcap().build())).toMatchObject({ records: [], error: null });
    const { records, error } = await collectBytes(
      pcap().record([]).record([], { originalLength: 60 }).build(),
    );
    expect(error).toBeNull();
    expect(records.map(({ captured, original }) => [captured, original])).toEqual([
      [0, 0],
      [0, 60],
    ]);
  });

  it("can have a packet of the maximum size; a larger one is refused without reading it", async () => {
    const largest = await collectBytes(pcap().record(packetOf(MAX_CAPTURED_LENGTH)).build());
    expect(largest.records[0].captured).toBe(MAX_CAPTURED_LENGTH);
    for (const capturedLength of [MAX_CAPTURED_LENGTH + 1, 0x7fff_ffff, 0xffff_ffff]) {
      const { records, error } = await collectBytes(
        pcap().record([1, 2]).record([3], { capturedLength }).record([4]).build(),
      );
      expect(records).toHaveLength(1);
      expect(error?.code).toBe("bad_record_length");
      expect(error?.position).toEqual({ source: "memory", offset: 42, record: 2 });
      expect(error?.message).toBe(
        `memory: pcap record 2 at byte 42 says it has ${capturedLength} bytes, the limit is 262144`,
      );
    }
  });

  it("can have the last representable time; a later one gets the time of the packet before", async () => {
    const { records } = await collectBytes(
      pcap()
        .record([1], { seconds: MAX_SECONDS, fraction: 999_999 })
        .record([1], { seconds: 0xffff_ffff, fraction: 5 })
        .build(),
    );
    expect(records[0]).toMatchObject({ seconds: MAX_SECONDS, nanoseconds: 999_999_000 });
    expect(records[1]).toMatchObject({ seconds: MAX_SECONDS, nanoseconds: 999_999_000 });
  });

  it("with an unknown version or a truncated header is refused with that reason", async () => {
    const version = await inputErrorOf(collectBytes(pcap({ versionMajor: 3, versionMinor: 1 }).build()));
    expect(version).toMatchObject({
      code: "unsupported_format",
      message: "memory: pcap version 3.1, only 2.x is supported",
    });
    for (let length = 4; length < PCAP_HEADER_LENGTH; length++) {
      expect(() => readPcapHeader(REAL.subarray(0, length), "x")).toThrow(
        `x: the pcap file header needs 24 bytes, ${length} left`,
      );
    }
  });
});
