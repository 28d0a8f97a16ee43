/**
 * Rows reported while flows live, plus the rest, add up to everything, with snapshots at any time (docs/contract.md, "Totals
 * over time").
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Session } from "../../../src/engine/session.ts";
import { inOneStep, runSteps } from "../../../src/reports/collector.ts";
import type { BucketRow } from "../../../src/reports/history/bucket-row.ts";
import { HistoryCollector } from "../../../src/reports/history/history-collector.ts";
import { TrafficCollector } from "../../../src/reports/traffic/traffic-collector.ts";
import { buildClientHello, serverName, toRecords } from "../../../src/testing/builders/client-hello.ts";
import { packet } from "../../../src/testing/builders/packet-builder.ts";
import { appleList, testSession } from "../../support/analyze.ts";
import { type MemoryRecord, memorySource } from "../../support/memory-source.ts";
import { propertyRuns } from "../../support/property-runs.ts";
import { type Clock, randomCapture } from "../../support/random-traffic.ts";
import { lengthOf, toMemoryRecord } from "../../support/traffic.ts";
import { tcp } from "../../support/traffic-makers.ts";

const SECOND = 1_000_000_000n;
/** Seconds since 1970 at which the captures of `traffic-makers` begin. */
const BEGIN = 1_700_000_000;

function take(session: Session, history: HistoryCollector, before: number): BucketRow[] {
  return runSteps(
    session.liveFlows<BucketRow[]>({
      add: (flow) => history.countLive(flow, before),
      snapshot: () => {
        throw new Error("nobody asks");
      },
      report: (reading) => inOneStep(() => history.takeBefore(before, reading)),
    }),
  );
}

/** All rows by the time of their snapshot: before each block and at the end. */
async function rowsOf(
  records: readonly MemoryRecord[],
  seconds: number,
  befores: readonly number[],
  blockSizes: readonly number[] = [1],
): Promise<{ readonly taken: BucketRow[][]; readonly rows: BucketRow[]; readonly flows: number }> {
  const history = new HistoryCollector(appleList, seconds);
  const traffic = new TrafficCollector(appleList);
  const session = testSession({ maxFlows: 3, idleTimeoutSeconds: 3600 }, [traffic, history]);
  const taken: BucketRow[][] = [];
  for await (const _ of session.read(memorySource(records, { blockSizes }))) {
    const before = befores[taken.length % Math.max(befores.length, 1)];
    taken.push(before === undefined ? [] : take(session, history, before));
  }
  const { flows } = session.report(traffic);
  taken.push([...session.report(history)]);
  return { taken, rows: taken.flat(), flows: flows.total };
}

function sum(
  rows: readonly BucketRow[],
  amount: "sentBytes" | "receivedBytes" | "sentPackets" | "flows",
): number {
  return rows.reduce((total, row) => total + row[amount], 0);
}

/** Bytes by bucket start: a fragment that found its flow after it was reported is subtracted again. */
function byStart(rows: readonly (readonly [number | null, number])[]): Record<string, number> {
  const sums = new Map<string, number>();
  for (const [start, bytes] of rows) sums.set(String(start), (sums.get(String(start)) ?? 0) + bytes);
  return Object.fromEntries([...sums].filter(([, bytes]) => bytes !== 0));
}

describe("a history recorded while flows live", () => {
  it.each<Clock>(["steady", "forward", "wild"])(
    "has every byte once, in the bucket of its time, with snapshots at any time and a %s clock",
    async (clock) => {
      await fc.assert(
        fc.asyncProperty(
          randomCapture(clock, 60),
          fc.constantFrom(1, 10, 60, 3600),
          fc.array(fc.nat({ max: 10_000 }), { maxLength: 8 }),
          async (records, seconds, offsets) => {
            const times = records.flatMap(({ time }) => (time === null ? [] : [Number(time / SECOND)]));
            const first = Math.min(...times, BEGIN);
            const befores = offsets.map((offset) => {
              const time = first + offset;
              return time - (time % seconds);
            });
            const { rows, flows } = await rowsOf(records.map(toMemoryRecord), seconds, befores, [3, 1, 7]);
            const wanted = records.map((record) => {
              const time = record.time === null ? null : Number(record.time / SECOND);
              return [time === null ? null : time - (time % seconds), lengthOf(record)] as const;
            });
            expect(byStart(rows.map((row) => [row.start, row.sentBytes]))).toEqual(byStart(wanted));
            expect(byStart(rows.map((row) => [row.start, row.receivedBytes]))).toEqual(byStart(wanted));
            expect(sum(rows, "sentPackets")).toBe(records.length);
            expect(sum(rows, "flows")).toBe(flows);
          },
        ),
        { numRuns: propertyRuns(300) },
      );
    },
  );

  it("has a flow of ten hours in every hour, each stored when the hour ends", async () => {
    const packets = Array.from({ length: 10 }, (_, hour) =>
      tcp("10.0.0.1:49200", "17.0.0.1:443", { at: hour * 3600, flags: hour === 0 ? "S" : "A" }),
    );
    const start = (hour: number) => BEGIN - (BEGIN % 3600) + hour * 3600;
    const history = new HistoryCollector(appleList, 3600);
    const session = testSession({ maxFlows: 10, idleTimeoutSeconds: 36_000 }, [history]);
    const taken: (readonly number[])[] = [];
    let hour = 0;
    for await (const _ of session.read(memorySource(packets.map(toMemoryRecord), { blockSizes: [1] }))) {
      const rows = take(session, history, start(hour++));
      taken.push([...new Set(rows.map((row) => row.start ?? 0))]);
    }
    expect(taken).toEqual([[], ...Array.from({ length: 9 }, (_, i) => [start(i)])]);
    expect(session.report(history).map((row) => row.start)).toContain(start(9));
  });

  it("reports the bytes of a flow that later evidence reattributes", async () => {
    const client = { source: "10.0.0.1", destination: "93.184.216.34" };
    const server = { source: client.destination, destination: client.source };
    const asks = { sourcePort: 49200, destinationPort: 443 };
    const hello = toRecords(buildClientHello(serverName("gateway.icloud.com")));
    const built = [
      packet()
        .ethernet()
        .ipv4(client)
        .tcp({ ...asks, flags: "S", sequence: 0 }),
      packet()
        .ethernet()
        .ipv4(server)
        .tcp({ sourcePort: 443, destinationPort: 49200, flags: "SA", acknowledgment: 1 }),
      packet()
        .ethernet()
        .ipv4(client)
        .tcp({ ...asks, flags: "PA", sequence: 1, acknowledgment: 1 })
        .payload(hello),
    ];
    const records = built.map((one, i) => ({
      time: BigInt(BEGIN + [0, 1, 130][i]) * SECOND,
      bytes: one.build(),
    }));
    const minute = BEGIN - (BEGIN % 60);
    const { taken } = await rowsOf(records, 60, [0, minute + 60, 0], [1]);
    const [, told] = taken;
    const final = taken.at(-1) ?? [];
    const toldBytes = records.slice(0, 2).reduce((total, { bytes }) => total + bytes.length, 0);
    expect(sum(told, "sentBytes")).toBe(toldBytes);
    expect(new Set(told.map((row) => row.class))).toEqual(new Set(["listed"]));
    const retold = final.filter(({ retoldBytes }) => retoldBytes > 0);
    expect(retold.map((row) => [row.class, row.retoldBytes, row.sentBytes])).toEqual([
      ["listed", toldBytes, 0],
    ]);
    expect(final.filter(({ sentBytes }) => sentBytes > 0).map((row) => row.class)).toContain("identified");
  });
});
