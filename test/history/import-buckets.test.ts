/** Captures imported into a history count once, however often they are imported (docs/history.md). */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { importBuckets } from "../../src/history/import-buckets.ts";
import { allRows, bucketRow, historyFolder } from "../support/history-rows.ts";

const HOUR = 3600;
/** 2026-11-30T09:00:00Z */
const NINE = Date.UTC(2026, 10, 30, 9) / 1000;
const MONDAY = { name: "captures/monday.pcap", start: "2026-11-30T09:00:00Z" };
const TUESDAY = { name: "tuesday.pcapng.gz", start: "2026-12-01T09:00:00Z" };

let folder: string;
let remove: () => void;
beforeEach(() => {
  ({ folder, remove } = historyFolder());
});
afterEach(() => remove());

async function bytes(): Promise<number> {
  return (await allRows(folder)).reduce((sum, { sentBytes }) => sum + sentBytes, 0);
}

const rows = [0, HOUR].map((offset) => bucketRow(NINE + offset, { sentBytes: 5 }));

describe("an import of captures", () => {
  it("replaces an earlier one of the same captures, even if moved or compressed", async () => {
    const target = { folder, sensor: "captures" };
    expect(await importBuckets(target, [MONDAY], rows)).toEqual({ segments: 2, untimedPackets: 0 });
    await importBuckets(target, [MONDAY], rows);
    await importBuckets(target, [{ ...MONDAY, name: "archive/monday.pcap.gz" }], rows);
    expect(await bytes()).toBe(10);
    // It has become shorter, by other options or because it was truncated since.
    await importBuckets(target, [MONDAY], rows.slice(0, 1));
    expect(await bytes()).toBe(5);
    expect(readdirSync(join(folder, "day=2026-11-30"))).toEqual([
      expect.stringMatching(/^captures-09\.[0-9a-f]{12}\.parquet$/),
    ]);
  });

  it("is kept beside others: of other captures, of a new capture with an old name, of other sensors", async () => {
    await importBuckets({ folder, sensor: "captures" }, [MONDAY], rows);
    await importBuckets({ folder, sensor: "captures" }, [TUESDAY], rows);
    await importBuckets({ folder, sensor: "captures" }, [{ ...MONDAY, start: "2026-12-07T09:00:00Z" }], rows);
    await importBuckets({ folder, sensor: "west" }, [MONDAY], rows);
    expect(await bytes()).toBe(40);
    expect(new Set((await allRows(folder)).map(({ sensor }) => sensor))).toEqual(
      new Set(["captures", "west"]),
    );
  });

  it("replaces earlier ones if it includes all their captures", async () => {
    const target = { folder, sensor: "captures" };
    await importBuckets(target, [MONDAY], rows);
    await importBuckets(target, [TUESDAY], rows);
    await importBuckets(target, [TUESDAY, MONDAY], [...rows, ...rows, bucketRow(NINE, { sentBytes: 1 })]);
    expect(await bytes()).toBe(21);
  });

  it("is refused if it includes only part of an earlier one, and changes nothing", async () => {
    const target = { folder, sensor: "captures" };
    await importBuckets(target, [MONDAY, TUESDAY], rows);
    const again = importBuckets(target, [MONDAY], rows);
    await expect(again).rejects.toThrow("already has monday.pcap, imported together with tuesday.pcapng");
    expect(await bytes()).toBe(10);
  });

  it("reports the number of packets without a time, and leaves them out", async () => {
    const untimed = bucketRow(null, { sentBytes: 9, sentPackets: 3 });
    const outcome = await importBuckets({ folder, sensor: "captures" }, [MONDAY], [...rows, untimed]);
    expect(outcome.untimedPackets).toBe(3);
    expect(await bytes()).toBe(10);
  });
});
