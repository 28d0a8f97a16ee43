/**
 * Makes a history without traffic, to measure the cost of a large one: `npx tsx scripts/make-history.ts FOLDER [devices]`.
 * 400 devices, each with one product per bucket, as stored by one sensor that keeps minutes for 90 days and hours for a year.
 * DuckDB writes it, with the columns of `appleflow/buckets@1`; docs/history.md has the figures.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";

const [folder = "history", devices = "400"] = process.argv.slice(2);
const DAY = 86_400;
const MINUTE_DAYS = 90;
const YEAR = 365;
const PRODUCTS = ["iCloud", "Maps", "Software Update", "Push notifications", "iCloud Photos", "App Store"];

const database = await DuckDBInstance.create(":memory:");
const connection = await database.connect();
const today = Math.floor(Date.now() / 1000 / DAY) * DAY;
const list = PRODUCTS.map((name) => `'${name}'`).join(", ");

/** The rows of one file: each device has another product in each bucket. */
function rows(start: number, end: number, seconds: number): string {
  return `SELECT to_timestamp(bucket) AS start, ${seconds}::INTEGER AS seconds, 'lab' AS sensor, 'device' AS party,
      printf('%016x', device * 7919 + 1) AS device_id, 'device-' || device AS device_name,
      '10.0.' || (device // 250) || '.' || (device % 250 + 1) AS device_address, device % 3 = 0 AS is_apple,
      printf('%016x', product * 104729 + 3) AS group_id, 'identified' AS class, [[${list}][product + 1]] AS products,
      ['family ' || (product % 3)] AS families, []::VARCHAR[] AS candidates, NULL::VARCHAR AS label, NULL::VARCHAR AS reason,
      'server-name' AS evidence, 'tcp' AS transport, '443' AS ports, 'https' AS service, 'tls' AS protocol,
      (random() * 1e5)::BIGINT AS sent_bytes, (random() * 1e6)::BIGINT AS received_bytes,
      (random() * 100)::BIGINT AS sent_packets, (random() * 1000)::BIGINT AS received_packets,
      (random() * 10)::BIGINT AS flows, 0::BIGINT AS retold_bytes
    FROM (SELECT bucket, device, (bucket // ${seconds} + device) % ${PRODUCTS.length} AS product
      FROM range(${start}, ${end}, ${seconds}) AS times(bucket), range(${devices}) AS all_devices(device))`;
}

for (let day = 0; day < YEAR; day++) {
  const dayStart = today - (day + 1) * DAY;
  const place = join(folder, `day=${new Date(dayStart * 1000).toISOString().slice(0, 10)}`);
  mkdirSync(place, { recursive: true });
  const seconds = day < MINUTE_DAYS ? 60 : 3600;
  for (let hour = 0; hour < 24; hour++) {
    const start = dayStart + hour * 3600;
    const file = join(place, `lab-${String(hour).padStart(2, "0")}.parquet`).replaceAll("'", "''");
    await connection.run(`COPY (${rows(start, start + 3600, seconds)}) TO '${file}' (FORMAT parquet)`);
  }
}
connection.closeSync();
