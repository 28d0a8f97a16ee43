/** Everything that a sensor writes is stored once, whenever it is killed (docs/history.md). */
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
import { DEFAULT_KEEP } from "../../src/history/roll-up.ts";
import { allRows, bucketRow, segmentRows } from "../support/history-rows.ts";
import { sentByStart, ToldHistory } from "../support/told-history.ts";

const HOUR = 3600;
const DAY = 86_400;
/** 2026-11-30T00:00:00Z */
const MIDNIGHT = Date.UTC(2026, 10, 30) / 1000;

let history: ToldHistory;
beforeEach(() => {
  history = new ToldHistory(MIDNIGHT + 9 * HOUR);
});
afterEach(() => history.remove());

const NINE = MIDNIGHT + 9 * HOUR;

describe("a history written by a sensor", () => {
  it("has rows in the open file at once, and in a segment after the end of their hour", async () => {
    const store = await history.open();
    await history.tell(store, [bucketRow(NINE, { sentBytes: 5 })], NINE + 70);
    expect(sentByStart(await allRows(history.folder))).toEqual({ [NINE]: 5 });
    expect(await segmentRows(history.folder)).toEqual([]);
    await history.tell(store, [bucketRow(NINE + HOUR, { sentBytes: 7 })], NINE + HOUR + 70);
    expect(history.filesOf("2026-11-30")).toEqual(["lab-09.parquet"]);
    expect(await segmentRows(history.folder)).toEqual([
      { ...bucketRow(NINE, { sentBytes: 5 }), sensor: "lab" },
    ]);
    expect(sentByStart(await allRows(history.folder))).toEqual({ [NINE]: 5, [NINE + HOUR]: 7 });
    await store.finish();
    store.close();
    expect(history.filesOf("2026-11-30")).toEqual(["lab-09.parquet", "lab-10.parquet"]);
    expect(sentByStart(await segmentRows(history.folder))).toEqual({ [NINE]: 5, [NINE + HOUR]: 7 });
  });

  it("drops an incomplete last line, and continues after it", async () => {
    const store = await history.open();
    await history.tell(store, [bucketRow(NINE, { sentBytes: 5 })], NINE + 70);
    store.close();
    appendFileSync(openFileOf(history.folder, "lab"), '{"batch":9999999999999,"rows":[{"start":1764');
    expect(sentByStart(await allRows(history.folder))).toEqual({ [NINE]: 5 });
    const again = await history.open();
    expect(again.damaged).toBe(0);
    await history.tell(again, [bucketRow(NINE + 60, { sentBytes: 7 })], NINE + 130);
    again.close();
    expect(sentByStart(await allRows(history.folder))).toEqual({ [NINE]: 5, [NINE + 60]: 7 });
  });

  it("reports an unreadable line in the middle, and keeps the others", async () => {
    const store = await history.open();
    for (const minute of [0, 1, 2])
      await history.tell(store, [bucketRow(NINE + 60 * minute, { sentBytes: 1 })], NINE + 60 * minute + 70);
    store.close();
    const file = openFileOf(history.folder, "lab");
    const [first, , third] = readFileSync(file, "utf8").split("\n");
    writeFileSync(file, `${first}\n{"batch":"\n${third}\n`);
    const again = await history.open();
    expect(again.damaged).toBe(1);
    again.close();
    expect(sentByStart(await allRows(history.folder))).toEqual({ [NINE]: 1, [NINE + 120]: 1 });
  });

  it("closes hours left open by an earlier run when it is opened", async () => {
    const store = await history.open();
    await history.tell(store, [bucketRow(NINE, { sentBytes: 5 })], NINE + 70);
    store.close();
    history.now = NINE + 3 * HOUR;
    (await history.open()).close();
    expect(history.filesOf("2026-11-30")).toEqual(["lab-09.parquet"]);
    expect(sentByStart(await allRows(history.folder))).toEqual({ [NINE]: 5 });
  });

  it("counts nothing twice after a kill between writing a segment and the open file", async () => {
    const store = await history.open();
    await history.tell(store, [bucketRow(NINE, { sentBytes: 5 })], NINE + 70);
    const file = openFileOf(history.folder, "lab");
    copyFileSync(file, `${file}.before`);
    await history.tell(store, [], NINE + HOUR + 70);
    store.close();
    copyFileSync(`${file}.before`, file);
    expect(sentByStart(await allRows(history.folder))).toEqual({ [NINE]: 5 });
    const again = await history.open();
    expect(sentByStart(await allRows(history.folder))).toEqual({ [NINE]: 5 });
    // Late rows for that hour are added.
    await history.tell(again, [bucketRow(NINE + 60, { sentBytes: 7 })], NINE + HOUR + 130);
    await again.finish();
    again.close();
    expect(sentByStart(await segmentRows(history.folder))).toEqual({ [NINE]: 5, [NINE + 60]: 7 });
  });

  it("adds late rows to a segment, and the rest of an hour that was closed early", async () => {
    const store = await history.open();
    await history.tell(store, [bucketRow(NINE, { sentBytes: 5 })], NINE + 70);
    await store.finish();
    await history.tell(
      store,
      [bucketRow(NINE + 60, { sentBytes: 7 }), bucketRow(NINE - HOUR, { sentBytes: 2 })],
      NINE + 130,
    );
    await store.finish();
    store.close();
    expect(sentByStart(await segmentRows(history.folder))).toEqual({
      [NINE - HOUR]: 2,
      [NINE]: 5,
      [NINE + 60]: 7,
    });
    expect(history.filesOf("2026-11-30")).toEqual(["lab-08.parquet", "lab-09.parquet"]);
  });

  it("continues after the clock was set back", async () => {
    const store = await history.open();
    await history.tell(store, [bucketRow(NINE, { sentBytes: 5 })], NINE + HOUR + 70);
    history.now = NINE - DAY;
    await store.append([bucketRow(NINE + 60, { sentBytes: 7 })]);
    await store.finish();
    store.close();
    const again = await history.open();
    await again.append([bucketRow(NINE + 120, { sentBytes: 9 })]);
    await again.finish();
    again.close();
    expect(sentByStart(await segmentRows(history.folder))).toEqual({
      [NINE]: 5,
      [NINE + 60]: 7,
      [NINE + 120]: 9,
    });
  });

  it("leaves out rows without a time", async () => {
    const store = await history.open();
    await history.tell(store, [bucketRow(null, { sentBytes: 5 })], NINE + 70);
    await store.finish();
    store.close();
    expect(await allRows(history.folder)).toEqual([]);
  });

  it("keeps several sensors in one folder apart", async () => {
    const one = await history.open();
    const other = await history.open(DEFAULT_KEEP, "lab-2.west");
    await history.tell(one, [bucketRow(NINE, { sentBytes: 5 })], NINE + HOUR + 70);
    await history.tell(other, [bucketRow(NINE, { sentBytes: 7 })], NINE + HOUR + 70);
    one.close();
    other.close();
    expect(history.filesOf("2026-11-30")).toEqual(["lab-09.parquet", "lab-2.west-09.parquet"]);
    expect((await segmentRows(history.folder)).map((row) => [row.sensor, row.sentBytes])).toEqual([
      ["lab", 5],
      ["lab-2.west", 7],
    ]);
  });

  it("never writes through a symbolic link in its place", async () => {
    mkdirSync(history.folder, { recursive: true });
    const other = join(history.folder, "other");
    writeFileSync(other, "not a history\n");
    symlinkSync(other, openFileOf(history.folder, "lab"));
    await expect(history.open()).rejects.toMatchObject({ code: "ELOOP" });
    expect(readFileSync(other, "utf8")).toBe("not a history\n");
  });

  it("is written by one process at a time", async () => {
    const store = await history.open();
    await expect(history.open()).rejects.toThrow("another process is writing the history of lab");
    store.close();
    (await history.open()).close();
  });

  it("removes incomplete files of a killed process once they are old enough", async () => {
    const day = join(history.folder, "day=2026-11-30");
    mkdirSync(day, { recursive: true });
    const names = ["old", "new"].map((_, i) => join(day, `.appleflow-${String(i).repeat(16)}.tmp`));
    for (const name of names) writeFileSync(name, "");
    utimesSync(names[0], history.now - 2 * DAY, history.now - 2 * DAY);
    utimesSync(names[1], history.now - HOUR, history.now - HOUR);
    (await history.open()).close();
    expect(readdirSync(day)).toEqual([`.appleflow-${"1".repeat(16)}.tmp`]);
  });
});
