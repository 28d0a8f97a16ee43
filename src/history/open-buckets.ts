/**
 * Rows of a sensor that are in no segment yet: a file of lines, each a batch of rows that were reported together, which is on
 * disk before the next one begins. A line without a line end was being written when the process was killed, and is ignored.
 */
import {
  closeSync,
  constants,
  fsync,
  ftruncateSync,
  openSync,
  readFileSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { promisify } from "node:util";
import { systemErrorCode } from "../errors.ts";
import { NEW_FILE_MODE, ReplacementFile } from "../replacement-file.ts";
import type { BucketRow } from "../reports/history/bucket-row.ts";
import { HOUR_SECONDS } from "./history-folder.ts";
import { syncFolder } from "./segment-file.ts";

const syncFile = promisify(fsync);

/** Rows that were reported together. */
export interface Batch {
  /** Numbers increase, also from run to run. */
  readonly batch: number;
  readonly rows: readonly BucketRow[];
}

/** First line of the file. */
const SCHEMA = "appleflow/open-buckets@1";
const LINE_END = 0x0a;

/** The current contents of an open file. */
export class OpenContents {
  /** Bytes of complete lines; the rest is unfinished. */
  readonly length: number;
  readonly #bytes: Buffer;

  /** Reads the file; empty if it does not exist. Throws file system errors. */
  constructor(path: string) {
    this.#bytes = readIfPresent(path);
    this.length = this.#bytes.lastIndexOf(LINE_END) + 1;
  }

  /**
   * Yields the batches in order; the first ones may have had more rows, which are in segments. null is an unreadable line,
   * and a number is that of the last batch before those in the file. Owned by the caller.
   */
  *lines(): Generator<Batch | number | null> {
    for (let start = 0; start < this.length; ) {
      const end = this.#bytes.indexOf(LINE_END, start);
      yield parseLine(this.#bytes.toString("utf8", start, end));
      start = end + 1;
    }
  }

  /** Yields only the batches. */
  *batches(): Generator<Batch> {
    for (const line of this.lines()) if (line !== null && typeof line !== "number") yield line;
  }
}

function readIfPresent(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return Buffer.alloc(0);
    throw error;
  }
}

function parseLine(text: string): Batch | number | null {
  try {
    const line = JSON.parse(text);
    if (line.schema === SCHEMA && Number.isSafeInteger(line.after)) return line.after;
    return Number.isSafeInteger(line.batch) && Array.isArray(line.rows) ? line : null;
  } catch {
    return null;
  }
}

/** The hour that a row is stored with: that of its bucket. Rows without a time have none. */
export function hourOf({ start }: Pick<BucketRow, "start">): number | null {
  return start === null ? null : start - (start % HOUR_SECONDS);
}

/** The file for appending. Whoever opens it must close it. Throws file system errors. */
export class OpenBuckets {
  /** Hours that the file contains rows of. */
  readonly hours = new Set<number>();
  /** Number of the last batch. */
  last = 0;
  /** Unreadable lines in the middle of the file, caused by disk errors. */
  damaged = 0;
  readonly #path: string;
  #descriptor: number;
  #length: number;

  /** Opens the file and truncates an unfinished line. */
  constructor(path: string) {
    this.#path = path;
    const contents = new OpenContents(path);
    for (const line of contents.lines()) {
      if (line === null) this.damaged++;
      else if (typeof line === "number") this.last = Math.max(this.last, line);
      else {
        this.last = Math.max(this.last, line.batch);
        this.#note(line.rows);
      }
    }
    this.#descriptor = openForAppending(path);
    this.#length = contents.length;
    // The name must be on disk as well.
    syncFolder(dirname(path));
    ftruncateSync(this.#descriptor, this.#length);
  }

  /** Appends rows; when it resolves they are on disk. If writing fails, none of them is. */
  async append(rows: readonly BucketRow[], now: number): Promise<void> {
    // Based on the time, so numbers still increase if the file was lost.
    const batch = Math.max(this.last + 1, now);
    const line = Buffer.from(`${JSON.stringify({ batch, rows } satisfies Batch)}\n`);
    try {
      for (let written = 0; written < line.length; ) {
        written += writeSync(this.#descriptor, line, written, line.length - written, this.#length + written);
      }
      await syncFile(this.#descriptor);
    } catch (error) {
      ftruncateSync(this.#descriptor, this.#length);
      throw error;
    }
    this.#length += line.length;
    this.last = batch;
    this.#note(rows);
  }

  /** Removes the rows of hours that are now in segments. Nothing may be appended meanwhile. */
  async leaveOut(hours: ReadonlySet<number>): Promise<void> {
    const file = new ReplacementFile(this.#path, statSync(this.#path));
    try {
      const write = (line: object) => file.write(Buffer.from(`${JSON.stringify(line)}\n`));
      write({ schema: SCHEMA, after: this.last });
      for (const { batch, rows } of new OpenContents(this.#path).batches()) {
        const rest = rows.filter((row) => !hours.has(hourOf(row) ?? Number.NaN));
        if (rest.length > 0) write({ batch, rows: rest });
        await nextTurn();
      }
      file.finish();
    } finally {
      file.close();
    }
    syncFolder(dirname(this.#path));
    const next = openForAppending(this.#path);
    closeSync(this.#descriptor);
    this.#descriptor = next;
    this.#length = statSync(this.#path).size;
    for (const hour of hours) this.hours.delete(hour);
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #note(rows: readonly BucketRow[]): void {
    for (const row of rows) {
      const hour = hourOf(row);
      if (hour !== null) this.hours.add(hour);
    }
  }
}

/** Do not follow a symbolic link: root may be writing in another user's folder. */
function openForAppending(path: string): number {
  const noLinks = constants.O_NOFOLLOW ?? 0;
  return openSync(path, constants.O_WRONLY | constants.O_CREAT | noLinks, NEW_FILE_MODE);
}
