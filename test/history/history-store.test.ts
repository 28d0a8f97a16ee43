/** What a sensor writes is there, once, whenever it is killed (docs/history.md). */
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openFileOf } from "../../src/history/history-folder.ts";
import { HistoryStore } from "../../src/history/history-store.ts";
import { DEFAULT_KEEP, type Keep } from "../../src/history/roll-up.ts";
import { segmentFacts } from "../../src/history/segment-file.ts";
import type { BucketRow } from "../../src/reports/history/bucket-row.ts";
import { allRows, bucketRow, historyFolder, segmentRows } from "../support/history-rows.ts";

const HOUR = 3600;
const DAY = 86_400;
/** 2026-11-30T00:00:00Z */
const MIDNIGHT = Date.UTC(2026, 10, 30) / 1000;

let folder: string;
let remove: () => void;
let now = MIDNIGHT;
beforeEach(() => {
  ({ folder, remove } = historyFolder());
  now = MIDNIGHT + 9 * HOUR;
});
afterEach(() => remove());

function open(keep: Keep = DEFAULT_KEEP, sensor = "lab"): Promise<HistoryStore> {
  return HistoryStore.open({ folder, sensor, keep, now: () => now * 1000 });
}

/** Appends as `live` does: what is over by then becomes segments. */
async function tell(store: HistoryStore, rows: readonly BucketRow[], at: number): Promise<void> {
  now = at;
  await store.append(rows);
  await store.endHours(at);
}

function filesOf(day: string): string[] {
  return readdirSync(join(folder, `day=${day}`)).sort();
}

/** Bytes sent by start of the bucket. */
function sent(rows: readonly BucketRow[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { start, sentBytes } of rows) sums[String(start)] = (sums[String(start)] ?? 0) + sentBytes;
  return sums;
}

const NINE = MIDNIGHT + 9 * HOUR;

