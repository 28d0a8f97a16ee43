/** A history written by a test as `live` does, on its own clock. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { HistoryStore } from "../../src/history/history-store.ts";
import { DEFAULT_KEEP, type Keep } from "../../src/history/roll-up.ts";
import type { BucketRow } from "../../src/reports/history/bucket-row.ts";
import { historyFolder } from "./history-rows.ts";

export class ToldHistory {
  /** Seconds since 1970. */
  now: number;
  readonly folder: string;
  readonly remove: () => void;

  constructor(now: number) {
    this.now = now;
    ({ folder: this.folder, remove: this.remove } = historyFolder());
  }

  open(keep: Keep = DEFAULT_KEEP, sensor = "lab"): Promise<HistoryStore> {
    return HistoryStore.open({ folder: this.folder, sensor, keep, now: () => this.now * 1000 });
  }

  /** Appends rows at a time: hours that have ended become segments. */
  async tell(store: HistoryStore, rows: readonly BucketRow[], at: number): Promise<void> {
    this.now = at;
    await store.append(rows);
    await store.endHours(at);
  }

  /** Returns the files of a day, such as 2026-11-30. */
  filesOf(day: string): string[] {
    return readdirSync(join(this.folder, `day=${day}`)).sort();
  }
}

/** Returns sent bytes by bucket start. */
export function sentByStart(rows: readonly BucketRow[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { start, sentBytes } of rows) sums[String(start)] = (sums[String(start)] ?? 0) + sentBytes;
  return sums;
}
