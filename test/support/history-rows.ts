/** Short notation for history rows: fields irrelevant to a test have defaults. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readContents } from "../../src/history/history-contents.ts";
import { listSegments } from "../../src/history/history-folder.ts";
import { SegmentReader } from "../../src/history/segment-file.ts";
import type { BucketRow } from "../../src/reports/history/bucket-row.ts";
import type { SensorRow } from "../../src/tables/bucket-table.ts";

const NOTHING: BucketRow = {
  start: null,
  seconds: 60,
  party: "device",
  deviceId: "d0",
  deviceName: null,
  deviceAddress: null,
  isApple: null,
  groupId: "g0",
  class: "identified",
  products: ["Maps"],
  families: ["Siri, search and Maps"],
  candidates: [],
  label: null,
  reason: null,
  evidence: "server-name",
  transport: "tcp",
  ports: "443",
  service: "https",
  protocol: "tls",
  sentBytes: 0,
  receivedBytes: 0,
  sentPackets: 0,
  receivedPackets: 0,
  flows: 0,
  retoldBytes: 0,
};

/** A row of a bucket that begins at `start`. */
export function bucketRow(start: number | null, fields: Partial<BucketRow> = {}): BucketRow {
  return { ...NOTHING, start, ...fields };
}

/** A folder for histories, and a function that removes it. */
export function historyFolder(): { readonly folder: string; readonly remove: () => void } {
  const base = mkdtempSync(join(tmpdir(), "appleflow-history-"));
  return { folder: join(base, "history"), remove: () => rmSync(base, { recursive: true, force: true }) };
}

/** Returns only the rows of segments. */
export async function segmentRows(folder: string): Promise<SensorRow[]> {
  const rows: SensorRow[] = [];
  for (const { path } of listSegments(folder)) {
    const reader = await SegmentReader.open(path);
    for await (const some of reader?.rows() ?? []) rows.push(...some);
    reader?.close();
  }
  return rows;
}

/** Returns all rows, as a query reads them. */
export async function allRows(folder: string): Promise<SensorRow[]> {
  const { rows } = await readContents(folder);
  return [...(await segmentRows(folder)), ...rows];
}
