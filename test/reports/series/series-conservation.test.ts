/**
 * All buckets together equal the totals exactly, and each packet is in the bucket of its time (docs/contract.md, "Totals over
 * time").
 */
import { readdirSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadPseudonyms } from "../../../src/anonymise/load-pseudonyms.ts";
import { summarize } from "../../../src/engine/summarize.ts";
import { formatRfc3339 } from "../../../src/net/rfc3339.ts";
import { BucketLength } from "../../../src/reports/series/bucket-length.ts";
import { SeriesCollector } from "../../../src/reports/series/series-collector.ts";
import type { Series } from "../../../src/reports/series/series-report.ts";
import { SeriesTotals } from "../../../src/reports/series/series-totals.ts";
import { WaitingTraffic } from "../../../src/reports/series/waiting-traffic.ts";
import { withSeries } from "../../../src/reports/traffic/build-summary.ts";
import type { Summary } from "../../../src/reports/traffic/summary.ts";
import { TrafficCollector } from "../../../src/reports/traffic/traffic-collector.ts";
import { appleList, readWhole, testSession } from "../../support/analyze.ts";
import { expectConserved } from "../../support/conservation.ts";
import { memorySource } from "../../support/memory-source.ts";
import { propertyRuns } from "../../support/property-runs.ts";
import { type Clock, randomCapture } from "../../support/random-traffic.ts";
import { lengthOf, type TrafficRecord, toMemoryRecord } from "../../support/traffic.ts";

/** Returns the summary with its series, with everything in one session. */
async function summaryOf(
  records: readonly TrafficRecord[],
  collector: SeriesCollector,
  options: { readonly idleTimeoutSeconds?: number; readonly maxFlows?: number } = {},
): Promise<Summary> {
  const traffic = new TrafficCollector(appleList);
  const session = testSession({ maxFlows: 50, ...options }, [traffic, collector]);
  await readWhole(session, memorySource(records.map(toMemoryRecord), { blockSizes: [7, 1, 300] }));
  return withSeries(session.report(traffic), session.report(collector));
}

/** Packets and bytes of each bucket, by start. */
function movedIn({ buckets }: Series): Map<string | null, readonly [number, number]> {
  return new Map(
    buckets.map(({ start, groups, others, notDecoded }) => {
      const parts = [...groups, others ?? { packets: 0, bytes: 0 }, notDecoded];
      const sum = (what: "packets" | "bytes") => parts.reduce((total, part) => total + part[what], 0);
      return [start, [sum("packets"), sum("bytes")]];
    }),
  );
}

/** The same from the records, each by its own time. */
function wantedIn(records: readonly TrafficRecord[], seconds: number) {
  const wanted = new Map<string | null, [number, number]>();
  for (const record of records) {
    const at = record.time === null ? null : Number(record.time / 1_000_000_000n);
    const start = at === null ? null : formatRfc3339(at - (at % seconds), 0, 0);
    const sums = wanted.get(start) ?? [0, 0];
    wanted.set(start, [sums[0] + 1, sums[1] + lengthOf(record)]);
  }
  return wanted;
}

describe("the buckets of a series", () => {
  it("add up to the totals of every fixture exactly, by group and by device", async () => {
    const files = ["fixtures", "fixtures/lab"].flatMap((folder) =>
      readdirSync(folder)
        .filter((file) => /\.(pcap|pcapng)(\.gz|\.zst)?$/.test(file))
        .map((file) => `${folder}/${file}`),
    );
    expect(files.length).toBeGreaterThan(100);
    for (const file of files) {
      const summary = await summarize([file], { maxFlows: 2000, everySeconds: 10 });
      expect(summary.series, file).not.toBeNull();
      expectConserved(summary);
    }
  });

  it("add up to the totals of a selected device, also with pseudonyms", async () => {
    const capture = ["fixtures/phone-morning.pcapng"];
    const options = { maxFlows: 2000, everySeconds: 5 };
    const chosen = await summarize(capture, { ...options, device: "iPhone" });
    expect(chosen.otherFlows?.flows).toBeGreaterThan(0);
    expectConserved(chosen);
    const hidden = await summarize(capture, { ...options, pseudonyms: loadPseudonyms("5a".repeat(32)) });
    expectConserved(hidden);
    expect(hidden.series?.buckets.map(({ groups }) => groups)).toEqual(
      (await summarize(capture, options)).series?.buckets.map(({ groups }) => groups),
    );
  });

  it.each<Clock>(["steady", "forward", "wild"])(
    "have each packet of a random capture at its time, with a %s clock",
    async (clock) => {
      const seconds = fc.constantFrom(1, 10, 60, 3600);
      const idle = fc.constantFrom(0, 60, 3600);
      await fc.assert(
        fc.asyncProperty(randomCapture(clock, 60), seconds, idle, async (records, length, timeout) => {
          const collector = new SeriesCollector(appleList, length);
          const summary = await summaryOf(records, collector, { idleTimeoutSeconds: timeout, maxFlows: 3 });
          expectConserved(summary);
          expect(summary.series && movedIn(summary.series)).toEqual(wantedIn(records, length));
        }),
        { numRuns: propertyRuns(400) },
      );
    },
  );

  it.each<Clock>(["steady", "forward", "wild"])(
    "that grow while a capture is read equal those of the final length, with a %s clock",
    async (clock) => {
      const most = fc.integer({ min: 1, max: 8 });
      await fc.assert(
        fc.asyncProperty(randomCapture(clock, 60), most, async (records, buckets) => {
          const growing = await summaryOf(records, new SeriesCollector(appleList, new BucketLength(buckets)));
          expectConserved(growing);
          const seconds = growing.series?.everySeconds ?? 0;
          expect(growing.series).toEqual(
            (await summaryOf(records, new SeriesCollector(appleList, seconds))).series,
          );
          expect(growing.series && movedIn(growing.series)).toEqual(wantedIn(records, seconds));
          const timed = growing.series?.buckets.filter(({ start }) => start !== null) ?? [];
          if (seconds < 86_400) expect(timed.length).toBeLessThanOrEqual(buckets);
        }),
        { numRuns: propertyRuns(400) },
      );
    },
  );

  it("stay exact beyond the limits: in total, and in time as far as buckets suffice", async () => {
    await fc.assert(
      fc.asyncProperty(
        randomCapture("wild", 60),
        fc.integer({ min: 0, max: 3 }),
        fc.integer({ min: 0, max: 3 }),
        fc.integer({ min: 0, max: 3 }),
        async (records, most, groups, devices) => {
          const stores = {
            waiting: new WaitingTraffic(most),
            totals: new SeriesTotals({ buckets: 1000, groups, devices }),
          };
          const summary = await summaryOf(records, new SeriesCollector(appleList, 1, stores));
          expectConserved(summary);
          expect(summary.series && movedIn(summary.series)).toEqual(wantedIn(records, 1));
          const few = new SeriesCollector(appleList, 1, {
            totals: new SeriesTotals({ buckets: most, groups: 1000, devices: 1000 }),
          });
          const shortened = await summaryOf(records, few);
          expectConserved(shortened);
          expect(shortened.series?.buckets.length).toBeLessThanOrEqual(most + 1);
        },
      ),
      { numRuns: propertyRuns(400) },
    );
  });
});
