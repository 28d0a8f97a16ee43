/** Captures that cause as much work as possible per byte: one for each thing that can be repeated. */
import { gzipSync } from "node:zlib";
import { concatBytes } from "../../src/testing/builders/byte-writer.ts";
import { pcapng } from "../../src/testing/builders/capture-builder.ts";

/** A frame header (RFC 8878, section 3.1.1.1) with a window of 2^`log` bytes and no checksum. */
function zstdHeader(log: number): number[] {
  return [0x28, 0xb5, 0x2f, 0xfd, 0x00, (log - 10) << 3];
}

const RAW = 0;
const REPEATED_BYTE = 1;
const COMPRESSED = 2;

function zstdBlock(type: number, size: number, body: readonly number[], isLast = false): number[] {
  const field = Number(isLast) | (type << 1) | (size << 3);
  return [field & 0xff, (field >>> 8) & 0xff, field >>> 16, ...body];
}

/** `count` times the same bytes. */
function repeated(count: number, bytes: ArrayLike<number>): Uint8Array {
  const all = new Uint8Array(Math.floor(count) * bytes.length);
  for (let index = 0; index + 1 <= count; index++) all.set(bytes, index * bytes.length);
  return all;
}

/** The beginning of a small capture, so that the following blocks are read: a pcap header of Ethernet. */
const PCAP_HEADER = [0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0];

/** A frame with a window of 128 MiB and `count` blocks after a pcap header. */
function zstdBlocks(count: number, block: readonly number[]): Uint8Array {
  return concatBytes(
    zstdHeader(27),
    zstdBlock(RAW, PCAP_HEADER.length, PCAP_HEADER),
    repeated(count, block),
    zstdBlock(RAW, 0, [], true),
  );
}

/**
 * One literal by a Huffman tree of 2,048 entries, and one sequence by three tables of 1,280 states: the most work for the
 * fewest bytes. Each table has a single code, which takes no bits: a match of 3 bytes, 1 or 4 bytes back.
 */
const TABLES = [
  ...[0x12, 0x00, 0x02, 138, 0xba, 0x98, 0x76, 0x54, 0x32, 0x10, 0x03],
  ...[0x01, 0xa8, 0xf4, 0x3f, 0xf3, 0x1f, 0xf4, 0x3f, 0x00, 0x00, 0x00, 0x04],
];
const TABLES_IN_EVERY_BLOCK = zstdBlock(COMPRESSED, TABLES.length, TABLES);

function zstdFrames(count: number): Uint8Array {
  const frame = [...zstdHeader(27), ...zstdBlock(RAW, 0, [], true)];
  return concatBytes(
    zstdHeader(27),
    zstdBlock(RAW, PCAP_HEADER.length, PCAP_HEADER, true),
    repeated(count, frame),
  );
}

function skippableFrames(count: number): Uint8Array {
  return concatBytes(repeated(count, [0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0]), zstdFrames(1));
}

function pcapngOf(...parts: Uint8Array[]): Uint8Array {
  return concatBytes(pcapng().section().build(), ...parts);
}

/** The bytes that `build` adds to a section. */
function blockBytes(build: (builder: ReturnType<typeof pcapng>) => unknown): Uint8Array {
  const builder = pcapng().section();
  const before = builder.build().length;
  build(builder);
  return builder.build().subarray(before);
}

const interfaceOf = (options: Parameters<ReturnType<typeof pcapng>["interface"]>[0]) =>
  blockBytes((builder) => builder.interface(options));

/** Interfaces of as many different kinds. */
function interfaceKinds(count: number): Uint8Array {
  return concatBytes(
    ...Array.from({ length: count }, (_, index) => interfaceOf({ linkType: index & 0xffff, snaplen: index })),
  );
}

const ONE_INTERFACE = interfaceOf({});
const EMPTY_PACKET = blockBytes((builder) => builder.interface().packet([])).subarray(ONE_INTERFACE.length);

/** Each capture by name, of roughly `size` compressed bytes. */
export function costlyCaptures(size: number): readonly (readonly [string, Uint8Array])[] {
  const times = (bytes: ArrayLike<number>) => repeated(Math.ceil(size / bytes.length), bytes);
  const manyOptions = interfaceOf({
    options: Array.from({ length: 4000 }, () => ({ code: 14, uint64: 1n })),
  });
  return [
    ["zstd: blocks of one repeated byte", zstdBlocks(size / 4, zstdBlock(REPEATED_BYTE, 1, [0]))],
    ["zstd: blocks without a byte", zstdBlocks(size / 3, zstdBlock(RAW, 0, []))],
    ["zstd: blocks that become 128 KiB", zstdBlocks(size / 400, zstdBlock(REPEATED_BYTE, 1 << 17, [0]))],
    ["zstd: compressed blocks of nothing", zstdBlocks(size / 5, zstdBlock(COMPRESSED, 2, [0, 0]))],
    ["zstd: blocks with tables", zstdBlocks(size / TABLES_IN_EVERY_BLOCK.length, TABLES_IN_EVERY_BLOCK)],
    ["zstd: empty frames with large windows", zstdFrames(size / 9)],
    ["zstd: skippable frames", skippableFrames(size / 8)],
    ["gzip: empty members", concatBytes(gzipSync(Buffer.from(PCAP_HEADER)), times(gzipSync("")))],
    ["gzip: zeros", gzipSync(concatBytes(PCAP_HEADER, new Uint8Array(size * 50)))],
    ["pcap: records of nothing", concatBytes(PCAP_HEADER, new Uint8Array(Math.ceil(size / 16) * 16))],
    ["pcapng: interfaces alike", pcapngOf(times(ONE_INTERFACE))],
    ["pcapng: interfaces with long names", pcapngOf(times(interfaceOf({ name: "\u0085".repeat(127) })))],
    ["pcapng: interfaces of many kinds", pcapngOf(interfaceKinds(size / 20))],
    ["pcapng: interfaces with many options", pcapngOf(times(manyOptions))],
    ["pcapng: sections", times(pcapng().section().build())],
    ["pcapng: sections with an interface each", times(pcapng().section().interface({ name: "en0" }).build())],
    ["pcapng: statistics", pcapngOf(ONE_INTERFACE, times(blockBytes((b) => b.statistics({ dropped: 1n }))))],
    ["pcapng: processes", pcapngOf(times(blockBytes((b) => b.appleProcess(1, "mdnsresponder"))))],
    ["pcapng: unknown blocks", pcapngOf(times(blockBytes((b) => b.block(0x7777, []))))],
    ["pcapng: packets of nothing", pcapngOf(ONE_INTERFACE, times(EMPTY_PACKET))],
    [
      "pcapng: one interface, then sections without",
      pcapngOf(ONE_INTERFACE, times(pcapng().section().build())),
    ],
  ];
}
