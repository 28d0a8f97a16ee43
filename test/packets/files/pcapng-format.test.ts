import { describe, expect, it } from "vitest";
import { NO_TIME } from "../../../src/net/moment.ts";
import { isPcapng } from "../../../src/packets/files/pcapng-format.ts";
import { fromHex } from "../../../src/testing/builders/byte-writer.ts";
import {
  BlockType,
  type PcapngBuilder,
  type PcapngOption,
  pcapng,
} from "../../../src/testing/builders/capture-builder.ts";
import { collectBytes, packetOf } from "./collect-records.ts";

/** The frame of pcap-format.test.ts as written by Wireshark's text2pcap 4.0, without the section's options. */
const REAL = fromHex(`
  0a 0d 0d 0a 1c 00 00 00  # Section Header Block, 28 bytes
  4d 3c 2b 1a              # byte-order magic: little-endian
  01 00 00 00              # version 1.0
  ff ff ff ff ff ff ff ff  # section length: not told
  1c 00 00 00              # 28 bytes
  01 00 00 00 28 00 00 00  # Interface Description Block, 40 bytes
  01 00 00 00 00 00 04 00  # Ethernet, reserved, snaplen 262144
  02 00 03 00 65 6e 30 00  # if_name "en0", padded
  09 00 01 00 09 00 00 00  # if_tsresol 10^-9, padded
  00 00 00 00 28 00 00 00  # end of options, 40 bytes
  06 00 00 00 34 00 00 00  # Enhanced Packet Block, 52 bytes
  00 00 00 00              # interface 0
  9b 90 ea 18 00 4a d2 c2  # 0x18ea909bc2d24a00 ns: 2026-11-23T04:00:00.123456Z
  12 00 00 00 12 00 00 00  # captured 18, original 18
  de ad be ef 00 01 02 03 04 05 06 07 08 00 45 00 01 02 00 00
  34 00 00 00              # 52 bytes
`);

async function readBuilt(builder: PcapngBuilder) {
  return await collectBytes(builder.build());
}

