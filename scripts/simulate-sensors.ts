/**
 * The capacity of one ClickHouse: `npx tsx scripts/simulate-sensors.ts [sensors] [hours]` (1000, 1). Starts Debian's on the
 * loopback interface, sends it hours of simulated sensors as `appleflow ship` does, and queries it; docs/scale.md has the
 * figures.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { askClickHouse } from "../src/history/clickhouse/ask-clickhouse.ts";
import { parseClickHouseUrl } from "../src/history/clickhouse/clickhouse-target.ts";
import { Shipper } from "../src/history/clickhouse/shipper.ts";
import { hourSegment, listSegments } from "../src/history/history-folder.ts";
import { writeSegment } from "../src/history/segment-file.ts";
import { type HistoryQuestion, WHOLE_HISTORY } from "../src/reports/history/history-report.ts";
import { ClickHouseServer, READER_PASSWORD, SENSOR_PASSWORD } from "../test/support/clickhouse-server.ts";
import { bucketRow } from "../test/support/history-rows.ts";

const [sensors = 1000, hours = 1] = process.argv.slice(2).map(Number);
/** Devices per sensor; each has one product per minute, with another row for the other end. */
const DEVICES = 10;
const PRODUCTS = ["iCloud", "Maps", "Software Update", "Push notifications", "iCloud Photos", "App Store"];
const QUESTION_SECONDS = 5;
/** Clock ticks per second in /proc. */
const TICKS = 100;
/** 2026-11-30T00:00:00Z */
const MIDNIGHT = Date.UTC(2026, 10, 30) / 1000;

/** Writes one hour of a sensor. */
async function writeHour(folder: string, sensor: number, start: number): Promise<void> {
  const name = `sensor-${String(sensor).padStart(5, "0")}`;
  await writeSegment(hourSegment(folder, name, start).path, { batch: 1 }, (add) => {
    for (let minute = 0; minute < 60; minute++) {
      for (let device = 0; device < DEVICES; device++) {
        const product = (minute + device * 7 + sensor) % PRODUCTS.length;
        const amount = (most: number) => Math.floor(Math.random() * most);
        const moved = {
          sentBytes: amount(1e5),
          receivedBytes: amount(1e6),
          sentPackets: amount(100),
          receivedPackets: amount(1000),
        };
        const group = {
          groupId: (product * 104_729 + 3).toString(16).padStart(16, "0"),
          products: [PRODUCTS[product]],
          families: [`family ${product % 3}`],
        };
        const id = (sensor * 7919 + device * 104_729 + 1).toString(16).padStart(16, "0");
        const own = {
          deviceId: id,
          deviceName: `device-${sensor}-${device}`,
          deviceAddress: `10.0.0.${device}`,
        };
        add({
          ...bucketRow(start + minute * 60, { ...group, ...own, ...moved, flows: amount(10) }),
          sensor: name,
        });
        const other = {
          party: "outside",
          deviceId: null,
          sentBytes: moved.receivedBytes,
          receivedBytes: moved.sentBytes,
        } as const;
        add({ ...bucketRow(start + minute * 60, { ...group, ...other }), sensor: name });
      }
    }
  });
}

/** CPU seconds of a process so far. */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

const folder = mkdtempSync(join(tmpdir(), "appleflow-sensors-"));
const server = await ClickHouseServer.start();
try {
  for (let hour = 0; hour < hours; hour++) {
    for (let sensor = 0; sensor < sensors; sensor++) await writeHour(folder, sensor, MIDNIGHT + hour * 3600);
  }
  const rows = sensors * hours * 60 * DEVICES * 2;
  console.info(`${listSegments(folder).length} segments, ${rows} rows`);
  const shipper = new Shipper({
    folder,
    target: parseClickHouseUrl(server.url("appleflow_sensor"), SENSOR_PASSWORD),
    keepDays: null,
    maxSpoolBytes: null,
    now: Date.now,
  });
  const before = { time: performance.now(), server: cpuOf(server.pid), own: process.cpuUsage() };
  const { sentRows, trouble } = await shipper.pass();
  if (trouble !== null) throw trouble;
  const seconds = (performance.now() - before.time) / 1000;
  const { user, system } = process.cpuUsage(before.own);
  const inserting = cpuOf(server.pid) - before.server;
  while (Number(await server.query("SELECT count() FROM system.merges")) > 0) await pause(500);
  const merged = cpuOf(server.pid) - before.server;
  console.info(
    `sent ${sentRows} rows in ${seconds.toFixed(1)} s: ${Math.round(sentRows / seconds)} rows a second, one after the other`,
  );
  console.info(
    `CPU: server ${inserting.toFixed(1)} s, with merging ${merged.toFixed(1)} s; ship ${((user + system) / 1e6).toFixed(1)} s`,
  );
  const size = (what: string) => `SELECT ${what} FROM system.parts WHERE active AND table = 'buckets'`;
  console.info(
    `parts, bytes, bytes a row: ${await server.query(size("count(), sum(bytes_on_disk), sum(bytes_on_disk) / sum(rows)"))}`,
  );
  await server.query("OPTIMIZE TABLE appleflow.buckets FINAL");
  console.info(
    `in one part: ${await server.query(size("count(), sum(bytes_on_disk), sum(bytes_on_disk) / sum(rows)"))}`,
  );
  const target = parseClickHouseUrl(server.url("appleflow_reader"), READER_PASSWORD);
  const questions: Partial<HistoryQuestion>[] = [
    { by: "product" },
    { by: "product", from: MIDNIGHT + 1800, everySeconds: 60 },
    { by: "product", device: "device-7-3" },
    { by: "device", product: "Maps" },
  ];
  for (const question of questions) {
    const whole = {
      ...WHOLE_HISTORY,
      by: "product",
      everySeconds: 3600,
      ...question,
    } as const;
    const begun = { time: performance.now(), cpu: cpuOf(server.pid) };
    let asked = 0;
    let cells = 0;
    for (; performance.now() - begun.time < QUESTION_SECONDS * 1000; asked++)
      cells = (await askClickHouse(target, whole)).cells.length;
    const each = (performance.now() - begun.time) / asked;
    const cpu = (cpuOf(server.pid) - begun.cpu) / asked;
    console.info(
      `${JSON.stringify(question)}: ${each.toFixed(0)} ms, ${cpu.toFixed(2)} s of CPU, ${cells} cells`,
    );
  }
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
