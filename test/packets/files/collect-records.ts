/** Reads captures in memory, for the tests of readers in this folder. */

import { InputError } from "../../../src/errors.ts";
import type { ByteSource } from "../../../src/packets/files/byte-source.ts";
import {
  isPcap,
  PCAP_HEADER_LENGTH,
  PcapParser,
  readPcapHeader,
} from "../../../src/packets/files/pcap-format.ts";
import { PcapngParser } from "../../../src/packets/files/pcapng-format.ts";
import { type ReadOutcome, readRecords } from "../../../src/packets/files/record-reader.ts";
import { type CaptureInterface, PacketBlock } from "../../../src/packets/packet-block.ts";
import type { PacketSource } from "../../../src/packets/packet-source.ts";

/** One row of a packet block, with the packet's bytes copied out of it. */
interface CollectedRecord {
  readonly seconds: number;
  readonly nanoseconds: number;
  readonly captured: number;
  readonly original: number;
  readonly interfaceId: number;
  readonly packet: string;
}

export interface Collected {
  readonly records: CollectedRecord[];
  readonly interfaces: readonly CaptureInterface[];
  readonly error: InputError | null;
}

/** A source that returns at most `pieceLength` bytes per read. */
export class MemorySource implements ByteSource {
  readonly name = "memory";
  readonly totalBytes: number;
  bytesRead = 0;
  isClosed = false;
  readonly #bytes: Uint8Array;
  readonly #pieceLength: number;

  constructor(bytes: Uint8Array, pieceLength = Number.POSITIVE_INFINITY) {
    this.#bytes = bytes;
    this.#pieceLength = pieceLength;
    this.totalBytes = bytes.length;
  }

  async read(into: Uint8Array, offset: number, length: number): Promise<number> {
    const count = Math.min(length, this.#pieceLength, this.#bytes.length - this.bytesRead);
    into.set(this.#bytes.subarray(this.bytesRead, this.bytesRead + count), offset);
    this.bytesRead += count;
    return count;
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }
}

/** Returns all records of a capture in memory, read in pieces of `pieceLength` bytes. Throws what its header throws. */
export async function collectBytes(capture: Uint8Array, pieceLength?: number): Promise<Collected> {
  const block = new PacketBlock();
  const outcome: ReadOutcome = { error: null };
  const isClassic = isPcap(capture);
  const header = isClassic ? PCAP_HEADER_LENGTH : 0;
  const parser = isClassic
    ? new PcapParser(readPcapHeader(capture, "memory"), "memory")
    : new PcapngParser("memory");
  const source = new MemorySource(capture.subarray(header), pieceLength);
  const records: CollectedRecord[] = [];
  for await (const filled of readRecords(source, new Uint8Array(0), parser, block, outcome)) {
    records.push(...rowsOf(filled));
  }
  return { records, interfaces: block.interfaces, error: outcome.error };
}

/** Returns all records of an opened capture. */
export async function collectSource(source: PacketSource): Promise<Collected> {
  const records: CollectedRecord[] = [];
  for await (const block of source.blocks()) records.push(...rowsOf(block));
  return { records, interfaces: source.interfaces, error: source.error };
}

/** Returns the InputError of an input; fails the test without one. */
export async function inputErrorOf(attempt: Promise<unknown>): Promise<InputError> {
  const error = await attempt.then(
    () => null,
    (cause: unknown) => cause,
  );
  if (error instanceof InputError) return error;
  throw error ?? new Error("no error");
}

/** `length` bytes that identify their packet and position. */
export function packetOf(length: number, seed = 0): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 7 + seed * 31) & 0xff);
}

/** Copies the rows of a block. */
export function rowsOf(block: PacketBlock): CollectedRecord[] {
  return Array.from({ length: block.count }, (_, row) => {
    const offset = block.offsets[row];
    const captured = block.capturedLengths[row];
    return {
      seconds: block.seconds[row],
      nanoseconds: block.nanoseconds[row],
      captured,
      original: block.originalLengths[row],
      interfaceId: block.interfaceIds[row],
      packet: Buffer.from(block.bytes.subarray(offset, offset + captured)).toString("hex"),
    };
  });
}
