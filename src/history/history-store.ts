/**
 * Writes the history of one sensor: each batch of rows is on disk before `append` resolves, and each hour becomes a segment
 * once it is over. A killed process loses at most the batch being written, and nothing counts twice: a segment records up to
 * which batch it contains the rows of its hour.
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

/** Options of a history. */
export interface HistoryOptions {
  readonly folder: string;
  readonly sensor: string;
  readonly keep: Keep;
  /** Returns the current time in milliseconds since 1970. */
  readonly now: () => number;
}

/** Only one process at a time writes the history of a sensor. Whoever opens it must close it. */
export class HistoryStore {
  readonly #options: HistoryOptions;
  readonly #unlock: () => void;
  readonly #open: OpenBuckets;
  readonly #rollUp: RollUp;
  /** Hours before this one are closed, except for late rows. */
  #closedBefore = Number.NEGATIVE_INFINITY;

  private constructor(options: HistoryOptions, unlock: () => void) {
    this.#options = options;
    this.#unlock = unlock;
    this.#open = new OpenBuckets(openFileOf(options.folder, options.sensor));
    this.#rollUp = new RollUp(options.folder, options.sensor, options.keep);
  }

  /**
   * Opens or creates a history: hours that an earlier run left open become segments. Throws file system errors, and
   * `InputError` if another process is writing it.
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

  /** Unreadable segments; each was renamed with the suffix `.damaged`. */
  readonly setAside: string[] = [];

  /** Unreadable lines of earlier runs, caused by disk errors. */
  get damaged(): number {
    return this.#open.damaged;
  }

  /** Adds rows: when it resolves they are on disk; on failure, none of them is. Skips rows without a time. */
  async append(rows: readonly BucketRow[]): Promise<void> {
    const timed = rows.filter(({ start }) => start !== null);
    if (timed.length > 0) await this.#open.append(timed, this.#options.now());
  }

  /**
   * Turns finished hours into segments. `closedBefore`: hardly any more rows are expected for buckets before this time (in
   * seconds since 1970).
   */
  async endHours(closedBefore: number): Promise<void> {
    const hour = hourBefore(closedBefore);
    if (hour > this.#closedBefore) await this.#endHoursBefore(hour);
  }

  /** Turns all hours into segments, including the current one, which is extended if it continues. */
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

  /**
   * Returns the result of `read` for a segment; null if the segment is unreadable: then it is renamed, and the caller
   * continues without it.
   */
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

  /** Adds the rows of an hour to its segment, or to that of its day; does nothing if the segment already contains them. */
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

/** Start of the hour that contains a time. */
function hourBefore(seconds: number): number {
  return seconds - (seconds % HOUR_SECONDS);
}
