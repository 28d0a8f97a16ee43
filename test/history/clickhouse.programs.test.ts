/**
 * A history in a real ClickHouse: Debian's server, started by the test. Every segment arrives once, whatever is sent twice or
 * killed, and queries give the same answers as DuckDB on the folder.
 */
import { cpSync, statSync, writeFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { askHistory } from "../../src/history/ask-history.ts";
import { askClickHouse } from "../../src/history/clickhouse/ask-clickhouse.ts";
import { parseClickHouseUrl } from "../../src/history/clickhouse/clickhouse-target.ts";
import { Shipper } from "../../src/history/clickhouse/shipper.ts";
import { listSegments } from "../../src/history/history-folder.ts";
import { HistoryStore } from "../../src/history/history-store.ts";
import { importBuckets } from "../../src/history/import-buckets.ts";
import type { Keep } from "../../src/history/roll-up.ts";
import {
  HISTORY_GROUPINGS,
  type HistoryQuestion,
  WHOLE_HISTORY,
} from "../../src/reports/history/history-report.ts";
import {
  ClickHouseServer,
  READER_PASSWORD,
  SENSOR_PASSWORD,
  whyNoClickHouse,
} from "../support/clickhouse-server.ts";
import { bucketRow, historyFolder, segmentRows } from "../support/history-rows.ts";
import { addedUp, forgetShipped, manyRows } from "../support/shipped-rows.ts";

const HOUR = 3600;
const DAY = 86_400;
/** 2026-11-30T00:00:00Z */
const MIDNIGHT = Date.UTC(2026, 10, 30) / 1000;
const KEEP: Keep = { minutes: 1, hours: 2, days: null };

const missing = whyNoClickHouse();
if (missing !== null) console.info(`skipped: ${missing}`);

describe.skipIf(missing !== null)("a history in ClickHouse", () => {
  let server: ClickHouseServer;
  let folder: string;
  let remove: () => void;
  beforeAll(async () => {
    server = await ClickHouseServer.start();
  });
  afterAll(() => server?.stop());
  beforeEach(async () => {
    ({ folder, remove } = historyFolder());
    await server.empty();
  });
  afterEach(() => remove());

  const shipper = (options: { keepDays?: number; maxSpoolBytes?: number; now?: number } = {}) =>
    new Shipper({
      folder,
      target: parseClickHouseUrl(server.url("appleflow_sensor"), SENSOR_PASSWORD),
      keepDays: options.keepDays ?? null,
      maxSpoolBytes: options.maxSpoolBytes ?? null,
      now: () => (options.now ?? MIDNIGHT) * 1000,
    });

  async function store(now: number, act: (store: HistoryStore) => Promise<void>): Promise<void> {
    const opened = await HistoryStore.open({ folder, sensor: "lab", keep: KEEP, now: () => now * 1000 });
    await act(opened);
    opened.close();
  }

  /** Expects the same answers from both, summed by cell. */
  async function expectSameAnswers(questions: readonly Partial<HistoryQuestion>[]): Promise<void> {
    const target = parseClickHouseUrl(server.url("appleflow_reader"), READER_PASSWORD);
    for (const one of questions) {
      const question = {
        ...WHOLE_HISTORY,
        by: "product",
        everySeconds: null,
        ...one,
      } as const;
      const [ours, theirs] = [await askHistory(folder, question), await askClickHouse(target, question)];
      expect(ours.cells.length, JSON.stringify(question)).toBeGreaterThan(0);
      expect({ ...theirs, cells: addedUp(theirs.cells) }).toEqual({ ...ours, cells: addedUp(ours.cells) });
    }
  }

  it("answers the same queries as the folder", async () => {
    await store(MIDNIGHT, async (opened) => {
      await opened.append(manyRows(MIDNIGHT, 3 * 60, 12));
      await opened.append([
        bucketRow(MIDNIGHT + 60, {
          deviceId: null,
          party: null,
          class: "not-decoded",
          groupId: null,
          products: [],
          families: [],
          sentBytes: -7,
        }),
        bucketRow(MIDNIGHT + 60, {
          deviceId: "hostile",
          deviceName: "Ä '; DROP TABLE buckets; -- \\ \0\u001b \u{1f600} \ud800",
          products: ["it's \\", "ü"],
          receivedBytes: 9_007_199_254_740_991,
        }),
      ]);
      await opened.finish();
    });
    const { sentSegments, trouble, waitingSegments } = await shipper().pass();
    expect({ sentSegments, trouble, waitingSegments }).toEqual({
      sentSegments: 3,
      trouble: null,
      waitingSegments: 0,
    });
    await expectSameAnswers([
      ...HISTORY_GROUPINGS.flatMap((by) => [
        { by },
        { by, everySeconds: 600 },
        { by, from: MIDNIGHT + HOUR + 1 },
        { by, from: MIDNIGHT + 1800, to: MIDNIGHT + 2 * HOUR + 60 },
        { by, sensor: "lab" },
      ]),
      { device: "NAME of 3" },
      { device: "Ä '; drop table buckets; -- \\ \0\u001b \u{1f600} \ufffd" },
      { by: "device", product: "Maps" },
      { by: "device", product: "it's \\" },
      { by: "product", device: "hostile" },
    ]);
  });

  it("has each row once, although segments are sent twice, the server dies and the journal is lost", async () => {
    await store(MIDNIGHT, async (opened) => {
      await opened.append(manyRows(MIDNIGHT, 6 * 60, 20));
      await opened.finish();
    });
    await shipper().pass();
    // The journal is lost: everything is sent again.
    forgetShipped(folder);
    await server.kill();
    const { trouble, waitingSegments } = await shipper().pass();
    expect(trouble?.message).toContain("nothing is listening there");
    expect(waitingSegments).toBe(6);
    await server.start();
    expect(await shipper().pass()).toMatchObject({ sentSegments: 6, trouble: null });
    expect(Number(await server.query("SELECT count() FROM appleflow.buckets"))).toBeGreaterThan(6 * 60 * 20);
    const rows = await segmentRows(folder);
    expect(await server.query("SELECT count() FROM appleflow.buckets FINAL")).toBe(String(rows.length));
    await expectSameAnswers([{ by: "device" }, { by: "product" }]);
  });

  it("has late additions, roll-ups and repeated imports in place of the earlier versions", async () => {
    const pass = (now: number) => shipper({ now }).pass();
    const late = (hours: number) =>
      bucketRow(MIDNIGHT + hours * HOUR + 60, { deviceId: "late", sentBytes: 3 });
    await store(MIDNIGHT, async (opened) => {
      await opened.append(manyRows(MIDNIGHT, 3 * 60, 5));
      await opened.finish();
    });
    await pass(MIDNIGHT);
    await store(MIDNIGHT + 3 * HOUR, async (opened) => {
      await opened.append([late(1)]);
      await opened.finish();
    });
    expect(await pass(MIDNIGHT + 3 * HOUR)).toMatchObject({
      sentSegments: 1,
      waitingSegments: 0,
      trouble: null,
    });
    await expectSameAnswers([{ by: "device", everySeconds: 60 }]);
    // Minutes become hours, then hours become a day, with late rows each time.
    for (const [now, everySeconds] of [
      [MIDNIGHT + 2 * DAY, HOUR],
      [MIDNIGHT + 4 * DAY, DAY],
    ]) {
      await store(now, async (opened) => {
        await opened.append([late(0), late(2)]);
        await opened.finish();
      });
      expect(await pass(now)).toMatchObject({ waitingSegments: 0, trouble: null });
      await expectSameAnswers([{ by: "device", everySeconds }, { by: "product" }]);
    }
    const target = { folder, sensor: "captures" };
    const capture = (name: string) => ({ name, start: null });
    await importBuckets(target, [capture("a")], manyRows(MIDNIGHT, 60, 2));
    await pass(MIDNIGHT + 4 * DAY);
    await importBuckets(target, [capture("a"), capture("b")], manyRows(MIDNIGHT, 90, 3));
    expect(await pass(MIDNIGHT + 4 * DAY)).toMatchObject({ sentSegments: 2, trouble: null });
    await expectSameAnswers([{ by: "device" }, { by: "service", everySeconds: 60 }]);
  });

  it("keeps what was removed from the folder after sending, and adds late rows", async () => {
    await store(MIDNIGHT, async (opened) => {
      await opened.append(manyRows(MIDNIGHT, 120, 5));
      await opened.finish();
    });
    expect(await shipper({ keepDays: 1, now: MIDNIGHT + DAY }).pass()).toMatchObject({ removedSegments: 0 });
    expect(await shipper({ keepDays: 1, now: MIDNIGHT + 2 * DAY }).pass()).toMatchObject({
      removedSegments: 2,
    });
    expect(await segmentRows(folder)).toEqual([]);
    await store(MIDNIGHT, async (opened) => {
      await opened.append([bucketRow(MIDNIGHT + 60, { deviceId: "late", sentBytes: 3 })]);
      await opened.finish();
    });
    await shipper().pass();
    const target = parseClickHouseUrl(server.url("appleflow_reader"), READER_PASSWORD);
    const question = { ...WHOLE_HISTORY, by: "device", everySeconds: DAY } as const;
    const sent = (await askClickHouse(target, question)).cells.reduce((sum, cell) => sum + cell.sent, 0);
    expect(sent).toBe((600 * 599) / 2 + 3);
  });

  it.each([
    ["hours", MIDNIGHT + 2 * DAY],
    ["a day", MIDNIGHT + 4 * DAY],
  ])("counts once what is rolled up to %s while it is removed", async (_, now) => {
    await store(MIDNIGHT, async (opened) => {
      await opened.append(manyRows(MIDNIGHT, 120, 5));
      await opened.finish();
    });
    const before = `${folder} before`;
    cpSync(folder, before, { recursive: true });
    expect(await shipper({ keepDays: 1, now }).pass()).toMatchObject({ sentSegments: 2, removedSegments: 2 });
    // The roll-up had read the files before.
    cpSync(before, folder, { recursive: true });
    await store(now, async () => undefined);
    await shipper({ now }).pass();
    await expectSameAnswers([{ by: "device" }]);
  });

  it("counts both of two folders with the same sensor name", async () => {
    const places = [historyFolder(), historyFolder()];
    const target = parseClickHouseUrl(server.url("appleflow_sensor"), SENSOR_PASSWORD);
    for (const place of places) {
      const keep = { folder: place.folder, sensor: "lab", keep: KEEP, now: () => MIDNIGHT * 1000 };
      const opened = await HistoryStore.open(keep);
      await opened.append(manyRows(MIDNIGHT, 60, 2));
      await opened.finish();
      opened.close();
      const options = { folder: place.folder, target, keepDays: null, maxSpoolBytes: null, now: Date.now };
      await new Shipper(options).pass();
      place.remove();
    }
    const question = { ...WHOLE_HISTORY, by: "device", everySeconds: DAY } as const;
    const reader = parseClickHouseUrl(server.url("appleflow_reader"), READER_PASSWORD);
    const { cells, sensors } = await askClickHouse(reader, question);
    expect(sensors).toEqual(["lab"]);
    expect(cells.reduce((sum, { sent }) => sum + sent, 0)).toBe(120 * 119);
  });

  it("queues no more than the spool limit, and sends what is left", async () => {
    await store(MIDNIGHT, async (opened) => {
      await opened.append(manyRows(MIDNIGHT, 5 * 60, 5));
      await opened.finish();
    });
    const sizes = listSegments(folder).map(({ path }) => statSync(path).size);
    const room = { maxSpoolBytes: sizes[3] + sizes[4] };
    await server.kill();
    expect(await shipper(room).pass()).toMatchObject({
      lostSegments: 3,
      waitingSegments: 2,
      sentSegments: 0,
    });
    await server.start();
    expect(await shipper(room).pass()).toMatchObject({
      lostSegments: 0,
      waitingSegments: 0,
      sentSegments: 2,
    });
    // What can be sent needs no space.
    forgetShipped(folder);
    expect(await shipper({ maxSpoolBytes: 1 }).pass()).toMatchObject({ lostSegments: 0, sentSegments: 2 });
    await expectSameAnswers([{ by: "device" }]);
  });

  it("skips an unreadable segment, reports it, and continues", async () => {
    await store(MIDNIGHT, async (opened) => {
      await opened.append(manyRows(MIDNIGHT, 3 * 60, 2));
      await opened.finish();
    });
    const [{ path }] = listSegments(folder);
    writeFileSync(path, "no Parquet");
    const { trouble, ...outcome } = await shipper().pass();
    expect(outcome).toMatchObject({ sentSegments: 2, waitingSegments: 1, waitingBytes: 10 });
    expect(trouble?.message).toContain(`${path}: not a segment of a history`);
  });
});
