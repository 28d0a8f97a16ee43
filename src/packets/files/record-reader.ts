/**
 * Reads a byte source in large pieces and lets a parser split them into blocks of records. The remainder of a piece, an
 * incomplete record, is moved in front of the next one.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { InputError } from "../../errors.ts";
import type { PacketBlock } from "../packet-block.ts";
import type { ByteSource } from "./byte-source.ts";
import { MAX_RECORD_LENGTH, type RecordParser } from "./record-parser.ts";

/** Reads of this size stay in the second-level cache; smaller and larger ones were slower. */
const READ_LENGTH = 1 << 20;

/** Bytes per read if many files are read at once: this much of each is in memory. Upper limit for format detection. */
const SMALL_READ_LENGTH = 1 << 16;

/** Size of a reader's buffer: an incomplete record, and the read after it. */
export const BUFFER_LENGTH = MAX_RECORD_LENGTH + READ_LENGTH;

/** The same for a reader with small reads; the system only provides memory that is used. */
export const SMALL_BUFFER_LENGTH = MAX_RECORD_LENGTH + SMALL_READ_LENGTH;

/** Files are opened and read synchronously: timers and signals run at the first read, and after this many. */
const READS_PER_TURN = 16;

/**
 * Position of a reader's next bytes in the buffer of its block: there must be `MAX_RECORD_LENGTH` bytes of space before
 * it.
 */
export interface ReadRange {
  readonly at: number;
  /** Bytes of space there. */
  readonly length: number;
}

/**
 * Finds the position for the next bytes; `end` is the end of the bytes read last, which may be continued there;
 * `Infinity` for the first.
 */
export type FindReadRange = (end: number) => ReadRange;

/** The error that stopped a reader; set when its blocks have ended. */
export interface ReadOutcome {
  error: InputError | null;
}

/**
 * Yields the blocks of a capture. Closes `source` when they end, or when no more are requested.
 *
 * @param first Bytes already read from the source (to detect the format), at most `SMALL_READ_LENGTH`; borrowed until
 * the first block.
 * @param block Reused for every block; it and its bytes are borrowed until the next one is requested. Its consumer may
 * exchange its buffer meanwhile.
 * @param outcome Receives the error that ended the reading, if any: it is not thrown.
 * @param signal Stops reading with the error `interrupted`, even while a read of a pipe is pending.
 * @param findReadRange Chooses the position of reads if the block's buffer has several; by default it has one.
 */
export async function* readRecords(
  source: ByteSource,
  first: Uint8Array,
  parser: RecordParser,
  block: PacketBlock,
  outcome: ReadOutcome,
  signal: AbortSignal | null = null,
  findReadRange: FindReadRange | null = null,
): AsyncGenerator<PacketBlock> {
  let buffer = block.buffer ?? new Uint8Array(BUFFER_LENGTH);
  block.buffer = buffer;
  let start = (findReadRange?.(Number.POSITIVE_INFINITY) ?? wholeBuffer(buffer)).at;
  buffer.set(first, start);
  let end = start + first.length;
  let skip = 0;
  try {
    for (let reads = 0; ; reads++) {
      const skipped = Math.min(skip, end - start);
      start += skipped;
      skip -= skipped;
      block.bufferStart = start;
      block.bufferEnd = end;
      while (skip === 0) {
        block.bytes = buffer;
        block.count = 0;
        start += parser.parse(buffer, start, end, block);
        if (start > end) {
          skip = start - end;
          start = end;
        }
        // A block that is not full may end where another capture was joined.
        const hasRecords = block.count > 0;
        if (hasRecords) {
          yield block;
          buffer = block.buffer;
        }
        if (parser.error !== null) {
          outcome.error = parser.error;
          return;
        }
        if (!hasRecords) break;
      }
      const range = findReadRange?.(end) ?? wholeBuffer(buffer);
      const remainder = end - start;
      if (range.at !== end) buffer.copyWithin(range.at - remainder, start, end);
      start = range.at - remainder;
      const length = source.read(buffer, range.at, range.length);
      end = range.at + (typeof length === "number" ? length : await readUnlessAborted(length, signal));
      if (signal?.aborted) {
        outcome.error = interruptedError(source);
        return;
      }
      if (end === range.at) {
        outcome.error = parser.finish(buffer, start, end, skip);
        return;
      }
      if (reads % READS_PER_TURN === 0) await nextTurn();
    }
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    outcome.error = error;
  } finally {
    await source.close();
  }
}

function wholeBuffer(buffer: Uint8Array): ReadRange {
  return { at: MAX_RECORD_LENGTH, length: buffer.length - MAX_RECORD_LENGTH };
}

/** Returns the bytes of a pending read; 0 as soon as `signal` is aborted. */
async function readUnlessAborted(read: Promise<number>, signal: AbortSignal | null): Promise<number> {
  if (signal === null) return read;
  let onAbort = () => {};
  const aborted = new Promise<number>((resolve) => {
    onAbort = () => resolve(0);
  });
  signal.addEventListener("abort", onAbort);
  try {
    if (signal.aborted) return 0;
    return await Promise.race([read, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/** Returns the error for a source whose reading was stopped before its end. */
export function interruptedError({
  name,
  bytesRead,
  totalBytes,
}: Pick<ByteSource, "name" | "bytesRead" | "totalBytes">): InputError {
  const part = totalBytes === null ? `${bytesRead} bytes` : `${bytesRead} of ${totalBytes} bytes`;
  return new InputError("interrupted", `${name}: interrupted after ${part}`, { source: name });
}
