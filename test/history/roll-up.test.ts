/** Older parts of a history are kept in larger buckets; nothing is lost or counted twice in the process (docs/history.md). */
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { HistoryStore } from "../../src/history/history-store.ts";
import type { Keep } from "../../src/history/roll-up.ts";
import { segmentFacts } from "../../src/history/segment-file.ts";
import { allRows, bucketRow, segmentRows } from "../support/history-rows.ts";
import { sentByStart, ToldHistory } from "../support/told-history.ts";

const HOUR = 3600;
const DAY = 86_400;
/** 2026-11-30T00:00:00Z */
const MIDNIGHT = Date.UTC(2026, 10, 30) / 1000;

let history: ToldHistory;
beforeEach(() => {
  history = new ToldHistory(MIDNIGHT);
});
afterEach(() => history.remove());

describe("the roll-up of a history", () => {
  const KEEP: Keep = { minutes: 2, hours: 5, days: 8 };

  /** Two devices with two minutes in each of the first three hours of a day. */
  async function tellDay(store: HistoryStore, midnight: number): Promise<void> {
    for (const hour of [0, 1, 2]) {
      const start = midnight + hour * HOUR;
      const rows = [0, 60].flatMap((offset) =>
        ["a", "b"].map((deviceId) =>
          bucketRow(start + offset, {
            deviceId,
            sentBytes: 1,
            receivedBytes: 2,
            sentPackets: 3,
            receivedPackets: 4,
            flows: 5,
          }),
        ),
      );
      await history.tell(store, rows, start + HOUR + 10);
    }
  }

  it("turns minutes into hours, then hours into days, then deletes them; sums are kept", async () => {
    const store = await history.open(KEEP);
    for (let day = 0; day < 10; day++) await tellDay(store, MIDNIGHT + day * DAY);
    store.close();
    const rows = await allRows(history.folder);
    const days = new Map<
      number,
      { readonly seconds: Set<number>; bytes: number; flows: number; rows: number }
    >();
    for (const { start, seconds, sentBytes, flows } of rows) {
      const day = Math.floor(((start ?? 0) - MIDNIGHT) / DAY);
      const known = days.get(day) ?? { seconds: new Set<number>(), bytes: 0, flows: 0, rows: 0 };
      days.set(day, known);
      known.seconds.add(seconds);
      known.bytes += sentBytes;
      known.flows += flows;
      known.rows++;
    }
    // It is after three o'clock on the tenth day.
    expect(Object.fromEntries([...days].map(([day, one]) => [day, [[...one.seconds], one.rows]]))).toEqual({
      1: [[DAY], 2],
      2: [[DAY], 2],
      3: [[DAY], 2],
      4: [[HOUR], 6],
      5: [[HOUR], 6],
      6: [[HOUR], 6],
      7: [[HOUR], 6],
      8: [[60], 12],
      9: [[60], 12],
    });
    for (const one of days.values()) expect([one.bytes, one.flows]).toEqual([12, 60]);
    expect(history.filesOf("2026-12-01")).toEqual(["lab-day.parquet"]);
    expect(history.filesOf("2026-12-04")).toEqual(["lab-00.parquet", "lab-01.parquet", "lab-02.parquet"]);
  });

  it("counts the day instead of its hours after a kill before they were removed", async () => {
    const store = await history.open(KEEP);
    await tellDay(store, MIDNIGHT);
    const day = join(history.folder, "day=2026-11-30");
    const hours = history.filesOf("2026-11-30");
    for (const name of hours) copyFileSync(join(day, name), join(history.folder, `${name}.before`));
    await history.tell(store, [], MIDNIGHT + 7 * DAY);
    store.close();
    for (const name of hours) copyFileSync(join(history.folder, `${name}.before`), join(day, name));
    expect((await allRows(history.folder)).reduce((sum, { sentBytes }) => sum + sentBytes, 0)).toBe(12);
    (await history.open(KEEP)).close();
    expect(history.filesOf("2026-11-30")).toEqual(["lab-day.parquet"]);
  });

  it("adds late rows to the buckets of the day", async () => {
    const store = await history.open(KEEP);
    await tellDay(store, MIDNIGHT);
    await history.tell(store, [], MIDNIGHT + 7 * DAY);
    await history.tell(
      store,
      [bucketRow(MIDNIGHT + HOUR, { deviceId: "a", sentBytes: 10 })],
      MIDNIGHT + 7 * DAY + HOUR,
    );
    store.close();
    expect(history.filesOf("2026-11-30")).toEqual(["lab-day.parquet"]);
    expect(sentByStart(await segmentRows(history.folder))).toEqual({ [MIDNIGHT]: 22 });
    expect((await segmentFacts(join(history.folder, "day=2026-11-30", "lab-day.parquet")))?.rolledUpTo).toBe(
      DAY,
    );
  });

  it("leaves other sensors and imports unchanged", async () => {
    const other = await history.open({ minutes: 1000, hours: 1000, days: null }, "other");
    await tellDay(other, MIDNIGHT);
    other.close();
    const store = await history.open(KEEP);
    await history.tell(store, [], MIDNIGHT + 30 * DAY);
    store.close();
    expect((await segmentRows(history.folder)).map(({ seconds }) => seconds)).toEqual(new Array(12).fill(60));
  });
});
