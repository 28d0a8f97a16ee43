/** Duplicates in a session: when they are searched, and what remains when they are left out. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ReadingOptions } from "../../src/engine/reading-options.ts";
import type { PacketSource } from "../../src/packets/packet-source.ts";
import type { FlowReport } from "../../src/reports/flow-report.ts";
import { FlowCollector } from "../../src/reports/flows/flow-collector.ts";
import type { Summary } from "../../src/reports/traffic/summary.ts";
import { TrafficCollector } from "../../src/reports/traffic/traffic-collector.ts";
import { type PacketBuilder, packet } from "../../src/testing/builders/packet-builder.ts";
import { appleList, testSession } from "../support/analyze.ts";
import { type MemoryRecord, memorySource } from "../support/memory-source.ts";
import { propertyRuns } from "../support/property-runs.ts";
import { randomCapture } from "../support/random-traffic.ts";
import { toMemoryRecord } from "../support/traffic.ts";

const START = 1_700_000_000_000_000_000n;
const MILLISECOND = 1_000_000n;

interface Read {
  readonly summary: Summary;
  readonly flows: readonly FlowReport[];
}

/** Returns the report for sources that are read at once, block by block. */
async function read(sources: readonly PacketSource[], options: ReadingOptions = {}): Promise<Read> {
  const traffic = new TrafficCollector(appleList);
  const flows: FlowReport[] = [];
  const session = testSession(options, [traffic, new FlowCollector((flow) => flows.push(flow))]);
  const readings = sources.map((source) => session.read(source));
  for (let left = readings; left.length > 0; ) {
    const steps = await Promise.all(left.map((reading) => reading.next()));
    left = left.filter((_, i) => steps[i].done !== true);
  }
  return { summary: session.report(traffic), flows };
}

const readOne = (records: readonly MemoryRecord[], options?: ReadingOptions) =>
  read([memorySource(records)], options);

/** `count` segments a millisecond apart, each built by `build`. */
function segments(count: number, build: (id: number) => PacketBuilder): MemoryRecord[] {
  return Array.from({ length: count }, (_, id) => ({
    bytes: build(id).build(),
    time: START + BigInt(id) * MILLISECOND,
  }));
}

const plain = (id: number) => packet().ethernet().ipv4({ id }).tcp({ sequence: id }).payload(50);

/** Each record, and a copy a little later. */
function twice(records: readonly MemoryRecord[], delay: bigint, interfaceName?: string): MemoryRecord[] {
  const named = interfaceName === undefined ? {} : { interfaceName };
  const copies = records.map((one) => ({
    ...one,
    ...named,
    time: one.time === null ? null : one.time + delay,
  }));
  return [...records, ...copies].sort((a, b) => Number((a.time ?? 0n) - (b.time ?? 0n)));
}

describe("duplicates", () => {
  const some = segments(20, plain);

  it("are counted in a capture of several interfaces", async () => {
    const { summary } = await readOne(twice(some, MILLISECOND, "br0"));
    expect(summary.capture).toMatchObject({
      packets: 40,
      duplicates: { packets: 20, bytes: 20 * 104, acrossNat: 0, leftOut: false },
    });
  });

  it("are left out of all totals with deduplicate", async () => {
    const { summary, flows } = await readOne(twice(some, MILLISECOND, "br0"), { deduplicate: true });
    expect(summary.capture).toMatchObject({
      packets: 20,
      bytes: 20 * 104,
      duplicates: { packets: 20, bytes: 20 * 104, acrossNat: 0, leftOut: true },
    });
    expect(flows.map(({ packets }) => packets)).toEqual([{ originator: 20, responder: 0 }]);
  });

  it("are found between sources read at the same time", async () => {
    const sources = () => [memorySource(some, { name: "eth0" }), memorySource(some, { name: "br0" })];
    expect((await read(sources())).summary.capture.duplicates?.packets).toBe(20);
    expect((await read(sources(), { deduplicate: true })).summary.capture.packets).toBe(20);
  });

  it("are found in traffic mirrored through a tunnel", async () => {
    const mirrored = segments(5, (id) =>
      packet().ethernet().ipv4().gre().erspan().ethernet().ipv4({ id }).tcp({ sequence: id }).payload(9),
    );
    const { summary } = await readOne(twice(mirrored, 10_000n));
    expect(summary.capture.duplicates?.packets).toBe(5);
  });

  it("are detected by the first packets on a mirror port of both directions", async () => {
    const { summary } = await readOne(twice(segments(300, plain), 10_000n));
    expect(summary.capture.duplicates).toMatchObject({ packets: 300, leftOut: false });
  });

  it("are reported as unknown on one interface with few of them at the beginning", async () => {
    const later = twice(segments(200, plain).slice(140), 10_000n);
    const records = [...segments(140, plain), ...later];
    expect((await readOne(records)).summary.capture.duplicates).toBe(null);
    const { summary } = await readOne(records, { deduplicate: true });
    expect(summary.capture.duplicates?.packets).toBe(60);
    expect((await readOne(some)).summary.capture.duplicates).toBe(null);
  });

  it("are reported as 0 if none was found among several interfaces", async () => {
    const elsewhere = some.map((one, i) => (i % 2 === 0 ? one : { ...one, interfaceName: "eth1" }));
    expect((await readOne(elsewhere)).summary.capture.duplicates).toEqual({
      packets: 0,
      bytes: 0,
      acrossNat: 0,
      leftOut: false,
    });
  });

  it("are searched among the selected packets only", async () => {
    const { summary } = await readOne(twice(some, MILLISECOND, "br0"), { deduplicate: true, filter: "udp" });
    expect(summary.capture).toMatchObject({ packets: 0, filtered: 40, duplicates: { packets: 0 } });
  });
});

it("the session counts what a filter and a time window leave out, each record once", async () => {
  const records = segments(10, (id) =>
    id % 2 === 0 ? plain(id) : packet().ethernet().ipv4({ id }).udp().payload(50),
  );
  const at = (milliseconds: number) => ({ seconds: 1_700_000_000, nanoseconds: milliseconds * 1_000_000 });
  const { summary } = await readOne(records, { from: at(2), to: at(7), filter: "tcp" });
  expect(summary.capture).toMatchObject({ packets: 3, filtered: 2, outsideTime: 5 });
  expect((await readOne(records)).summary.capture).toMatchObject({ filtered: 0, outsideTime: 0 });
});

/** Everything that must be the same with and without a second interface. */
function withoutSources({ summary, flows }: Read) {
  const { sources: _, duplicates: __, ...capture } = summary.capture;
  return { summary: { ...summary, capture }, flows };
}

describe("a copy of a capture on a second interface", () => {
  it("changes nothing with deduplicate", async () => {
    const delays = fc.bigInt({ min: 0n, max: 49_999_999n });
    await fc.assert(
      fc.asyncProperty(randomCapture("forward", 200), delays, async (traffic, delay) => {
        const records = traffic
          .map(toMemoryRecord)
          .filter(({ time }) => time !== null)
          .sort((a, b) => Number((a.time ?? 0n) - (b.time ?? 0n)));
        const alone = await readOne(records, { deduplicate: true });
        const both = await readOne(twice(records, delay, "second"), { deduplicate: true });
        expect(withoutSources(both)).toEqual(withoutSources(alone));
      }),
      { numRuns: propertyRuns(300) },
    );
  });
});
