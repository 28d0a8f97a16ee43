/**
 * Reads a byte source in large pieces and has a parser cut them into blocks of records. The next piece is read
 * while the current one is worked on; what a piece leaves of an unfinished record is put in front of the next one.
 */
import { InputError } from "../errors.ts";
import type { ByteSource } from "./byte-source.ts";
import { BLOCK_CAPACITY, type PacketBlock } from "./packet-block.ts";
import { MAX_RECORD_LENGTH, type RecordParser } from "./record-parser.ts";

/** Reads of this size stay in the second-level cache; larger ones were slower (bench/README.md). */
export const READ_LENGTH = 1 << 20;

/** What stopped a reader; filled in when its blocks have ended. */
export interface ReadOutcome {
  error: InputError | null;
}

/**
 * The blocks of a capture.
 *
 * @param first Bytes already taken from the source (to find the format), borrowed until the first block.
 * @param block Reused for every block; it and its bytes are borrowed until the next one is asked for.
 * @param outcome Receives the error that ended the reading, if any: it is not thrown.
 */
export async function* readRecords(
  source: ByteSource,
  first: Uint8Array,
  parser: RecordParser,
  block: PacketBlock,
  outcome: ReadOutcome,
): AsyncGenerator<PacketBlock> {
  let current = new Uint8Array(MAX_RECORD_LENGTH + READ_LENGTH);
  let other = new Uint8Array(MAX_RECORD_LENGTH + READ_LENGTH);
  current.set(first, MAX_RECORD_LENGTH);
  let start = MAX_RECORD_LENGTH;
  let end = start + first.length;
  let skip = 0;
  let next: Promise<number | InputError> = Promise.resolve(0);
  try {
    for (;;) {
      next = readInto(source, other);
      const skipped = Math.min(skip, end - start);
      start += skipped;
      skip -= skipped;
      while (skip === 0) {
        block.bytes = current;
        block.count = 0;
        start += parser.parse(current, start, end, block);
        if (start > end) {
          skip = start - end;
          start = end;
        }
        const isFull = block.count === BLOCK_CAPACITY;
        if (block.count > 0) yield block;
        if (parser.error !== null || !isFull) break;
      }
      const length = await next;
      if (parser.error !== null) break;
      if (typeof length !== "number") {
        outcome.error = length;
        return;
      }
      if (length === 0) {
        outcome.error = parser.finish(current, start, end, skip);
        return;
      }
      const carried = end - start;
      other.set(current.subarray(start, end), MAX_RECORD_LENGTH - carried);
      [current, other] = [other, current];
      start = MAX_RECORD_LENGTH - carried;
      end = MAX_RECORD_LENGTH + length;
    }
    outcome.error = parser.error;
  } finally {
    await next; // a file is not closed under a read
    await source.close();
  }
}

/** The bytes read, or why nothing could be: a failed read must wait its turn behind what was read before it. */
async function readInto(source: ByteSource, buffer: Uint8Array): Promise<number | InputError> {
  try {
    return await source.read(buffer, MAX_RECORD_LENGTH, READ_LENGTH);
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
}
