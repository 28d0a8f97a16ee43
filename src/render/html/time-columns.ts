/** Time divided into the columns of a chart: one bucket each, or several if there are more buckets than columns fit. */

import { BUCKET_LENGTHS } from "../../reports/series/bucket-lengths.ts";
import type { Series } from "../../reports/series/series-report.ts";
import type { SeriesRow } from "../series-rows.ts";

/** Maximum number of columns of a chart. */
const MOST_COLUMNS = 120;

/** Lengths that clocks use, in seconds. */
const MINUTE = 60;
const DAY = 86_400;
/** Below this a time needs its seconds, from that on its date. */
const SHORT = 10 * MINUTE;

/** Contiguous columns of equal length. */
export interface TimeColumns {
  /** Seconds since 1970. */
  readonly first: number;
  readonly count: number;
  readonly secondsOfColumn: number;
  /** The column of each bucket of the series; null for the one without a time. */
  readonly columnOf: readonly (number | null)[];
}

/** null: no packet has a time. */
export function timeColumns({ buckets, everySeconds }: Series): TimeColumns | null {
  const starts = buckets.map(({ start }) => (start === null ? null : Date.parse(start) / 1000));
  const times = starts.filter((start) => start !== null);
  const [first] = times;
  if (first === undefined) return null;
  const last = times.at(-1) ?? first;
  const secondsOfColumn = lengthOf(last - first + everySeconds, everySeconds);
  const columnOf = (start: number) => Math.floor(start / secondsOfColumn);
  return {
    first: columnOf(first) * secondsOfColumn,
    count: columnOf(last) - columnOf(first) + 1,
    secondsOfColumn,
    columnOf: starts.map((start) => (start === null ? null : columnOf(start) - columnOf(first))),
  };
}

/** A common length, if one is a multiple of the buckets' length. */
function lengthOf(all: number, everySeconds: number): number {
  const least = Math.max(everySeconds, all / MOST_COLUMNS);
  const known = BUCKET_LENGTHS.find((length) => length >= least && length % everySeconds === 0);
  return known ?? Math.ceil(least / everySeconds) * everySeconds;
}

/** Bytes of each column. */
export function columnBytes({ moved }: SeriesRow, { columnOf, count }: TimeColumns): number[] {
  const bytes = new Array<number>(count).fill(0);
  for (const [place, sum] of moved) {
    const column = columnOf[place];
    if (column !== null) bytes[column] += sum.bytes;
  }
  return bytes;
}

/** When a column begins, in UTC, as exact as the span requires: "08:30:15", "08:30", "2025-03-11 08:30". */
export function columnTime({ first, count, secondsOfColumn }: TimeColumns, column: number): string {
  const length = count * secondsOfColumn;
  const text = new Date((first + column * secondsOfColumn) * 1000).toISOString();
  const isExact = length < SHORT || secondsOfColumn % MINUTE !== 0;
  const clock = text.slice(
    "2025-03-11T".length,
    isExact ? "2025-03-11T08:30:15".length : "2025-03-11T08:30".length,
  );
  return length < DAY ? clock : `${text.slice(0, "2025-03-11".length)} ${clock}`;
}
