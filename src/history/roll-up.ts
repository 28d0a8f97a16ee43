/**
 * Rolls older parts of a history up to larger buckets: the segment of an hour is replaced by one with hourly buckets; the
 * segments of a day's hours are merged into one with daily buckets. A concurrent reader never counts anything twice: a
 * segment is replaced as a whole, and that of a day supersedes its hours (`listSegments`).
 */
import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { InputError } from "../errors.ts";
import type { BucketRow } from "../reports/history/bucket-row.ts";
import type { SensorRow } from "../tables/bucket-table.ts";
import {
  DAY_SECONDS,
  daySegment,
  HOUR_SECONDS,
  hourSegment,
  listSegments,
  type Segment,
} from "./history-folder.ts";
import { SegmentReader, segmentFacts, syncFolder, writeSegment } from "./segment-file.ts";

/** Retention of a history, in days. */
export interface Keep {
  /** In the original buckets. */
  readonly minutes: number;
  /** In hourly buckets; in daily buckets after that. */
  readonly hours: number;
  /** In total; null: for ever. */
  readonly days: number | null;
}

/** Default retention. */
export const DEFAULT_KEEP: Keep = { minutes: 7, hours: 90, days: null };

const AMOUNTS = [
  "sentBytes",
  "receivedBytes",
  "sentPackets",
  "receivedPackets",
  "flows",
  "retoldBytes",
] as const;

/** Moves a row to the bucket of the given length that contains its own bucket. */
export function rolledUp<R extends BucketRow>(row: R, seconds: number): R {
  if (row.start === null || row.seconds >= seconds) return row;
  return { ...row, start: row.start - (row.start % seconds), seconds };
}

/** Rolls up what one sensor captured; imports stay as they are. */
export class RollUp {
  readonly #folder: string;
  readonly #sensor: string;
  readonly #keep: Keep;
  /** Segments before this time have hourly or larger buckets. */
  #hoursBefore = Number.NEGATIVE_INFINITY;

  constructor(folder: string, sensor: string, keep: Keep) {
    this.#folder = folder;
    this.#sensor = sensor;
    this.#keep = keep;
  }

  /** Rolls up what is due at a time, in seconds since 1970. Throws file system errors. */
  async run(now: number): Promise<void> {
    const { minutes, hours, days } = this.#keep;
    const limit = now - minutes * DAY_SECONDS;
    const segments = listSegments(this.#folder, Number.NEGATIVE_INFINITY, limit).filter(
      ({ sensor, importId }) => sensor === this.#sensor && importId === null,
    );
    const dayLimit = now - hours * DAY_SECONDS;
    const daysOf = new Map<number, Segment[]>();
    for (const segment of segments) {
      const { dayStart, hour } = segment;
      if (days !== null && dayStart + DAY_SECONDS <= now - days * DAY_SECONDS) rmSync(segment.path);
      else if (hour === null) removeHours(this.#folder, segment);
      else if (dayStart + DAY_SECONDS <= dayLimit) {
        const known = daysOf.get(dayStart);
        if (known === undefined) daysOf.set(dayStart, [segment]);
        else known.push(segment);
      } else await this.#rollUpHour(segment, limit);
    }
    for (const [dayStart, ofDay] of daysOf) await this.#rollUpDay(dayStart, ofDay);
    this.#hoursBefore = limit;
  }

  async #rollUpHour({ path, dayStart, hour }: Segment, limit: number): Promise<void> {
    const end = dayStart + (hour ?? 0) * HOUR_SECONDS + HOUR_SECONDS;
    if (end > limit || end <= this.#hoursBefore) return;
    await unlessDamaged(async () => {
      const facts = await segmentFacts(path);
      if (facts === null || facts.rolledUpTo !== undefined) return;
      await rollUp([path], path, { ...facts, rolledUpTo: HOUR_SECONDS });
    });
  }

  async #rollUpDay(dayStart: number, hours: readonly Segment[]): Promise<void> {
    await unlessDamaged(async () => {
      let batch = 0;
      for (const { path } of hours) batch = Math.max(batch, (await segmentFacts(path))?.batch ?? 0);
      const day = daySegment(this.#folder, this.#sensor, dayStart);
      const paths = hours.map(({ path }) => path);
      await rollUp(paths, day.path, { batch, rolledUpTo: DAY_SECONDS });
      removeHours(this.#folder, day);
    });
  }
}

/** An unreadable segment stays as it is, along with its hours or days; queries report it. */
async function unlessDamaged(action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
  }
}

/** Removes the hourly segments that the segment of their day supersedes. */
function removeHours(folder: string, { sensor, dayStart, path }: Segment): void {
  for (let hour = 0; hour < DAY_SECONDS / HOUR_SECONDS; hour++) {
    rmSync(hourSegment(folder, sensor, dayStart + hour * HOUR_SECONDS).path, { force: true });
  }
  syncFolder(dirname(path));
}

/** Merges the rows of segments into the buckets of `facts`, as the segment at `target`. */
async function rollUp(
  paths: readonly string[],
  target: string,
  facts: { readonly rolledUpTo: number; readonly batch?: number },
): Promise<void> {
  const sums = new Map<string, Changing<SensorRow>>();
  for (const path of paths) {
    const reader = await SegmentReader.open(path);
    try {
      for await (const rows of reader?.rows() ?? []) {
        for (const row of rows) addRow(sums, rolledUp(row, facts.rolledUpTo));
        await nextTurn();
      }
    } finally {
      reader?.close();
    }
  }
  await writeSegment(target, facts, (add) => {
    for (const row of sums.values()) add(row);
  });
}

type Changing<T> = { -readonly [K in keyof T]: T[K] };

function addRow(sums: Map<string, Changing<SensorRow>>, row: SensorRow): void {
  const { start, party, deviceId, groupId, class: rowClass } = row;
  const key = JSON.stringify([start, party, deviceId, groupId, rowClass]);
  const sum = sums.get(key);
  if (sum === undefined) sums.set(key, { ...row });
  else {
    for (const amount of AMOUNTS) sum[amount] += row[amount];
    // The device's name and vendor may have become known.
    sum.deviceName = row.deviceName ?? sum.deviceName;
    sum.isApple = row.isApple ?? sum.isApple;
  }
}
