/** Answers of a history (docs/contract.md, "History"), by DuckDB over segments and the open file. */
import { copyFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { askHistory } from "../../src/history/ask-history.ts";
import { openFileOf } from "../../src/history/history-folder.ts";
import { HistoryStore } from "../../src/history/history-store.ts";
import { DEFAULT_KEEP } from "../../src/history/roll-up.ts";
import type { BucketRow } from "../../src/reports/history/bucket-row.ts";
import {
  type HistoryAnswer,
  type HistoryQuestion,
  WHOLE_HISTORY,
} from "../../src/reports/history/history-report.ts";
import { bucketRow, historyFolder } from "../support/history-rows.ts";

const HOUR = 3600;
/** 2026-11-30T09:00:00Z */
const NINE = Date.UTC(2026, 10, 30, 9) / 1000;

let folder: string;
let remove: () => void;
beforeEach(() => {
  ({ folder, remove } = historyFolder());
});
afterEach(() => remove());

/** Writes rows: those of earlier hours go into segments, those of the last hour stay in the open file. */
async function write(rows: readonly BucketRow[], place = folder, sensor = "lab"): Promise<void> {
  const times = rows.map(({ start }) => start ?? 0);
  const first = Math.min(...times);
  const store = await HistoryStore.open({
    folder: place,
    sensor,
    keep: DEFAULT_KEEP,
    now: () => first * 1000,
  });
  await store.append(rows);
  await store.endHours(Math.max(...times));
  store.close();
}

function ask(question: Partial<HistoryQuestion> = {}, place = folder): Promise<HistoryAnswer> {
  return askHistory(place, {
    ...WHOLE_HISTORY,
    by: "product",
    everySeconds: HOUR,
    ...question,
  });
}

/** The rows of an iPhone's end and of the other end, as a collector has them. */
function exchange(
  start: number,
  deviceId: string,
  up: number,
  down: number,
  fields: Partial<BucketRow> = {},
): BucketRow[] {
  const own = { deviceId, deviceName: `name of ${deviceId}`, deviceAddress: "10.0.0.7", flows: 1 };
  return [
    bucketRow(start, {
      ...own,
      sentBytes: up,
      receivedBytes: down,
      sentPackets: 1,
      receivedPackets: 2,
      ...fields,
    }),
    bucketRow(start, {
      ...fields,
      ...{ party: "outside", deviceId: null, deviceName: null, deviceAddress: null },
      ...{ sentBytes: down, receivedBytes: up, sentPackets: 2, receivedPackets: 1 },
    }),
  ];
}

describe("a query of a history", () => {
  it("counts each byte once by product, and by device what each end sent and received", async () => {
    await write([
      ...exchange(NINE, "a", 10, 100),
      ...exchange(NINE + 60, "b", 1, 2, {
        groupId: "g1",
        products: ["iCloud", "Find My"],
        families: ["iCloud"],
      }),
      ...exchange(NINE + HOUR, "a", 20, 200),
    ]);
    const products = await ask();
    expect(products).toMatchObject({ start: NINE, end: NINE + HOUR + 60, sensors: ["lab"] });
    const shown = products.cells.map(({ products: names, start, bytes, sent, received, packets, flows }) => [
      ...[names.join(), (start - NINE) / HOUR],
      ...[bytes, sent, received, packets, flows],
    ]);
    expect(shown.sort()).toEqual([
      ["Maps", 0, 110, 10, 100, 3, 1],
      ["Maps", 1, 220, 20, 200, 3, 1],
      ["iCloud,Find My", 0, 3, 1, 2, 3, 1],
    ]);
    const devices = await ask({ by: "device", everySeconds: 86_400 });
    // Segments and the open file are separate: cells add up.
    const sums = new Map<string | null, number[]>();
    for (const { deviceId, party, bytes, sent, received } of devices.cells) {
      const end = deviceId ?? party;
      const sum = sums.get(end) ?? [0, 0, 0];
      sums.set(end, [sum[0] + bytes, sum[1] + sent, sum[2] + received]);
    }
    const ends = [...sums].map(([end, sum]) => [end, ...sum]);
    expect(ends.sort()).toEqual([
      ["a", 330, 30, 300],
      ["b", 3, 1, 2],
      ["outside", 333, 302, 31],
    ]);
  });

  it("can select a device by name in any case, id or address, and a product", async () => {
    await write([
      ...exchange(NINE, "a", 10, 100),
      ...exchange(NINE, "b", 1, 2, { groupId: "g1", deviceAddress: "10.0.0.8", products: ["iCloud"] }),
    ]);
    for (const device of ["a", "NAME of a", "10.0.0.7"]) {
      const { cells } = await ask({ device });
      expect(cells.map(({ products, bytes }) => [products, bytes])).toEqual([[["Maps"], 110]]);
    }
    const { cells } = await ask({ by: "device", product: "iCloud" });
    expect(cells.map(({ deviceId }) => deviceId).sort()).toEqual(["b", null]);
    expect((await ask({ device: "c" })).cells).toEqual([]);
    expect(await ask({ product: "Siri" })).toMatchObject({ cells: [], start: null, end: null });
  });

  it("passes user input as a value, never as part of the SQL statement", async () => {
    const name = `Anna's "phone"'; DROP TABLE rows; --`;
    await write(
      exchange(NINE, "a", 10, 100, { deviceName: name, products: ["it's"], families: ["$1 ' OR 1=1"] }),
    );
    const { cells } = await ask({ by: "device", device: name });
    expect(cells.map(({ deviceName }) => deviceName)).toEqual([name]);
    for (const device of ["' OR '1'='1", "x') OR (1=1", "%", "_"])
      expect((await ask({ device })).cells).toEqual([]);
    expect((await ask({ product: "it's" })).cells).toMatchObject([{ families: ["$1 ' OR 1=1"] }]);
  });

  it("reads a folder with any name", async () => {
    const place = join(folder, 'it\'s [a-z]*? {x} "history" $1 ü');
    await write([...exchange(NINE, "a", 10, 100), ...exchange(NINE + 2 * HOUR, "a", 1, 1)], place);
    await write(exchange(NINE, "b", 7, 7), join(folder, "it's a"));
    const { cells } = await ask({ by: "device" }, place);
    expect(new Set(cells.map(({ deviceId }) => deviceId))).toEqual(new Set(["a", null]));
    expect(cells.reduce((sum, { sent }) => sum + sent, 0)).toBe(112);
  });

  it("counts nothing twice while an hour becomes a segment", async () => {
    await write(exchange(NINE, "a", 10, 100));
    const file = openFileOf(folder, "lab");
    copyFileSync(file, join(dirname(folder), "before"));
    const store = await HistoryStore.open({
      folder,
      sensor: "lab",
      keep: DEFAULT_KEEP,
      now: () => NINE * 1000,
    });
    await store.finish();
    copyFileSync(join(dirname(folder), "before"), file);
    expect((await ask()).cells).toMatchObject([{ bytes: 110 }]);
    store.close();
  });

  it("reaches back as far as requested", async () => {
    await write([0, 24, 48].flatMap((hours) => exchange(NINE + hours * HOUR, "a", 1, hours)));
    const { cells, start } = await ask({ from: NINE + 24 * HOUR });
    expect(start).toBe(NINE + 24 * HOUR);
    expect(cells.map(({ received }) => received).sort()).toEqual([24, 48]);
  });

  it("selects the buckets that begin before its end", async () => {
    await write([0, 1, 24, 48].flatMap((hours) => exchange(NINE + hours * HOUR, "a", 1, hours)));
    const { cells, start, end } = await ask({ from: NINE + HOUR, to: NINE + 48 * HOUR });
    expect([start, end]).toEqual([NINE + HOUR, NINE + 25 * HOUR]);
    expect(cells.map(({ received }) => received).sort()).toEqual([1, 24]);
    // A bucket counts at its beginning, even if part of it is later.
    expect((await ask({ from: NINE + HOUR, to: NINE + HOUR + 1 })).cells).toMatchObject([{ received: 1 }]);
    expect(await ask({ to: NINE })).toMatchObject({ cells: [], sensors: [], start: null });
    expect((await ask({ from: 9_999_999_999 })).cells).toEqual([]);
  });

  it("distinguishes sensors, and can select one of them", async () => {
    await write([...exchange(NINE, "a", 10, 100), ...exchange(NINE + HOUR, "a", 1, 2)]);
    await write([...exchange(NINE, "a", 3, 4), ...exchange(NINE + HOUR, "b", 5, 6)], folder, "west");
    const { cells, sensors } = await ask({ by: "sensor", everySeconds: 86_400 });
    expect(sensors).toEqual(["lab", "west"]);
    const sums = new Map<string | null, number[]>();
    for (const { sensor, bytes, sent, received } of cells) {
      const sum = sums.get(sensor) ?? [0, 0, 0];
      sums.set(sensor, [sum[0] + bytes, sum[1] + sent, sum[2] + received]);
    }
    expect(Object.fromEntries(sums)).toEqual({ lab: [113, 11, 102], west: [18, 8, 10] });
    const west = await ask({ sensor: "west" });
    expect(west.sensors).toEqual(["west"]);
    expect(west.cells.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(18);
    for (const sensor of ["we'st", "' OR '1'='1", "%"]) expect((await ask({ sensor })).cells).toEqual([]);
  });

  it("finds a device by its name with or without the .local ending", async () => {
    await write(exchange(NINE, "a", 10, 100, { deviceName: "Annas-iPhone.local" }));
    for (const device of ["annas-iphone", "annas-iphone.local", "ANNAS-IPHONE.LOCAL"])
      expect((await ask({ device })).cells, device).toHaveLength(1);
    expect((await ask({ device: "annas-iphone.lo" })).cells).toEqual([]);
  });

  it("chooses bucket lengths by the data of the device or product, not of the whole history", async () => {
    await write([
      ...exchange(NINE, "a", 1, 1),
      ...exchange(NINE + 30 * 24 * HOUR, "a", 1, 1),
      ...exchange(NINE + 600, "b", 1, 1, { products: ["iCloud"], groupId: "g1" }),
      ...exchange(NINE + 1200, "b", 1, 1, { products: ["iCloud"], groupId: "g1" }),
    ]);
    expect((await ask({ everySeconds: null })).everySeconds).toBe(86_400);
    for (const choice of [{ device: "b" }, { product: "iCloud" }]) {
      const { everySeconds, cells } = await ask({ everySeconds: null, ...choice });
      expect([everySeconds, new Set(cells.map(({ start }) => start - NINE))]).toEqual([
        60,
        new Set([600, 1200]),
      ]);
    }
    expect(await ask({ everySeconds: null, device: "nobody" })).toMatchObject({ cells: [], start: null });
  });

  it("chooses a round bucket length with at most 60 buckets by default", async () => {
    await write([0, 7 * 24].flatMap((hours) => exchange(NINE + hours * HOUR, "a", 1, hours)));
    expect((await ask({ everySeconds: null })).everySeconds).toBe(3 * HOUR);
    await write(exchange(NINE + 3650 * 24 * HOUR, "a", 1, 1));
    expect((await ask({ everySeconds: null })).everySeconds).toBe(61 * 86_400);
  });

  it("explains how to install DuckDB if it is missing", async () => {
    await write(exchange(NINE, "a", 10, 100));
    const missing = Object.assign(new Error("Cannot find package"), { code: "ERR_MODULE_NOT_FOUND" });
    const question = { ...WHOLE_HISTORY, by: "product", everySeconds: null } as const;
    await expect(askHistory(folder, question, { load: () => Promise.reject(missing) })).rejects.toMatchObject(
      {
        code: "no_backend",
        message: expect.stringMatching(
          /not installed: npm install @duckdb\/node-api@\S+ \(with --global where /,
        ),
      },
    );
  });

  it("names the file that cannot be read", async () => {
    await write([...exchange(NINE, "a", 1, 1), ...exchange(NINE + HOUR, "a", 1, 1)]);
    writeFileSync(join(folder, "day=2026-11-30", "lab-07.parquet"), "no table");
    await expect(ask()).rejects.toMatchObject({
      code: "cannot_read",
      message: expect.stringContaining("lab-07.parquet"),
    });
  });

  it("reports a missing folder", async () => {
    await expect(ask({}, join(folder, "nowhere"))).rejects.toMatchObject({ code: "cannot_open" });
  });
});

describe("a query with buckets shorter than those of the history", () => {
  it("is answered with the stored buckets, each amount once", async () => {
    const hours = { seconds: HOUR } as const;
    await write([
      bucketRow(NINE, { ...hours, sentBytes: 5 }),
      bucketRow(NINE + HOUR, { ...hours, sentBytes: 7 }),
      bucketRow(NINE + 2 * HOUR, { sentBytes: 11 }),
    ]);
    const { everySeconds, start, cells } = await ask({ everySeconds: 60 });
    expect([everySeconds, start]).toEqual([HOUR, NINE]);
    expect(cells.map((cell) => [cell.start - NINE, cell.bytes]).sort(([a], [b]) => a - b)).toEqual([
      [0, 5],
      [HOUR, 7],
      [2 * HOUR, 11],
    ]);
  });

  it("reports that nobody has written a history", async () => {
    await expect(ask({}, dirname(folder))).rejects.toMatchObject({ code: "cannot_open" });
  });
});
