/** The history that `live` writes: problems are reported once and counted, and do not stop monitoring. */
import type { HistorySink } from "../../engine/history-sink.ts";
import { InputError, reasonOf, systemErrorCode } from "../../errors.ts";
import { type HistoryOptions, HistoryStore } from "../../history/history-store.ts";
import type { BucketRow } from "../../reports/history/bucket-row.ts";
import { HISTORY_BUCKET_SECONDS } from "../history-options.ts";

export class LiveHistory implements HistorySink {
  readonly bucketSeconds = HISTORY_BUCKET_SECONDS;
  /** Buckets that were not saved. */
  lostBuckets = 0;
  /** Whether everything that was saved is in its final segment. */
  isInPlace = true;
  readonly #folder: string;
  readonly #store: HistoryStore;
  readonly #onTrouble: (message: string) => void;
  /** The last reported problem; null: none. */
  #trouble: string | null = null;

  private constructor(folder: string, store: HistoryStore, onTrouble: (message: string) => void) {
    this.#folder = folder;
    this.#store = store;
    this.#onTrouble = onTrouble;
  }

  /** Starts a history or continues one. Throws `InputError` `cannot_write`. */
  static async open(options: HistoryOptions, onTrouble: (message: string) => void): Promise<LiveHistory> {
    const { folder } = options;
    try {
      const store = await HistoryStore.open(options);
      if (store.damaged > 0) onTrouble(`${folder}: ${store.damaged} lines of an earlier run cannot be read`);
      for (const path of store.setAside) onTrouble(`${path}: cannot be read; renamed to ${path}.damaged`);
      return new LiveHistory(folder, store, onTrouble);
    } catch (cause) {
      if (systemErrorCode(cause) === undefined || cause instanceof InputError) throw cause;
      throw new InputError("cannot_write", `${folder}: ${reasonOf(cause)}`, { source: folder }, cause);
    }
  }

  async write(rows: readonly BucketRow[], closedBefore: number): Promise<void> {
    const isKept = await this.#try("minutes are not saved", () => this.#store.append(rows));
    if (!isKept) this.lostBuckets += new Set(rows.map(({ start }) => start)).size;
    const isEnded = await this.#try("hours are not closed", () => this.#store.endHours(closedBefore));
    if (isKept && isEnded) this.#trouble = null;
  }

  /** Closes the remaining hours. Nothing is written afterwards. */
  async close(): Promise<void> {
    this.isInPlace = await this.#try("its last hours are not closed", () => this.#store.finish());
    this.#store.close();
  }

  /** Returns whether it succeeded. Rethrows errors that are not of the file system. */
  async #try(what: string, action: () => Promise<void>): Promise<boolean> {
    try {
      await action();
      return true;
    } catch (error) {
      if (systemErrorCode(error) === undefined) throw error;
      const trouble = `${this.#folder}: ${reasonOf(error)}: ${what}`;
      if (this.#trouble !== trouble) this.#onTrouble(trouble);
      this.#trouble = trouble;
      return false;
    }
  }
}