describe("a history that a sensor writes", () => {
  it("has rows in the open file at once, and in a segment when their hour is over", async () => {
    const store = await open();
    await tell(store, [bucketRow(NINE, { sentBytes: 5 })], NINE + 70);
    expect(sent(await allRows(folder))).toEqual({ [NINE]: 5 });
    expect(await segmentRows(folder)).toEqual([]);
    await tell(store, [bucketRow(NINE + HOUR, { sentBytes: 7 })], NINE + HOUR + 70);
    expect(filesOf("2026-11-30")).toEqual(["lab-09.parquet"]);
    expect(await segmentRows(folder)).toEqual([{ ...bucketRow(NINE, { sentBytes: 5 }), sensor: "lab" }]);
    expect(sent(await allRows(folder))).toEqual({ [NINE]: 5, [NINE + HOUR]: 7 });
    await store.finish();
    store.close();
    expect(filesOf("2026-11-30")).toEqual(["lab-09.parquet", "lab-10.parquet"]);
    expect(sent(await segmentRows(folder))).toEqual({ [NINE]: 5, [NINE + HOUR]: 7 });
  });

  it("drops a last line that was not finished, and goes on behind it", async () => {
    const store = await open();
    await tell(store, [bucketRow(NINE, { sentBytes: 5 })], NINE + 70);
    store.close();
    appendFileSync(openFileOf(folder, "lab"), '{"batch":9999999999999,"rows":[{"start":1764');
    expect(sent(await allRows(folder))).toEqual({ [NINE]: 5 });
    const again = await open();
    expect(again.damaged).toBe(0);
    await tell(again, [bucketRow(NINE + 60, { sentBytes: 7 })], NINE + 130);
    again.close();
    expect(sent(await allRows(folder))).toEqual({ [NINE]: 5, [NINE + 60]: 7 });
  });

  it("says that a line in the middle cannot be read, and keeps the others", async () => {
    const store = await open();
    for (const minute of [0, 1, 2])
      await tell(store, [bucketRow(NINE + 60 * minute, { sentBytes: 1 })], NINE + 60 * minute + 70);
    store.close();
    const file = openFileOf(folder, "lab");
    const [first, , third] = readFileSync(file, "utf8").split("\n");
    writeFileSync(file, `${first}\n{"batch":"\n${third}\n`);
    const again = await open();
    expect(again.damaged).toBe(1);
    again.close();
    expect(sent(await allRows(folder))).toEqual({ [NINE]: 1, [NINE + 120]: 1 });
  });

  it("closes at its begin the hours that an earlier run left open", async () => {
    const store = await open();
    await tell(store, [bucketRow(NINE, { sentBytes: 5 })], NINE + 70);
    store.close();
    now = NINE + 3 * HOUR;
    (await open()).close();
    expect(filesOf("2026-11-30")).toEqual(["lab-09.parquet"]);
    expect(sent(await allRows(folder))).toEqual({ [NINE]: 5 });
  });

  it("counts nothing twice where it was killed between a segment and the open file", async () => {
    const store = await open();
    await tell(store, [bucketRow(NINE, { sentBytes: 5 })], NINE + 70);
    const file = openFileOf(folder, "lab");
    copyFileSync(file, `${file}.before`);
    await tell(store, [], NINE + HOUR + 70);
    store.close();
    copyFileSync(`${file}.before`, file);
    expect(sent(await allRows(folder))).toEqual({ [NINE]: 5 });
    const again = await open();
    expect(sent(await allRows(folder))).toEqual({ [NINE]: 5 });
    // What comes late for that hour is added.
    await tell(again, [bucketRow(NINE + 60, { sentBytes: 7 })], NINE + HOUR + 130);
    await again.finish();
    again.close();
    expect(sent(await segmentRows(folder))).toEqual({ [NINE]: 5, [NINE + 60]: 7 });
  });

  it("adds late rows to a segment, and the rest of an hour that was closed early", async () => {
    const store = await open();
    await tell(store, [bucketRow(NINE, { sentBytes: 5 })], NINE + 70);
    await store.finish();
    await tell(
      store,
      [bucketRow(NINE + 60, { sentBytes: 7 }), bucketRow(NINE - HOUR, { sentBytes: 2 })],
      NINE + 130,
    );
    await store.finish();
    store.close();
    expect(sent(await segmentRows(folder))).toEqual({ [NINE - HOUR]: 2, [NINE]: 5, [NINE + 60]: 7 });
    expect(filesOf("2026-11-30")).toEqual(["lab-08.parquet", "lab-09.parquet"]);
  });

  it("goes on where the clock was set back", async () => {
    const store = await open();
    await tell(store, [bucketRow(NINE, { sentBytes: 5 })], NINE + HOUR + 70);
    now = NINE - DAY;
    await store.append([bucketRow(NINE + 60, { sentBytes: 7 })]);
    await store.finish();
    store.close();
    const again = await open();
    await again.append([bucketRow(NINE + 120, { sentBytes: 9 })]);
    await again.finish();
    again.close();
    expect(sent(await segmentRows(folder))).toEqual({ [NINE]: 5, [NINE + 60]: 7, [NINE + 120]: 9 });
  });

  it("leaves out rows without a time", async () => {
    const store = await open();
    await tell(store, [bucketRow(null, { sentBytes: 5 })], NINE + 70);
    await store.finish();
    store.close();
    expect(await allRows(folder)).toEqual([]);
  });

  it("keeps several sensors in one folder apart", async () => {
    const one = await open();
    const other = await open(DEFAULT_KEEP, "lab-2.west");
    await tell(one, [bucketRow(NINE, { sentBytes: 5 })], NINE + HOUR + 70);
    await tell(other, [bucketRow(NINE, { sentBytes: 7 })], NINE + HOUR + 70);
    one.close();
    other.close();
    expect(filesOf("2026-11-30")).toEqual(["lab-09.parquet", "lab-2.west-09.parquet"]);
    expect((await segmentRows(folder)).map((row) => [row.sensor, row.sentBytes])).toEqual([
      ["lab", 5],
      ["lab-2.west", 7],
    ]);
  });

  it("writes through no link that somebody has put in its place", async () => {
    mkdirSync(folder, { recursive: true });
    const other = join(folder, "other");
    writeFileSync(other, "not a history\n");
    symlinkSync(other, openFileOf(folder, "lab"));
    await expect(open()).rejects.toMatchObject({ code: "ELOOP" });
    expect(readFileSync(other, "utf8")).toBe("not a history\n");
  });

  it("is written by one process at a time", async () => {
    const store = await open();
    await expect(open()).rejects.toThrow("another process writes the history of lab");
    store.close();
    (await open()).close();
  });

  it("removes what a killed process has left half written, when nobody can be at it any more", async () => {
    const day = join(folder, "day=2026-11-30");
    mkdirSync(day, { recursive: true });
    const names = ["old", "new"].map((_, i) => join(day, `.appleflow-${String(i).repeat(16)}.tmp`));
    for (const name of names) writeFileSync(name, "");
    utimesSync(names[0], now - 2 * DAY, now - 2 * DAY);
    utimesSync(names[1], now - HOUR, now - HOUR);
    (await open()).close();
    expect(readdirSync(day)).toEqual([`.appleflow-${"1".repeat(16)}.tmp`]);
  });
});

