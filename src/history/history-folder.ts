/**
 * Layout of the folder of a history (docs/history.md): `day=2026-11-30/SENSOR-09.parquet` contains one hour in UTC,
 * `SENSOR-day.parquet` the whole day in place of its hours, `SENSOR-09.0123456789ab.parquet` an hour of imported captures;
 * `SENSOR.open.ndjson` contains what is in none of them yet.
 */
import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { InputError, reasonOf, systemErrorCode } from "../errors.ts";

export const HOUR_SECONDS = 3600;
export const DAY_SECONDS = 86_400;

/** A part of a history in one file. */
export interface Segment {
  readonly path: string;
  readonly sensor: string;
  /** Start of its day in UTC, in seconds since 1970. */
  readonly dayStart: number;
  /** 0 to 23; null: the whole day. */
  readonly hour: number | null;
  /** Id of the import; null for what a sensor captured itself. */
  readonly importId: string | null;
}

/** Sensor names are parts of file names, on all systems. */
const SENSOR = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const DAY_FOLDER = /^day=(\d{4}-\d{2}-\d{2})$/;
const SEGMENT_FILE = /^(.+)-(\d\d|day)(?:\.([0-9a-f]{12}))?\.parquet$/;
const OPEN_ENDING = ".open.ndjson";
/** Only the user may see what devices did. */
const FOLDER_MODE = 0o700;

/** Whether a name is valid for a sensor. */
export function isSensorName(name: string): boolean {
  return SENSOR.test(name);
}

/** Derives the name of a sensor from a host name. */
export function sensorNameOf(host: string): string {
  const name = host
    .replace(/[^A-Za-z0-9._-]+/g, "-")
    .replace(/^[^A-Za-z0-9]+/, "")
    .slice(0, 64);
  return isSensorName(name) ? name : "sensor";
}

/** Path of the file with a sensor's rows that are in no segment yet. */
export function openFileOf(folder: string, sensor: string): string {
  return join(folder, `${sensor}${OPEN_ENDING}`);
}

/** Temporary files of a process that was killed while it wrote them. */
const UNFINISHED = /^\.appleflow-[0-9a-f]{16}\.tmp$/;

/** Removes temporary files that were not written to for a day (`now` in milliseconds since 1970). */
export function removeUnfinished(folder: string, now: number): void {
  for (const folderPath of [folder, ...dayFolders(folder)]) {
    for (const name of namesIn(folderPath).filter((one) => UNFINISHED.test(one))) {
      const path = join(folderPath, name);
      const status = statSync(path, { throwIfNoEntry: false });
      if (status !== undefined && status.mtimeMs < now - DAY_SECONDS * 1000) rmSync(path, { force: true });
    }
  }
}

function dayFolders(folder: string): string[] {
  return namesIn(folder)
    .filter((name) => dayStartOf(name) !== null)
    .map((name) => join(folder, name));
}

/** Start of the hour of a segment, or of its day, in seconds since 1970. */
export function startOf({ dayStart, hour }: Segment): number {
  return dayStart + (hour ?? 0) * HOUR_SECONDS;
}

/** The segment of the hour that begins at `start`. */
export function hourSegment(
  folder: string,
  sensor: string,
  start: number,
  importId: string | null = null,
): Segment {
  const dayStart = start - (start % DAY_SECONDS);
  const hour = Math.floor((start - dayStart) / HOUR_SECONDS);
  const name = `${sensor}-${String(hour).padStart(2, "0")}${importId === null ? "" : `.${importId}`}.parquet`;
  return { path: join(folder, dayFolder(dayStart), name), sensor, dayStart, hour, importId };
}

/** The segment of a whole day. */
export function daySegment(folder: string, sensor: string, dayStart: number): Segment {
  const path = join(folder, dayFolder(dayStart), `${sensor}-day.parquet`);
  return { path, sensor, dayStart, hour: null, importId: null };
}

/** Creates a folder and its parents. Throws file system errors. */
export function makeFolder(folder: string): void {
  if (isFolder(folder)) return;
  // One by one: Node's recursive mkdir never returns where folders cannot be created (/proc).
  const parent = dirname(folder);
  if (parent !== folder) makeFolder(parent);
  try {
    mkdirSync(folder, { mode: FOLDER_MODE });
  } catch (error) {
    // Another sensor may have created it first.
    if (!isFolder(folder)) throw error;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/**
 * Lists the segments of a history by time and name, without hours whose whole day exists. `from` and `to` in seconds since
 * 1970: only days that overlap this span. Throws `InputError` `cannot_open`.
 */
export function listSegments(
  folder: string,
  from = Number.NEGATIVE_INFINITY,
  to = Number.POSITIVE_INFINITY,
): Segment[] {
  const all = namesIn(folder).flatMap((day) => {
    const dayStart = dayStartOf(day);
    if (dayStart === null || dayStart + DAY_SECONDS <= from || dayStart >= to) return [];
    return namesIn(join(folder, day)).flatMap((file) => segmentOf(folder, day, dayStart, file) ?? []);
  });
  const days = new Set(all.filter(({ hour }) => hour === null).map(({ path }) => path));
  return all.filter(
    ({ sensor, dayStart, hour, importId }) =>
      hour === null || importId !== null || !days.has(daySegment(folder, sensor, dayStart).path),
  );
}

/** Lists the sensors with rows that are in no segment yet. Throws as above. */
export function openSensors(folder: string): string[] {
  return namesIn(folder)
    .filter((name) => name.endsWith(OPEN_ENDING))
    .map((name) => name.slice(0, -OPEN_ENDING.length))
    .filter(isSensorName);
}

function segmentOf(folder: string, day: string, dayStart: number, file: string): Segment | null {
  const [, sensor, part, importId = null] = SEGMENT_FILE.exec(file) ?? [];
  if (sensor === undefined || !isSensorName(sensor)) return null;
  const hour = part === "day" ? null : Number(part);
  if (hour !== null && hour > 23) return null;
  return { path: join(folder, day, file), sensor, dayStart, hour, importId };
}

function dayFolder(dayStart: number): string {
  return `day=${new Date(dayStart * 1000).toISOString().slice(0, 10)}`;
}

function dayStartOf(name: string): number | null {
  const time = Date.parse(DAY_FOLDER.exec(name)?.[1] ?? "");
  return Number.isNaN(time) ? null : time / 1000;
}

/** Sorted. A folder that was just removed counts as empty. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (cause) {
    if (systemErrorCode(cause) === "ENOENT" && DAY_FOLDER.test(basename(folder))) return [];
    throw new InputError("cannot_open", `${folder}: ${reasonOf(cause)}`, { source: folder }, cause);
  }
}
