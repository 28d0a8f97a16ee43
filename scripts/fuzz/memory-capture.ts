/** Opens a capture in memory as `openCapture` opens a file, in pieces of any size, surrounded by any filler. */

import { InputError } from "../../src/errors.ts";
import type { ByteSource } from "../../src/packets/files/byte-source.ts";
import { decompressed, decompressorOf } from "../../src/packets/files/compression.ts";
import {
  isPcap,
  PCAP_HEADER_LENGTH,
  PcapParser,
  readPcapHeader,
} from "../../src/packets/files/pcap-format.ts";
import { isPcapng, PcapngParser } from "../../src/packets/files/pcapng-format.ts";
import type { RecordParser } from "../../src/packets/files/record-parser.ts";
import { type ReadOutcome, readRecords } from "../../src/packets/files/record-reader.ts";
import { unreadFormatError } from "../../src/packets/files/unread-formats.ts";
import { PacketBlock } from "../../src/packets/packet-block.ts";
import type { PacketSource } from "../../src/packets/packet-source.ts";

/** How the bytes arrive. */
export interface Arrival {
  /** Maximum bytes per read, repeated from the start. */
  readonly pieces: readonly number[];
  /** Filler after the bytes of a read, which exposes reads past their end. */
  readonly filling: number;
}

/** Bytes of filler between scattered packets. */
const GAP_LENGTH = 48;
/** Bytes of filler after each read. */
const FILLING_LENGTH = 512;

/** The whole capture at once, followed by zeros. */
export const AT_ONCE: Arrival = { pieces: [Number.POSITIVE_INFINITY], filling: 0 };

/**
 * Throws `InputError` like `openCapture`. `bytes` is borrowed until reading has ended. `block` is filled by the source: that
 * of files is in the kernel's memory.
 */
export async function openMemoryCapture(
  name: string,
  bytes: Uint8Array,
  arrival: Arrival = AT_ONCE,
  block = new PacketBlock(),
): Promise<PacketSource> {
  const medium = new MemoryBytes(name, bytes, arrival);
  const first = await readFirst(medium, arrival.filling);
  const decompressor = decompressorOf(first);
  if (decompressor === null) return openParsed(medium, first, block);
  const inner = decompressed(new MemoryBytes(name, bytes, arrival), decompressor);
  try {
    const innerFirst = await readFirst(inner, arrival.filling);
    if (decompressorOf(innerFirst) !== null) {
      throw new InputError("unsupported_format", `${name}: compressed twice`, { source: name, offset: 0 });
    }
    return openParsed(inner, innerFirst, block);
  } catch (error) {
    await inner.close();
    throw error;
  }
}

function openParsed(bytes: ByteSource, first: Uint8Array, block: PacketBlock): PacketSource {
  if (isPcapng(first)) return memoryCapture(bytes, first, new PcapngParser(bytes.name), block);
  if (!isPcap(first)) throw unreadFormatError(first, bytes.name);
  const parser = new PcapParser(readPcapHeader(first, bytes.name), bytes.name);
  return memoryCapture(bytes, first.subarray(PCAP_HEADER_LENGTH), parser, block);
}

function memoryCapture(
  bytes: ByteSource,
  first: Uint8Array,
  parser: RecordParser,
  block: PacketBlock,
): PacketSource {
  const outcome: ReadOutcome = { error: null };
  return {
    name: bytes.name,
    format: parser.format,
    interfaces: block.interfaces,
    get error() {
      return outcome.error;
    },
    bytesRead: 0,
    totalBytes: null,
    blocks: () => readRecords(bytes, first, parser, block, outcome),
  };
}

/** `source` with every packet surrounded by filler instead of its neighbours, which exposes reads past its end. */
export function scattered(source: PacketSource, filling: number): PacketSource {
  async function* blocks() {
    for await (const block of source.blocks()) {
      let length = GAP_LENGTH;
      for (let i = 0; i < block.count; i++) length += block.capturedLengths[i] + GAP_LENGTH;
      const bytes = new Uint8Array(length).fill(filling);
      let cursor = GAP_LENGTH;
      for (let i = 0; i < block.count; i++) {
        const offset = block.offsets[i];
        const captured = block.capturedLengths[i];
        bytes.set(block.bytes.subarray(offset, offset + captured), cursor);
        block.offsets[i] = cursor;
        cursor += captured + GAP_LENGTH;
      }
      block.bytes = bytes;
      yield block;
    }
  }
  const { name, format, interfaces, bytesRead, totalBytes } = source;
  return {
    name,
    format,
    interfaces,
    bytesRead,
    totalBytes,
    get error() {
      return source.error;
    },
    blocks,
  };
}

class MemoryBytes implements ByteSource {
  readonly name: string;
  readonly totalBytes: number;
  bytesRead = 0;
  readonly #bytes: Uint8Array;
  readonly #arrival: Arrival;
  #reads = 0;

  constructor(name: string, bytes: Uint8Array, arrival: Arrival) {
    this.name = name;
    this.#bytes = bytes;
    this.totalBytes = bytes.length;
    this.#arrival = arrival;
  }

  read(into: Uint8Array, offset: number, length: number): number {
    const { pieces, filling } = this.#arrival;
    const most = Math.min(length, pieces[this.#reads++ % pieces.length]);
    const piece = this.#bytes.subarray(this.bytesRead, this.bytesRead + most);
    into.set(piece, offset);
    this.bytesRead += piece.length;
    const end = offset + piece.length;
    into.fill(filling, end, Math.min(offset + length, end + FILLING_LENGTH));
    return piece.length;
  }

  async close(): Promise<void> {}
}

/** Only enough to detect the format, so that the rest arrives in pieces. */
async function readFirst(source: ByteSource, filling: number): Promise<Uint8Array> {
  const buffer = new Uint8Array(PCAP_HEADER_LENGTH + FILLING_LENGTH).fill(filling);
  let filled = 0;
  while (filled < PCAP_HEADER_LENGTH) {
    const count = await source.read(buffer, filled, PCAP_HEADER_LENGTH - filled);
    if (count === 0) break;
    filled += count;
  }
  return buffer.subarray(0, filled);
}
