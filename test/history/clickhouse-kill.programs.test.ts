/**
 * Two replicas, one of which is killed repeatedly while a history is sent to it, and every tenth segment is sent twice: row
 * count and sums are exact on both. Long: 1,000,000 rows.
 */
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { askHistory } from "../../src/history/ask-history.ts";
import { askClickHouse } from "../../src/history/clickhouse/ask-clickhouse.ts";
import { parseClickHouseUrl } from "../../src/history/clickhouse/clickhouse-target.ts";
import { Shipper } from "../../src/history/clickhouse/shipper.ts";
import { HistoryStore } from "../../src/history/history-store.ts";
import { DEFAULT_KEEP } from "../../src/history/roll-up.ts";
import { type HistoryQuestion, WHOLE_HISTORY } from "../../src/reports/history/history-report.ts";
import {
  ClickHouseServer,
  READER_PASSWORD,
  SENSOR_PASSWORD,
  whyNoClickHouse,
} from "../support/clickhouse-server.ts";
import { historyFolder } from "../support/history-rows.ts";
import { addedUp, forgetShipped, manyRows } from "../support/shipped-rows.ts";
import { whyNoZooKeeper, ZooKeeperServer } from "../support/zookeeper-server.ts";

const isLong = process.env.APPLEFLOW_TEST_RUNS === "long";
const HOURS = isLong ? 100 : 20;
/** One row per minute. */
const DEVICES = isLong ? 167 : 10;
const ROWS = HOURS * 60 * DEVICES;
/** Maximum milliseconds that a server lives while segments are sent to it. */
const LONGEST_LIFE = isLong ? 2000 : 150;
const KILLS = isLong ? 20 : 3;
/** One in N segments is sent twice. */
const TWICE = 10;
/** 2026-11-30T00:00:00Z */
const MIDNIGHT = Date.UTC(2026, 10, 30) / 1000;

const missing = whyNoClickHouse() ?? whyNoZooKeeper();
if (missing !== null) console.info(`skipped: ${missing}`);

describe.skipIf(missing !== null)("ClickHouse killed while segments are sent", () => {
  const { folder, remove } = historyFolder();
  let zooKeeper: ZooKeeperServer;
  let servers: ClickHouseServer[];
  beforeAll(async () => {
    zooKeeper = await ZooKeeperServer.start();
    const zooKeeperPort = zooKeeper.port;
    servers = [];
    for (const name of ["first", "second"])
      servers.push(await ClickHouseServer.start({ name, zooKeeperPort }));
  }, 120_000);
  afterAll(async () => {
    for (const server of servers) await server.stop();
    await zooKeeper?.stop();
    remove();
  });

  it(`has each of ${ROWS} rows once on both replicas, after ${KILLS} kills and with every tenth segment sent twice`, async () => {
    const store = await HistoryStore.open({
      folder,
      sensor: "lab",
      keep: DEFAULT_KEEP,
      now: () => MIDNIGHT * 1000,
    });
    for (let hour = 0; hour < HOURS; hour++) {
      await store.append(manyRows(MIDNIGHT + hour * 3600, 60, DEVICES));
      await store.endHours(MIDNIGHT + (hour + 1) * 3600);
    }
    await store.finish();
    store.close();
    const [first] = servers;
    const options = {
      folder,
      target: parseClickHouseUrl(first.url("appleflow_sensor"), SENSOR_PASSWORD),
      keepDays: null,
      maxSpoolBytes: null,
      now: () => MIDNIGHT * 1000,
    };
    let kills = 0;
    let cuts = 0;
    let sentTwice = 0;
    const begun = performance.now();
    for (;;) {
      if (!(await first.isRunning())) await first.start();
      const passing = new Shipper(options).pass();
      if (kills < KILLS) {
        await pause(Math.random() * LONGEST_LIFE);
        await first.kill();
        kills++;
      }
      const { waitingSegments, trouble } = await passing;
      if (trouble !== null) cuts++;
      if (waitingSegments > 0) continue;
      if (sentTwice > 0 && kills === KILLS) break;
      // The record that they were sent is lost.
      sentTwice += forgetShipped(folder, TWICE);
    }
    const seconds = (performance.now() - begun) / 1000;
    expect(sentTwice).toBeGreaterThanOrEqual(HOURS / TWICE);
    for (const server of servers) {
      if (!(await server.isRunning())) await server.start();
      await server.query("SYSTEM SYNC REPLICA appleflow.buckets");
      await server.query("SYSTEM SYNC REPLICA appleflow.segments");
      const counted = await server.query(`SELECT count(), sum(sent_bytes) FROM appleflow.buckets FINAL
        WHERE delivery IN (SELECT argMax(delivery, version) FROM appleflow.segments GROUP BY origin, day, segment)`);
      expect(counted).toBe(`${ROWS}\t${ROWS_SUM}`);
      const question: HistoryQuestion = {
        ...WHOLE_HISTORY,
        by: "device",
        everySeconds: 3600,
      };
      const target = parseClickHouseUrl(server.url("appleflow_reader"), READER_PASSWORD);
      const [ours, theirs] = [await askHistory(folder, question), await askClickHouse(target, question)];
      expect({ ...theirs, cells: addedUp(theirs.cells) }).toEqual({ ...ours, cells: addedUp(ours.cells) });
    }
    const there = await first.query("SELECT count() FROM appleflow.buckets");
    console.info(
      `${ROWS} rows in ${seconds.toFixed(1)} s, ${kills} kills, ${cuts} of them while something was sent; ${sentTwice} segments sent twice; ${there} rows in the table`,
    );
  }, 600_000);
});

/** The `sentBytes` of rows, which number the rows of each hour. */
const ROWS_SUM = (HOURS * (60 * DEVICES) * (60 * DEVICES - 1)) / 2;
