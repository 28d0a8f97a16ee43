/** A packet source without a file: records from memory, in blocks of any size, with any time or none. */

import { NO_TIME } from "../../src/net/moment.ts";
import { BLOCK_CAPACITY, type CaptureInterface, PacketBlock } from "../../src/packets/packet-block.ts";
import type { PacketSource } from "../../src/packets/packet-source.ts";

const NANOSECONDS = 1_000_000_000n;

/** One record of the source. */
export interface MemoryRecord {
  readonly bytes: Uint8Array;
  /** Nanoseconds since 1970; null: the record has no time. */
  readonly time: bigint | null;
  /** Bytes on the wire; the captured ones by default. */
  readonly originalLength?: number;
  /** Link type of its interface; Ethernet by default. */
  readonly linkType?: number;
  /** Name of that interface; by default there is one unnamed interface per link type. */
  readonly interfaceName?: string;
}

export interface MemorySourceOptions {
  readonly name?: string;
  readonly timeDigits?: number;
  /** Block sizes, repeated from the start; at most 1024 per block. */
  readonly blockSizes?: readonly number[];
}

/** Returns the records of a source, read to its end. */
export async function readRecords(source: PacketSource): Promise<MemoryRecord[]> {
  const records: MemoryRecord[] = [];
  for await (const block of source.blocks()) {
    for (let i = 0; i < block.count; i++) {
      const start = block.offsets[i];
      records.push({
        bytes: block.bytes.slice(start, start + block.capturedLengths[i]),
        time: BigInt(block.seconds[i]) * NANOSECONDS + BigInt(block.nanoseconds[i]),
        originalLength: block.originalLengths[i],
        linkType: block.interfaces[block.interfaceIds[i]].linkType,
      });
    }
  }
  return records;
}

/** Makes a source that can be read once. */
export function memorySource(
  records: readonly MemoryRecord[],
  options: MemorySourceOptions = {},
): PacketSource {
  const block = new PacketBlock();
  const { timeDigits = 9, blockSizes = [BLOCK_CAPACITY] } = options;
  return {
    name: options.name ?? "memory",
    format: "pcapng",
    interfaces: block.interfaces,
    error: null,
    bytesRead: 0,
    totalBytes: null,
    async *blocks() {
      let next = 0;
      for (let turn = 0; next < records.length; turn++) {
        const size = blockSizes[turn % blockSizes.length];
        fill(block, records.slice(next, next + size), timeDigits);
        next += size;
        yield block;
      }
    },
  };
}

function fill(block: PacketBlock, records: readonly MemoryRecord[], timeDigits: number): void {
  // Filler before each record, which exposes reads outside of it.
  const gap = 7;
  const length = records.reduce((sum, { bytes }) => sum + gap + bytes.length, 0);
  block.bytes = new Uint8Array(length).fill(0xa5);
  block.count = records.length;
  let end = 0;
  for (const [row, record] of records.entries()) {
    const offset = end + gap;
    block.bytes.set(record.bytes, offset);
    end = offset + record.bytes.length;
    block.offsets[row] = offset;
    block.capturedLengths[row] = record.bytes.length;
    block.originalLengths[row] = record.originalLength ?? record.bytes.length;
    block.seconds[row] = record.time === null ? NO_TIME : Number(record.time / NANOSECONDS);
    block.nanoseconds[row] = record.time === null ? NO_TIME : Number(record.time % NANOSECONDS);
    block.interfaceIds[row] = interfaceOf(block.interfaces, record, timeDigits);
  }
}

function interfaceOf(
  interfaces: CaptureInterface[],
  { linkType = 1, interfaceName: name = null }: { linkType?: number; interfaceName?: string | null },
  timeDigits: number,
): number {
  let id = interfaces.findIndex((known) => known.linkType === linkType && known.name === name);
  if (id < 0) {
    id = interfaces.push({ linkType, name, fcsLength: 0, timeDigits, packets: 0, dropped: null }) - 1;
  }
  interfaces[id].packets++;
  return id;
}
