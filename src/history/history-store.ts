/**
 * The history that one sensor writes: each batch of rows is on the disk before `append` is done, each hour becomes a segment once
 * it is over. A process that is killed loses no more than the batch that it was writing, and nothing counts twice: a segment
 * says up to which batch it has the rows of its hour.
 */
import { renameSync } from "node:fs";
import { setImmediate as nextTurn } from "node:timers/promises";
import { InputError } from "../errors.ts";
import type { BucketRow } from "../reports/history/bucket-row.ts";
import {
  DAY_SECONDS,
  daySegment,
  HOUR_SECONDS,
  hourSegment,
  makeFolder,
  openFileOf,
  removeUnfinished,
} from "./history-folder.ts";
import { hourOf, OpenBuckets, OpenContents } from "./open-buckets.ts";
import { type Keep, RollUp, rolledUp } from "./roll-up.ts";
import { SegmentReader, segmentFacts, writeSegment } from "./segment-file.ts";
import { lockSensor } from "./sensor-lock.ts";

/** How a history is kept. */
export interface HistoryOptions {
  readonly folder: string;
  readonly sensor: string;
  readonly keep: Keep;
  /** Milliseconds since 1970, by now. */
  readonly now: () => number;
}

/** One process at a time writes the history of a sensor. Whoever opens one has to close it. */
export class HistoryStore {
  readonly #options: HistoryOptions;
  readonly #unlock: () => void;
  readonly #open: OpenBuckets;
  readonly #rollUp: RollUp;
  /** Hours before this one are closed, but for rows that came late. */
  #closedBefore = Number.NEGATIVE_INFINITY;

  private constructor(options: HistoryOptions, unlock: () => void) {
    this.#options = options;
    this.#unlock = unlock;
    this.#open = new OpenBuckets(openFileOf(options.folder, options.sensor));
    this.#rollUp = new RollUp(options.folder, options.sensor, options.keep);
  }

  /**
   * Opens a history, or begins it: hours that an earlier run left open become segments. Throws the
   * errors of the file system, and `InputError` where another process writes it.
   */
  static async open(options: HistoryOptions): Promise<HistoryStore> {
    const { folder, sensor, now } = options;
    makeFolder(folder);
    removeUnfinished(folder, now());
    const unlock = await lockSensor(folder, sensor);
    let store: HistoryStore;
    try {
      store = new HistoryStore(options, unlock);
    } catch (error) {
      unlock();
      throw error;
    }
    try {
      await store.#endHoursBefore(hourBefore(now() / 1000));
    } catch (error) {
      store.close();
      throw error;
    }
    return store;
  }

  /** Segments that could not be read; each has got the ending `.damaged`. */
  readonly setAside: string[] = [];

  /** Lines of earlier runs that nobody can read: of a disk that is broken. */
  get damaged(): number {
    return this.#open.damaged;
  }

  /** Adds rows: they are on the disk when it is done, or nothing of them is. Those without a time are left out. */
  async append(rows: readonly BucketRow[]): Promise<void> {
    const timed = rows.filter(({ start }) => start !== null);
    if (timed.length > 0) await this.#open.append(timed, this.#options.now());
  }

  /** Hours that are over become segments. `closedBefore`: rows of buckets before this time (in seconds since 1970) hardly come any more. */
  async endHours(closedBefore: number): Promise<void> {
    const hour = hourBefore(closedBefore);
    if (hour > this.#closedBefore) await this.#endHoursBefore(hour);
  }

  /** All hours become segments, the one that is not over as well: it is added to if it goes on. */
  async finish(): Promise<void> {
    await this.#endHoursBefore(Number.POSITIVE_INFINITY);
  }

  close(): void {
    this.#open.close();
    this.#unlock();
  }

  async #endHoursBefore(time: number): Promise<void> {
    const hours = new Set([...this.#open.hours].filter((hour) => hour < time));
    if (hours.size > 0) {
      for (const hour of hours) await this.#endHour(hour);
      await this.#open.leaveOut(hours);
    }
    this.#closedBefore = time;
    await this.#rollUp.run(this.#options.now() / 1000);
  }

  /** What `read` has of a segment; null where it cannot be read: then it is set aside, and what follows goes on without it. */
  async #unlessDamaged<T>(path: string, read: (path: string) => Promise<T | null>): Promise<T | null> {
    try {
      return await read(path);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      renameSync(path, `${path}.damaged`);
      this.setAside.push(path);
      return null;
    }
  }

  /** Adds the rows of an hour to its segment, or to that of its day; does nothing where that has them. */
  async #endHour(hour: number): Promise<void> {
    const { folder, sensor } = this.#options;
    const day = daySegment(folder, sensor, hour - (hour % DAY_SECONDS));
    const dayFacts = await this.#unlessDamaged(day.path, segmentFacts);
    const { path } = dayFacts === null ? hourSegment(folder, sensor, hour) : day;
    const old = await this.#unlessDamaged(path, (file) => SegmentReader.open(file));
    try {
      const { batch: known = 0, rolledUpTo } = old?.facts ?? {};
      const contents = new OpenContents(openFileOf(folder, sensor));
      if (this.#open.last <= known) return;
      const facts = { batch: this.#open.last, ...(rolledUpTo !== undefined && { rolledUpTo }) };
      await writeSegment(path, facts, async (add) => {
        for await (const rows of old?.rows() ?? []) for (const row of rows) add(row);
        for (const { batch, rows } of contents.batches()) {
          if (batch <= known) continue;
          for (const row of rows) {
            if (hourOf(row) === hour) add({ ...rolledUp(row, rolledUpTo ?? row.seconds), sensor });
          }
          await nextTurn();
        }
      });
    } finally {
      old?.close();
    }
  }
}

/** When the last hour begins that is not over at a time. */
function hourBefore(seconds: number): number {
  return seconds - (seconds % HOUR_SECONDS);
}
