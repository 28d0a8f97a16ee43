/**
 * A segment as sent: its rows with the delivery number and their position in it. The number is derived from the segment's
 * name and bytes, so each try sends the same rows, and the table drops duplicates.
 */
import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { InputError } from "../../errors.ts";
import { BUCKET_TABLE, type SensorRow } from "../../tables/bucket-table.ts";
import { ParquetTable } from "../../tables/parquet-writer.ts";
import { column, type TableSchema } from "../../tables/table-schema.ts";
import { SegmentReader } from "../segment-file.ts";

/** Rows per statement: this many are held in memory, and are written together or not at all. */
const ROWS_AT_ONCE = 50_000;
const MICROSECONDS = 1_000_000;

/** Row formats that servers accept. */
export type InsertFormat = "Parquet" | "JSONEachRow";

interface DeliveredRow extends SensorRow {
  readonly delivery: bigint;
  readonly row: number;
}

const columns = BUCKET_TABLE.columns;

/** Columns of the table `buckets`; columns of its key are never null. */
const DELIVERY_TABLE: TableSchema<DeliveredRow> = {
  name: BUCKET_TABLE.name,
  columns: [
    ...columns.map((one) =>
      one.name === "device_id" ? column<SensorRow>("device_id", "text", (row) => row.deviceId ?? "") : one,
    ),
    column("delivery", "count", (row) => row.delivery),
    column("row", "count", (row) => row.row),
  ],
};

/** The names of these columns, for an `INSERT`. */
export const DELIVERY_COLUMNS = DELIVERY_TABLE.columns.map(({ name }) => name).join(", ");

/** Identifies the state of a file without reading it; null if it does not exist. */
export function fileIdentity(path: string): { readonly identity: string; readonly bytes: number } | null {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) return null;
  return { identity: `${status.ino}:${status.size}:${status.mtimeMs}`, bytes: status.size };
}

/** Number of a delivery, from 1 to 2^63 - 1. `name`: everything that distinguishes its segment from others. */
export function deliveryNumber(path: string, name: string): bigint {
  const hash = createHash("sha256").update(`${name}\n`).update(readFileSync(path)).digest();
  return (hash.readBigUInt64BE() >> 1n) | 1n;
}

/**
 * Yields the rows of a segment in a format, `ROWS_AT_ONCE` at a time. Owned by the caller; throws `InputError` `cannot_read`
 * for a segment that is invalid or was removed.
 */
export async function* deliveryBodies(
  path: string,
  delivery: bigint,
  format: InsertFormat,
  rowsAtOnce = ROWS_AT_ONCE,
): AsyncGenerator<{ readonly rows: number; readonly body: Uint8Array }> {
  const reader = await SegmentReader.open(path);
  if (reader === null)
    throw new InputError("cannot_read", `${path}: it was removed while it was being sent`, { source: path });
  const encode = format === "Parquet" ? encodeParquet : encodeJson;
  try {
    let waiting: DeliveredRow[] = [];
    let row = 0;
    for await (const group of reader.rows()) {
      for (const one of group) {
        waiting.push({ ...one, delivery, row: row++ });
        if (waiting.length < rowsAtOnce) continue;
        yield { rows: waiting.length, body: await encode(waiting) };
        waiting = [];
      }
    }
    if (waiting.length > 0) yield { rows: waiting.length, body: await encode(waiting) };
  } finally {
    reader.close();
  }
}

async function encodeParquet(rows: readonly DeliveredRow[]): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  const table = await ParquetTable.begin(DELIVERY_TABLE, {}, (bytes) => pieces.push(Uint8Array.from(bytes)));
  for (const row of rows) table.add(row);
  table.finish();
  return Buffer.concat(pieces);
}

async function encodeJson(rows: readonly DeliveredRow[]): Promise<Uint8Array> {
  const lines = rows.map((row) => {
    const cells = DELIVERY_TABLE.columns.map(({ name, type, of }) => {
      const cell = of(row);
      if (typeof cell === "bigint") return [name, String(cell)];
      return [name, type === "time" ? Number(cell) / MICROSECONDS : cell];
    });
    return `${JSON.stringify(Object.fromEntries(cells))}\n`;
  });
  return Buffer.from(lines.join(""));
}
