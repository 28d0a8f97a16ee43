/** The bucket that traffic belongs to, and what it counts as there (docs/contract.md, "Totals over time"). */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { summarize } from "../../../src/engine/summarize.ts";
import { runSteps } from "../../../src/reports/collector.ts";
import { SeriesCollector } from "../../../src/reports/series/series-collector.ts";
import type { Series } from "../../../src/reports/series/series-report.ts";
import { SeriesTotals } from "../../../src/reports/series/series-totals.ts";
import { WaitingTraffic } from "../../../src/reports/series/waiting-traffic.ts";
import { pcap } from "../../../src/testing/builders/capture-builder.ts";
import { appleList, readWhole, testSession } from "../../support/analyze.ts";
import { expectConserved } from "../../support/conservation.ts";
import { memorySource } from "../../support/memory-source.ts";
import { lengthOf, type TrafficRecord, toMemoryRecord } from "../../support/traffic.ts";
import { other, tcp, udp } from "../../support/traffic-makers.ts";

const CLIENT = "10.0.0.1:49200";
const SERVER = "17.0.0.1:443";
const HOUR = 3600;

async function seriesOf(
  records: readonly TrafficRecord[],
  seconds: number,
  stores: ConstructorParameters<typeof SeriesCollector>[2] = {},
) {
  const collector = new SeriesCollector(appleList, seconds, stores);
  const session = testSession({ maxFlows: 100, idleTimeoutSeconds: 2 * HOUR }, [collector]);
  await readWhole(session, memorySource(records.map(toMemoryRecord)));
  return session.report(collector);
}

describe("a series", () => {
  it("has a flow of ten hours in every bucket with its bytes, and counts it once, where it begins", async () => {
    // 2023-11-14T22:13:20Z: each hour from 22:00 on, except the fourth.
    const hours = [0, 1, 2, 4, 5, 6, 7, 8, 9, 10];
    const records = hours.map((hour) => tcp(CLIENT, SERVER, { at: hour * HOUR, extraLength: hour }));
    const { buckets, start, everySeconds } = await seriesOf(records, HOUR);
    expect([start, everySeconds]).toEqual(["2023-11-14T22:00:00Z", HOUR]);
    expect(buckets.map(({ start: at }) => Number(at?.slice(11, 13)))).toEqual(
      hours.map((hour) => (22 + hour) % 24),
    );
    const ids = new Set(buckets.flatMap(({ groups }) => groups.map(({ id }) => id)));
    expect(ids.size).toBe(1);
    expect(buckets.map(({ groups: [{ flows, packets, bytes }] }) => [flows, packets, bytes])).toEqual(
      records.map((record, i) => [i === 0 ? 1 : 0, 1, lengthOf(record)]),
    );
  });

  it("has buckets that begin at multiples of their length since 1970, without gaps", async () => {
    // 20 s after the full minute.
    const { buckets } = await seriesOf(
      [39.999_999_999, 40, 99.999_999_999, 100].map((at) => udp(CLIENT, "10.0.0.9:999", { at })),
      60,
    );
    expect(buckets.map(({ start, groups: [{ packets }] }) => [start, packets])).toEqual([
      ["2023-11-14T22:13:00Z", 1],
      ["2023-11-14T22:14:00Z", 2],
      ["2023-11-14T22:15:00Z", 1],
    ]);
  });

  it("puts late packets into the bucket of their time", async () => {
    const times = [0, 70, 10, 71, 11, 130, 12, 72];
    const { buckets } = await seriesOf(
      times.map((at) => tcp(CLIENT, SERVER, { at })),
      60,
    );
    // 20 s after the full minute: 0 to 39, 40 to 99, 100 to 159.
    expect(buckets.map(({ groups: [{ flows, packets }] }) => [flows, packets])).toEqual([
      [1, 4],
      [0, 3],
      [0, 1],
    ]);
  });

  it("counts a flow in the bucket of its earliest packet, even if that comes late", async () => {
    const { buckets } = await seriesOf([tcp(CLIENT, SERVER, { at: 70 }), tcp(CLIENT, SERVER, { at: 0 })], 60);
    expect(buckets.map(({ groups: [{ flows }] }) => flows)).toEqual([1, 0]);
  });

  it("counts all of a flow by its final class: a late SYN decides for the first bucket, too", async () => {
    const records = [
      tcp("10.0.0.2:5223", "10.0.0.3:443", { at: 1 }),
      tcp("10.0.0.3:443", "10.0.0.2:5223", { at: 120 }),
      tcp("10.0.0.3:443", "10.0.0.2:5223", { at: 240, flags: "S" }),
    ];
    const { buckets } = await seriesOf(records, 60);
    const ids = buckets.map(({ groups }) => groups.map(({ id }) => id));
    expect(ids).toEqual([ids[0], ids[0], ids[0]]);
    const before = await seriesOf(records.slice(0, 1), 60);
    expect(before.buckets[0].groups[0].id).not.toBe(ids[0][0]);
  });

  it("puts records without ports into the bucket of their time, and those without a time into a last one", async () => {
    const { buckets, start } = await seriesOf(
      [
        other("arp", { at: null }),
        udp(CLIENT, "10.0.0.9:999", { at: null }),
        udp(CLIENT, "10.0.0.9:999", { at: 0 }),
        other("arp", { at: 100 }),
      ],
      60,
    );
    expect(start).toBe("2023-11-14T22:13:00Z");
    expect(
      buckets.map(({ start: at, groups, notDecoded }) => [at, groups[0]?.packets ?? 0, notDecoded.packets]),
    ).toEqual([
      ["2023-11-14T22:13:00Z", 1, 0],
      ["2023-11-14T22:15:00Z", 0, 1],
      [null, 1, 1],
    ]);
  });

  it("reports what exceeds its limits as others, in the bucket of its time", async () => {
    const records = [0, 60, 120].map((at) => tcp(CLIENT, SERVER, { at }));
    const waiting = new WaitingTraffic(1);
    const { buckets } = await seriesOf(records, 60, { waiting });
    expect(buckets.map(({ groups, others }) => [groups[0]?.packets ?? 0, others])).toEqual([
      [1, null],
      [0, { flows: 0, packets: 1, bytes: lengthOf(records[1]) }],
      [1, null],
    ]);
    const totals = new SeriesTotals({ buckets: 2, groups: 10, devices: 10 });
    const few = await seriesOf(records, 60, { totals });
    expect(few.buckets.map(({ start }) => start)).toEqual([
      "2023-11-14T22:14:00Z",
      "2023-11-14T22:15:00Z",
      null,
    ]);
  });

  it("can be taken as a snapshot that includes live flows, and continues to the end", async () => {
    const collector = new SeriesCollector(appleList, 60);
    const session = testSession({ maxFlows: 100 }, [collector]);
    const read = (times: readonly number[]) =>
      readWhole(session, memorySource(times.map((at) => toMemoryRecord(tcp(CLIENT, SERVER, { at })))));
    const packets = ({ buckets }: Series) => buckets.map(({ groups: [group] }) => group.packets);
    await read([0, 1, 60, 2]);
    expect(packets(runSteps(session.snapshot(collector)))).toEqual([3, 1]);
    await read([61, 120]);
    expect(packets(runSteps(session.snapshot(collector)))).toEqual([3, 2, 1]);
    expect(packets(session.report(collector))).toEqual([3, 2, 1]);
  });

  it("is absent without a length, which must be a whole number of seconds", async () => {
    const summary = await summarize(["fixtures/reopened.pcap"], { maxFlows: 100 });
    expect(summary.series).toBeNull();
    for (const everySeconds of [0, 1.5, -1, Number.NaN, 31_622_401]) {
      await expect(summarize(["fixtures/reopened.pcap"], { everySeconds })).rejects.toMatchObject({
        code: "bad_argument",
      });
    }
  });
});

