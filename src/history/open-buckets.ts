/**
 * What a sensor has told and is in no segment yet: a file of lines, each a batch of rows as they were told at once, that is on the
 * disk before the next one begins. A line without its end is one that was being written when the process was killed: it is nothing.
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

/** Rows that were told at once. */
export interface Batch {
  /** Later batches have higher numbers, also those of later runs. */
  readonly batch: number;
  readonly rows: readonly BucketRow[];
}

/** What begins the file. */
const SCHEMA = "appleflow/open-buckets@1";
const LINE_END = 0x0a;

/** The contents of an open file as they are now. */
export class OpenContents {
  /** Bytes of whole lines; what stands behind them was not finished. */
  readonly length: number;
  readonly #bytes: Buffer;

  /** Reads it; nothing where there is none. Throws the errors of the file system. */
  constructor(path: string) {
    this.#bytes = readIfThere(path);
    this.length = this.#bytes.lastIndexOf(LINE_END) + 1;
  }

  /**
   * The batches in it, in order; those that come first may have had more rows, which are in segments. null is a line that nobody can
   * read, and a number that of the last batch before those in the file. Owned by the caller.
   */
  *lines(): Generator<Batch | number | null> {
    for (let start = 0; start < this.length; ) {
      const end = this.#bytes.indexOf(LINE_END, start);
      yield parseLine(this.#bytes.toString("utf8", start, end));
      start = end + 1;
    }
  }

  /** The batches alone. */
  *batches(): Generator<Batch> {
    for (const line of this.lines()) if (line !== null && typeof line !== "number") yield line;
  }
}

function readIfThere(path: string): Buffer {
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

/** The hour that a row is kept with: that of its bucket. Rows without a time have none. */
export function hourOf({ start }: Pick<BucketRow, "start">): number | null {
  return start === null ? null : start - (start % HOUR_SECONDS);
}

/** The file that is written to. Whoever makes one has to close it. Throws the errors of the file system. */
export class OpenBuckets {
  /** Hours that the file has rows of. */
  readonly hours = new Set<number>();
  /** The number of the last batch. */
  last = 0;
  /** Lines in the middle of it that nobody can read: of a disk that is broken. */
  damaged = 0;
  readonly #path: string;
  #descriptor: number;
  #length: number;

  /** Opens it; what was not finished in it is cut off. */
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
    // Its name has to be there as well.
    syncFolder(dirname(path));
    ftruncateSync(this.#descriptor, this.#length);
  }

  /** Adds rows; they are on the disk when it is done. Where they cannot be written, nothing of them is. */
  async append(rows: readonly BucketRow[], now: number): Promise<void> {
    // By time, so that numbers go on where the file has been lost.
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

  /** Leaves out the rows of hours that are in segments now. Nothing is appended meanwhile. */
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

/** A link is not followed: root may write in a folder of somebody else's. */
function openForAppending(path: string): number {
  const noLinks = constants.O_NOFOLLOW ?? 0;
  return openSync(path, constants.O_WRONLY | constants.O_CREAT | noLinks, NEW_FILE_MODE);
}
