/** Segment files: written beside their final path and then renamed, read row group by row group. */
import { closeSync, fstatSync, fsyncSync, openSync, readSync } from "node:fs";
import { dirname } from "node:path";
import { InputError, systemErrorCode } from "../errors.ts";
import { ReplacementFile } from "../replacement-file.ts";
import { BUCKET_TABLE, type SensorRow, sensorRowOf } from "../tables/bucket-table.ts";
import { ParquetFile } from "../tables/parquet-reader.ts";
import { ParquetTable, SCHEMA_KEY } from "../tables/parquet-writer.ts";
import { makeFolder } from "./history-folder.ts";

/** Metadata of a segment. */
export interface SegmentFacts {
  /** The last batch of the sensor's open file that it contains: rows of this hour from later batches are not in it. */
  readonly batch?: number;
  /** Bucket length that it was rolled up to, in seconds. */
  readonly rolledUpTo?: number;
  /** The captures that it was imported from. */
  readonly sources?: readonly string[];
}

const FACTS_KEY = "appleflow.segment";

/**
 * Writes a segment, replacing an existing one. `fill` adds its rows; if it throws, the existing segment stays. Throws file
 * system errors.
 */
export async function writeSegment(
  path: string,
  facts: SegmentFacts,
  fill: (add: (row: SensorRow) => void) => Promise<void> | void,
): Promise<void> {
  const folder = dirname(path);
  makeFolder(folder);
  const file = new ReplacementFile(path, null);
  try {
    const metadata = { [FACTS_KEY]: JSON.stringify(facts) };
    const table = await ParquetTable.begin(BUCKET_TABLE, metadata, (bytes) => file.write(bytes));
    await fill((row) => table.add(row));
    table.finish();
    file.finish();
  } finally {
    file.close();
  }
  syncFolder(folder);
}

/** Flushes the names in a folder to disk, if the system supports it. */
export function syncFolder(folder: string): void {
  let descriptor: number;
  try {
    descriptor = openSync(folder, "r");
  } catch {
    // Windows cannot open folders, and does not need this.
    return;
  }
  try {
    fsyncSync(descriptor);
  } catch (cause) {
    // Some network file systems do not support it.
    if (!["EINVAL", "ENOTSUP", "EPERM"].includes(systemErrorCode(cause) ?? "")) throw cause;
  } finally {
    closeSync(descriptor);
  }
}

/** An open segment. Whoever opens it must close it. */
export class SegmentReader {
  readonly facts: SegmentFacts;
  readonly #descriptor: number;
  readonly #file: ParquetFile;

  private constructor(descriptor: number, file: ParquetFile) {
    this.#descriptor = descriptor;
    this.#file = file;
    this.facts = JSON.parse(file.valueOf(FACTS_KEY) ?? "{}");
  }

  /** Opens a segment; null if the file does not exist. Throws `InputError` `cannot_read` for a file that is not a segment. */
  static async open(path: string): Promise<SegmentReader | null> {
    let descriptor: number;
    try {
      descriptor = openSync(path, "r");
    } catch (cause) {
      if (systemErrorCode(cause) === "ENOENT") return null;
      throw cause;
    }
    try {
      const file = await ParquetFile.open({
        byteLength: fstatSync(descriptor).size,
        slice: (start, end = fstatSync(descriptor).size) => readPiece(descriptor, start, end),
      });
      if (file.valueOf(SCHEMA_KEY) !== BUCKET_TABLE.name) throw new Error(`not ${BUCKET_TABLE.name}`);
      return new SegmentReader(descriptor, file);
    } catch (cause) {
      closeSync(descriptor);
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new InputError(
        "cannot_read",
        `${path}: not a segment of a history: ${reason}`,
        { source: path },
        cause,
      );
    }
  }

  /** Yields the rows of one row group at a time. Owned by the caller. */
  async *rows(): AsyncGenerator<SensorRow[]> {
    for await (const group of this.#file.rowGroups()) yield group.map(sensorRowOf);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/** Metadata of a segment; null if it does not exist. Throws like `SegmentReader.open`. */
export async function segmentFacts(path: string): Promise<SegmentFacts | null> {
  const reader = await SegmentReader.open(path);
  if (reader === null) return null;
  const { facts } = reader;
  reader.close();
  return facts;
}

function readPiece(descriptor: number, start: number, end: number): ArrayBuffer {
  const bytes = new Uint8Array(end - start);
  let filled = 0;
  while (filled < bytes.length) {
    const length = readSync(descriptor, bytes, filled, bytes.length - filled, start + filled);
    if (length === 0) break;
    filled += length;
  }
  return bytes.buffer;
}