describe("pcapng", () => {
  it("is read byte by byte as its fields state", async () => {
    expect(isPcapng(REAL)).toBe(true);
    expect(await collectBytes(REAL)).toEqual({
      records: [
        {
          seconds: 1_795_406_400,
          nanoseconds: 123_456_000,
          captured: 18,
          original: 18,
          interfaceId: 0,
          packet: "deadbeef0001020304050607080045000102",
        },
      ],
      interfaces: [{ linkType: 1, name: "en0", fcsLength: 0, timeDigits: 9, packets: 1, dropped: null }],
      error: null,
    });
  });

  it("can have sections of both byte orders, each with its own interfaces", async () => {
    const { records, interfaces, error } = await readBuilt(
      pcapng()
        .section({ byteOrder: "big" })
        .interface({ linkType: 1, name: "en0" })
        .interface({ linkType: 0, name: "utun0", timeResolution: 9 })
        .packet(packetOf(59), { interfaceId: 1, seconds: 4, nanoseconds: 123_456_789 })
        .packet(packetOf(60, 1), { seconds: 5, nanoseconds: 7000 })
        .section({ byteOrder: "little" })
        .interface({ linkType: 149, name: "pktap" })
        .packet(packetOf(61, 2), { seconds: 6, nanoseconds: 8000, cutTo: 20 })
        .section({ byteOrder: "big" })
        .interface({ linkType: 101, name: "rvi0" })
        .packet(packetOf(62, 3), { seconds: 7, nanoseconds: 9000 }),
    );
    expect(error).toBeNull();
    expect(records.map(({ packet, ...numbers }) => numbers)).toEqual([
      { seconds: 4, nanoseconds: 123_456_789, captured: 59, original: 59, interfaceId: 1 },
      { seconds: 5, nanoseconds: 7000, captured: 60, original: 60, interfaceId: 0 },
      { seconds: 6, nanoseconds: 8000, captured: 20, original: 61, interfaceId: 2 },
      { seconds: 7, nanoseconds: 9000, captured: 62, original: 62, interfaceId: 3 },
    ]);
    expect(interfaces.map(({ linkType, name, packets }) => [linkType, name, packets])).toEqual([
      [1, "en0", 1],
      [0, "utun0", 1],
      [149, "pktap", 1],
      [101, "rvi0", 1],
    ]);
  });

  const resolutions: [string, number | undefined, number][] = [
    ["10^-6, the default", undefined, 123_456_000],
    ["10^-3", 3, 123_000_000],
    ["10^-9", 9, 123_456_789],
    ["10^-10", 10, 123_456_789],
    ["2^-10", 0x80 | 10, 123_046_875],
    ["2^-32", 0x80 | 32, 123_456_788],
  ];
  it.each(resolutions)("is read with time resolution %s", async (_, timeResolution, nanoseconds) => {
    const { records } = await readBuilt(
      pcapng()
        .section()
        .interface(timeResolution === undefined ? {} : { timeResolution })
        .packet([1], { seconds: 1_700_000_000, nanoseconds: 123_456_789 })
        .obsoletePacket([1], { seconds: 1_700_000_000, nanoseconds: 123_456_789 }),
    );
    for (const record of records) expect(record).toMatchObject({ seconds: 1_700_000_000, nanoseconds });
  });

  it.each([-60n, 1_600_000_000n, 0n])("is read with a time offset of %d s", async (timeOffset) => {
    for (const byteOrder of ["little", "big"] as const) {
      const { records } = await readBuilt(
        pcapng().section({ byteOrder }).interface({ timeOffset }).packet([1], { ticks: 100_000_001n }),
      );
      expect(records[0]).toMatchObject({ seconds: 100 + Number(timeOffset), nanoseconds: 1000 });
    }
  });

  it("gives a Simple Packet Block the first interface, no time, and the truncated length", async () => {
    const { records, error } = await readBuilt(
      pcapng()
        .section()
        .interface({ snaplen: 30, linkType: 1 })
        .interface({ linkType: 101 })
        .simplePacket(packetOf(20, 1))
        .simplePacket(packetOf(50, 2), { cutTo: 30 })
        .simplePacket(packetOf(41, 3))
        .section()
        .interface({ snaplen: 0 })
        .simplePacket(packetOf(41, 4))
        .simplePacket(packetOf(8, 5), { originalLength: 500 }),
    );
    expect(error).toBeNull();
    expect(records.map(({ captured, original, interfaceId }) => [captured, original, interfaceId])).toEqual([
      [20, 20, 0],
      [30, 50, 0],
      [30, 41, 0],
      [41, 41, 2],
      [8, 500, 2],
    ]);
    for (const record of records) expect(record).toMatchObject({ seconds: NO_TIME, nanoseconds: NO_TIME });
  });

  it("has the drops of obsolete packet blocks added up, unless a statistics block gives them", async () => {
    const section = () => pcapng().section().interface().interface();
    const untold = await readBuilt(section().obsoletePacket([1]).statistics({ received: 9n }));
    expect(untold.interfaces.map(({ dropped }) => dropped)).toEqual([null, null]);
    const added = await readBuilt(
      section()
        .obsoletePacket([1], { drops: 3 })
        .obsoletePacket([1], { drops: 4, interfaceId: 1 })
        .obsoletePacket([1], { drops: 5 }),
    );
    expect(added.interfaces.map(({ dropped }) => dropped)).toEqual([8, 4]);
    const told = await readBuilt(
      section()
        .obsoletePacket([1], { drops: 3 })
        .statistics({ dropped: 10n, osDropped: 5n })
        .obsoletePacket([1], { drops: 3 })
        .statistics({ interfaceId: 1, osDropped: 7n })
        .statistics({ dropped: 11n, osDropped: 6n })
        .statistics({ interfaceId: 9, dropped: 1n }),
    );
    expect(told.error).toBeNull();
    expect(told.interfaces.map(({ dropped }) => dropped)).toEqual([17, 7]);
  });

  it("has an impossible drop count ignored", async () => {
    const allOnes = 2n ** 64n - 1n;
    const most = BigInt(Number.MAX_SAFE_INTEGER);
    const { interfaces } = await readBuilt(
      pcapng()
        .section()
        .interface()
        .interface()
        .interface()
        .statistics({ dropped: allOnes, osDropped: allOnes })
        .statistics({ interfaceId: 1, dropped: allOnes, osDropped: 7n })
        .statistics({ interfaceId: 2, dropped: most, osDropped: 1n }),
    );
    expect(interfaces.map(({ dropped }) => dropped)).toEqual([null, 7, null]);
  });

  it("is read past every block without packets", async () => {
    const { records, error } = await readBuilt(
      pcapng()
        .section()
        .interface()
        .nameResolution([{ address: [192, 0, 2, 1], names: ["host.example"] }])
        .packet([1])
        .decryptionSecrets("CLIENT_RANDOM 00 00\n")
        .custom([1, 2, 3])
        .custom([1, 2, 3], 1, false)
        .appleProcess(42, "Safari")
        .block(BlockType.APPLE_OS_EVENT, new Uint8Array(16))
        .block(0x7777, [])
        .packet([2]),
    );
    expect(error).toBeNull();
    expect(records.map(({ packet }) => packet)).toEqual(["01", "02"]);
  });

  it("has interface names cut at NUL and at 255 characters, with invalid UTF-8 replaced; the last one counts", async () => {
    const names: PcapngOption[][] = [
      [{ code: 2, text: "en0\0\0" }],
      [{ code: 2, bytes: [0x65, 0xff, 0x6e] }],
      [{ code: 2, text: "x".repeat(5000) }],
      [{ code: 2, text: "" }],
      [
        { code: 2, text: "old" },
        { code: 2, text: "new" },
      ],
      [
        { code: 0, bytes: [] },
        { code: 2, text: "after the end" },
      ],
    ];
    const builder = pcapng().section();
    for (const options of names) builder.interface({ options });
    const { interfaces } = await readBuilt(builder);
    expect(interfaces.map(({ name }) => name)).toEqual([
      "en0",
      "e\ufffdn",
      "x".repeat(255),
      null,
      "new",
      null,
    ]);
  });

  it.each([
    [32, 4],
    [16, 2],
    [0, 0],
    [4, 4],
    [8, 1],
    [33, 0],
  ])("is read with an if_fcslen of %d as %d bytes", async (fcsLengthBits, bytes) => {
    const { interfaces } = await readBuilt(pcapng().section().interface({ fcsLengthBits }));
    expect(interfaces[0].fcsLength).toBe(bytes);
  });

  it("is read even if a length omits the padding, as Wireshark does", async () => {
    const { records, error } = await readBuilt(
      pcapng()
        .section()
        .interface()
        .packet([1, 2, 3], { totalLength: 35 })
        .block(0x99, [1, 2, 3], { totalLength: 15 })
        .packet([4]),
    );
    expect(error).toBeNull();
    expect(records.map(({ packet }) => packet)).toEqual(["010203", "04"]);
  });

  it("can have any minor version", async () => {
    const { records, error } = await readBuilt(pcapng().section({ versionMinor: 7 }).interface().packet([1]));
    expect([records.length, error]).toEqual([1, null]);
  });
});
