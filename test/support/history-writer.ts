/**
 * Writes a history as fast as possible, on a clock that advances by a minute per bucket: `FOLDER FIRST`, the number of its
 * first bucket. Prints the number of each stored bucket. Its parent kills it. Hours end, minutes become hours and hours days
 * meanwhile.
 */
import { writeSync } from "node:fs";
import { HistoryStore } from "../../src/history/history-store.ts";
import { bucketRow } from "./history-rows.ts";

/** The start of bucket 0: 2026-11-30T00:00:00Z. */
export const FIRST_BUCKET = Date.UTC(2026, 10, 30) / 1000;
/** Devices in each bucket, in addition to one of its own. */
const DEVICES = 20;
/** One in N buckets has a row that belongs to the hour before. */
const LATE = 7;

/** Returns the rows of a bucket by its number. */
export function rowsOfBucket(number: number) {
  const start = FIRST_BUCKET + number * 60;
  const rows = Array.from({ length: DEVICES }, (_, i) =>
    bucketRow(start, { deviceId: `device ${i}`, sentBytes: number + i, receivedBytes: 1, flows: 1 }),
  );
  const late = number % LATE === 0 && number >= 60 ? 3600 : 0;
  return [...rows, bucketRow(start - late, { deviceId: `bucket ${number}`, sentBytes: 1000 + number })];
}

if (process.argv[1]?.endsWith("history-writer.ts")) await write(process.argv[2], Number(process.argv[3]));

async function write(folder: string, first: number): Promise<void> {
  let now = FIRST_BUCKET + first * 60;
  const keep = { minutes: 0.125, hours: 1, days: null };
  const store = await HistoryStore.open({ folder, sensor: "lab", keep, now: () => now * 1000 });
  for (let number = first; ; number++) {
    now = FIRST_BUCKET + number * 60 + 70;
    await store.append(rowsOfBucket(number));
    writeSync(1, `${number}\n`);
    await store.endHours(FIRST_BUCKET + (number + 1) * 60);
  }
}