describe("the roll-up of a history", () => {
  const KEEP: Keep = { minutes: 2, hours: 5, days: 8 };
  beforeEach(() => {
    now = MIDNIGHT;
  });

  /** Two devices, two minutes of each of the first three hours of a day. */
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
      await tell(store, rows, start + HOUR + 10);
    }
  }

  it("makes hours of minutes, then days of hours, then nothing; sums stay", async () => {
    const store = await open(KEEP);
    for (let day = 0; day < 10; day++) await tellDay(store, MIDNIGHT + day * DAY);
    store.close();
    const rows = await allRows(folder);
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
    // It is past three on the tenth day.
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
    expect(filesOf("2026-12-01")).toEqual(["lab-day.parquet"]);
    expect(filesOf("2026-12-04")).toEqual(["lab-00.parquet", "lab-01.parquet", "lab-02.parquet"]);
  });

  it("takes a day for its hours where it was killed before they were removed", async () => {
    const store = await open(KEEP);
    await tellDay(store, MIDNIGHT);
    const day = join(folder, "day=2026-11-30");
    const hours = filesOf("2026-11-30");
    for (const name of hours) copyFileSync(join(day, name), join(folder, `${name}.before`));
    await tell(store, [], MIDNIGHT + 7 * DAY);
    store.close();
    for (const name of hours) copyFileSync(join(folder, `${name}.before`), join(day, name));
    expect((await allRows(folder)).reduce((sum, { sentBytes }) => sum + sentBytes, 0)).toBe(12);
    (await open(KEEP)).close();
    expect(filesOf("2026-11-30")).toEqual(["lab-day.parquet"]);
  });

  it("adds what comes late to the day, in its buckets", async () => {
    const store = await open(KEEP);
    await tellDay(store, MIDNIGHT);
    await tell(store, [], MIDNIGHT + 7 * DAY);
    await tell(
      store,
      [bucketRow(MIDNIGHT + HOUR, { deviceId: "a", sentBytes: 10 })],
      MIDNIGHT + 7 * DAY + HOUR,
    );
    store.close();
    expect(filesOf("2026-11-30")).toEqual(["lab-day.parquet"]);
    expect(sent(await segmentRows(folder))).toEqual({ [MIDNIGHT]: 22 });
    expect((await segmentFacts(join(folder, "day=2026-11-30", "lab-day.parquet")))?.rolledUpTo).toBe(DAY);
  });

  it("leaves other sensors and imports as they are", async () => {
    const other = await open({ minutes: 1000, hours: 1000, days: null }, "other");
    await tellDay(other, MIDNIGHT);
    other.close();
    const store = await open(KEEP);
    await tell(store, [], MIDNIGHT + 30 * DAY);
    store.close();
    expect((await segmentRows(folder)).map(({ seconds }) => seconds)).toEqual(new Array(12).fill(60));
  });
});