describe("the series of several captures", () => {
  const folder = mkdtempSync(join(tmpdir(), "appleflow-series-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  function write(name: string, times: readonly number[]): string {
    const builder = pcap();
    for (const at of times) {
      const record = toMemoryRecord(tcp(CLIENT, SERVER, { at }));
      builder.record(record.bytes, { seconds: 1_700_000_000 + at });
    }
    const path = join(folder, name);
    writeFileSync(path, builder.build());
    return path;
  }

  it.each([
    ["a minute", 1, 60, 1],
    ["half an hour", 1, 1800, 10],
    ["two hours", 10, 7190, 60],
    ["a fortnight", 600, 14 * 86_400, 10_800],
  ])("chooses a bucket length for %s", async (name, step, last, everySeconds) => {
    const times = Array.from({ length: last / step + 1 }, (_, i) => i * step);
    const file = write(`${name}.pcap`, times);
    const found = await summarize([file], { maxFlows: 100, everySeconds: "auto" });
    expect(found.series?.everySeconds).toBe(everySeconds);
    expect(found).toEqual(await summarize([file], { maxFlows: 100, everySeconds }));
    expectConserved(found);
  });

  it("is the same in any order of names: captures are merged, and late packets have their own bucket", async () => {
    const files = [
      write("a.pcap", [0, 70, 5, 140]),
      write("b.pcap", [1, 71, 141]),
      write("c.pcap", [300, 2, 301]),
    ];
    const options = { maxFlows: 100, everySeconds: 60 };
    const [one, reverse] = [await summarize(files, options), await summarize([...files].reverse(), options)];
    expectConserved(one);
    expect(one.series).toEqual(reverse.series);
    expect(one.series?.buckets.map(({ groups: [{ packets }] }) => packets)).toEqual([4, 2, 2, 2]);
  });
});
