import { copyFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  DELIVERY_COLUMNS,
  deliveryBodies,
  deliveryNumber,
  type InsertFormat,
} from "../../../src/history/clickhouse/delivery.ts";
import { hourSegment } from "../../../src/history/history-folder.ts";
import { writeSegment } from "../../../src/history/segment-file.ts";
import { ParquetFile } from "../../../src/tables/parquet-reader.ts";
import { bucketRow, historyFolder } from "../../support/history-rows.ts";

const NINE = Date.UTC(2026, 10, 30, 9) / 1000;
const ROWS = 9;
const AT_ONCE = 4;

let folder: string;
let remove: () => void;
let path: string;
beforeEach(async () => {
  ({ folder, remove } = historyFolder());
  ({ path } = hourSegment(folder, "lab", NINE));
  await write(ROWS);
});
afterEach(() => remove());

async function write(count: number): Promise<void> {
  await writeSegment(path, { batch: 1 }, (add) => {
    for (let i = 0; i < count; i++) {
      add({ ...bucketRow(NINE, { sentBytes: i, deviceId: i === 0 ? null : `d${i}` }), sensor: "lab" });
    }
  });
}

async function bodiesOf(delivery: bigint, format: InsertFormat) {
  const bodies: { rows: number; body: Uint8Array }[] = [];
  for await (const body of deliveryBodies(path, delivery, format, AT_ONCE)) bodies.push(body);
  return bodies;
}

describe("a delivery", () => {
  it("has a number that is the same only for the same bytes of the same segment, and fits 63 bits", async () => {
    const number = deliveryNumber(path, "a lab-09");
    copyFileSync(path, `${path}.copy`);
    expect(deliveryNumber(`${path}.copy`, "a lab-09")).toBe(number);
    const others = [deliveryNumber(path, "b lab-09"), deliveryNumber(path, "a lab-09+1")];
    await write(7);
    others.push(deliveryNumber(path, "a lab-09"));
    expect(new Set([number, ...others]).size).toBe(4);
    for (const one of [number, ...others]) {
      expect(one).toBeGreaterThan(0n);
      expect(one).toBeLessThan(2n ** 63n);
    }
  });

  it.each(["JSONEachRow", "Parquet"] as const)(
    "has the same bytes on every try as %s, in blocks of N rows",
    async (format) => {
      const delivery = 2n ** 63n - 1n;
      const bodies = await bodiesOf(delivery, format);
      expect(bodies.map(({ rows }) => rows)).toEqual([4, 4, 1]);
      const again = await bodiesOf(delivery, format);
      expect(again.every(({ body }, i) => Buffer.compare(body, bodies[i].body) === 0)).toBe(true);
      const last = await lastRow(bodies[2].body, format);
      expect(Object.keys(last).join(", ")).toBe(DELIVERY_COLUMNS);
      expect(last).toMatchObject({
        sensor: "lab",
        device_id: "d8",
        sent_bytes: 8,
        row: 8,
        products: ["Maps"],
      });
      expect(last.start).toBe(NINE);
    },
  );

  it("writes an empty device for none, and large numbers exactly", async () => {
    const [{ body }] = await bodiesOf(2n ** 63n - 1n, "JSONEachRow");
    const [line] = Buffer.from(body).toString("utf8").split("\n");
    expect(line).toContain('"device_id":""');
    expect(line).toContain('"delivery":"9223372036854775807"');
  });

  it("throws if the segment has gone", async () => {
    remove();
    await expect(bodiesOf(1n, "Parquet")).rejects.toMatchObject({ code: "cannot_read" });
  });
});

async function lastRow(body: Uint8Array, format: InsertFormat): Promise<Record<string, unknown>> {
  if (format === "JSONEachRow")
    return JSON.parse(Buffer.from(body).toString("utf8").trimEnd().split("\n").at(-1) ?? "");
  const bytes = Uint8Array.from(body).buffer;
  const file = await ParquetFile.open({
    byteLength: bytes.byteLength,
    slice: (start, end) => bytes.slice(start, end),
  });
  let last: Record<string, unknown> = {};
  for await (const rows of file.rowGroups()) last = rows.at(-1) ?? last;
  return last;
}
