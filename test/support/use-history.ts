/** A history in a folder of its own for each test, written by a sensor whose clock the test sets. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import { HistoryStore } from "../../src/history/history-store.ts";
import { DEFAULT_KEEP, type Keep } from "../../src/history/roll-up.ts";
import type { BucketRow } from "../../src/reports/history/bucket-row.ts";
import { historyFolder } from "./history-rows.ts";

export const HOUR = 3600;
export const DAY = 86_400;
/** 2026-11-30T00:00:00Z */
export const MIDNIGHT = Date.UTC(2026, 10, 30) / 1000;

/** `begin`: what the clock says when a test begins, seconds since 1970. */
export function useHistory(begin: number) {
  const history = {
    folder: "",
    /** Seconds since 1970. */
    now: begin,
    open(keep: Keep = DEFAULT_KEEP, sensor = "lab"): Promise<HistoryStore> {
      return HistoryStore.open({ folder: history.folder, sensor, keep, now: () => history.now * 1000 });
    },
    /** Appends as `live` does: what is over by then becomes segments. */
    async tell(store: HistoryStore, rows: readonly BucketRow[], at: number): Promise<void> {
      history.now = at;
      await store.append(rows);
      await store.endHours(at);
    },
    filesOf(day: string): string[] {
      return readdirSync(join(history.folder, `day=${day}`)).sort();
    },
  };
  let remove = () => {};
  beforeEach(() => {
    const made = historyFolder();
    history.folder = made.folder;
    remove = made.remove;
    history.now = begin;
  });
  afterEach(() => remove());
  return history;
}

/** Bytes sent by start of the bucket. */
export function sentBytes(rows: readonly BucketRow[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const row of rows) sums[String(row.start)] = (sums[String(row.start)] ?? 0) + row.sentBytes;
  return sums;
}
