/** Segments as files: written beside their place and put there whole, read row group by row group. */
import { closeSync, fstatSync, fsyncSync, openSync, readSync } from "node:fs";
import { dirname } from "node:path";
import { InputError, systemErrorCode } from "../errors.ts";
import { ReplacementFile } from "../replacement-file.ts";
import { BUCKET_TABLE, type SensorRow, sensorRowOf } from "../tables/bucket-table.ts";
import { ParquetFile } from "../tables/parquet-reader.ts";
import { ParquetTable, SCHEMA_KEY } from "../tables/parquet-writer.ts";
import { makeFolder } from "./history-folder.ts";

/** What a segment says of itself. */
export interface SegmentFacts {
  /** The last batch of the sensor's open file that it has: rows of this hour of later ones are not in it. */
  readonly batch?: number;
  /** Length of the buckets that it was rolled up to, in seconds. */
  readonly rolledUpTo?: number;
  /** The captures that it was imported from. */
  readonly sources?: readonly string[];
}

const FACTS_KEY = "appleflow.segment";

/**
 * Writes a segment, in the place of the one that is there. `fill` adds its rows; where it throws, what is there stays. Throws the
 * errors of the file system.
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

/** Waits until names in a folder are on the disk, where the system can. */
export function syncFolder(folder: string): void {
  let descriptor: number;
  try {
    descriptor = openSync(folder, "r");
  } catch {
    // Windows opens no folders, and has no need of it.
    return;
  }
  try {
    fsyncSync(descriptor);
  } catch (cause) {
    // Some file systems of the network cannot.
    if (!["EINVAL", "ENOTSUP", "EPERM"].includes(systemErrorCode(cause) ?? "")) throw cause;
  } finally {
    closeSync(descriptor);
  }
}

/** An open segment. Whoever has one has to close it. */
export class SegmentReader {
  readonly facts: SegmentFacts;
  readonly #descriptor: number;
  readonly #file: ParquetFile;

  private constructor(descriptor: number, file: ParquetFile) {
    this.#descriptor = descriptor;
    this.#file = file;
    this.facts = JSON.parse(file.valueOf(FACTS_KEY) ?? "{}");
  }

  /** null where there is no such file. Throws `InputError` `cannot_read` for a file that is no segment. */
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

  /** The rows, so many at once as a row group has. Owned by the caller. */
  async *rows(): AsyncGenerator<SensorRow[]> {
    for await (const group of this.#file.rowGroups()) yield group.map(sensorRowOf);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/** What a segment says of itself; null where there is none. Throws as `SegmentReader.open`. */
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
