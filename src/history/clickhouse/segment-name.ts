/** Names of segments at the destination: the day, and the file name without its extension. */
import { basename } from "node:path";
import { HOUR_SECONDS, hourSegment, type Segment } from "../history-folder.ts";

/** `2026-11-30/lab-09`. */
export function nameOf({ path, dayStart }: Segment): string {
  return `${new Date(dayStart * 1000).toISOString().slice(0, 10)}/${basename(path, ".parquet")}`;
}

/** Returns the segment with a name if it contains imported captures, otherwise null. */
export function importOf(folder: string, name: string): Segment | null {
  const [, day, sensor, hour, id] = /^(\d{4}-\d\d-\d\d)\/(.+)-(\d\d)\.([0-9a-f]{12})$/.exec(name) ?? [];
  if (id === undefined) return null;
  return hourSegment(folder, sensor, Date.parse(day) / 1000 + Number(hour) * HOUR_SECONDS, id);
}
