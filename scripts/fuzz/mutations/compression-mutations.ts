/** Mutations of compressed captures: windows and blocks of zstd, and recompressed captures. */
import { gzipSync } from "node:zlib";
import { ByteWriter, concatBytes } from "../../../src/testing/builders/byte-writer.ts";
import type { SeededRandom } from "../../fixtures/seeded-random.ts";
import { interestingNumber } from "./byte-mutations.ts";
import type { Mutation } from "./mutation.ts";

const ZSTD_MAGIC = 0xfd2f_b528;
/** From 1 KiB to 8 MiB, and above the limit; the low three bits are eighths. */
const WINDOWS = [0x00, 0x07, 0x20, 0x38, 0x50, 0x58, 0x68, 0x70, 0x78, 0x88, 0xf8, 0xff];
const RAW = 0;
const REPEATED = 1;
const MOST_BLOCK_LENGTH = 128 << 10;
/** Consecutive blocks, whose costs add up. They expand to at most 8 MiB. */
const MOST_BLOCKS = 2000;
const MOST_ADDED = 8 << 20;

/** Everything compressed with gzip, or in a zstd frame of raw blocks. */
const pack: Mutation = (bytes, { random }) =>
  random.percent(50) ? new Uint8Array(gzipSync(bytes, { level: 1 })) : zstdFrame(bytes, random);

/** Another window, or another header with the same blocks. */
const changeWindow: Mutation = (bytes, { random }) => {
  if (!isZstdFrame(bytes)) return bytes;
  const copy = bytes.slice();
  if (random.percent(70)) copy[5] = random.pick(WINDOWS);
  else copy[4] ^= random.pick([0x20, 0x04, 0x40, 0x80, 0x01, 0x03]);
  return copy;
};

/** One block before the others, or many of them. */
const addBlocks: Mutation = (bytes, { random }) => {
  if (!isZstdFrame(bytes)) return bytes;
  const { block, length } = smallBlock(random);
  const most = Math.min(MOST_BLOCKS, Math.floor(MOST_ADDED / (length + 1)));
  const count = random.percent(80) ? 1 : random.between(2, most);
  const added = new Array<Uint8Array>(count).fill(block);
  return concatBytes(bytes.subarray(0, 6), ...added, bytes.subarray(6));
};

/** Size, type or last-block flag of the first block. */
const changeBlock: Mutation = (bytes, { random }) => {
  if (!isZstdFrame(bytes)) return bytes;
  const header = blockHeader(random.percent(30), random.below(4), interestingNumber(random) & 0x1f_ffff);
  return concatBytes(bytes.subarray(0, 6), header, bytes.subarray(9));
};

/** All compression mutations. All but the first leave uncompressed inputs unchanged. */
export const COMPRESSION_MUTATIONS: readonly Mutation[] = [pack, changeWindow, addBlocks, changeBlock];

/** A frame with a window byte after its descriptor. */
function isZstdFrame(bytes: Uint8Array): boolean {
  if (bytes.length < 9) return false;
  const magic = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  return magic === ZSTD_MAGIC && (bytes[4] & 0x20) === 0;
}

function zstdFrame(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  const parts = [new ByteWriter("little").uint32(ZSTD_MAGIC).uint8(0).uint8(random.pick(WINDOWS)).toBytes()];
  const most = random.percent(50) ? MOST_BLOCK_LENGTH : random.between(16, 2000);
  for (let offset = 0; offset < bytes.length; offset += most) {
    const block = bytes.subarray(offset, offset + most);
    parts.push(blockHeader(offset + most >= bytes.length, RAW, block.length), block);
  }
  return concatBytes(...parts);
}

/** A block, and its decompressed size. */
function smallBlock(random: SeededRandom): { block: Uint8Array; length: number } {
  const size = random.percent(60) ? random.below(3) : random.pick([127, 1024, MOST_BLOCK_LENGTH]);
  if (random.percent(50)) {
    return { block: concatBytes(blockHeader(false, REPEATED, size), [random.below(256)]), length: size };
  }
  const length = Math.min(size, 200);
  return { block: concatBytes(blockHeader(false, RAW, length), new Uint8Array(length)), length };
}

function blockHeader(isLast: boolean, type: number, size: number): Uint8Array {
  const field = (size << 3) | (type << 1) | Number(isLast);
  return Uint8Array.of(field & 0xff, (field >>> 8) & 0xff, (field >>> 16) & 0xff);
}
