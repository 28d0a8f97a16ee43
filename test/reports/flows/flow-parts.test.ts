/** Records of long-lived flows: an active timeout (docs/contract.md, "Flow"). */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { summarize } from "../../../src/engine/summarize.ts";
import type { FlowReport } from "../../../src/reports/flow-report.ts";
import { FlowCollector } from "../../../src/reports/flows/flow-collector.ts";
import { readWhole, testSession } from "../../support/analyze.ts";
import { memorySource } from "../../support/memory-source.ts";
import { propertyRuns } from "../../support/property-runs.ts";
import { type Clock, randomCapture } from "../../support/random-traffic.ts";
import { type TrafficRecord, toMemoryRecord } from "../../support/traffic.ts";
import { tcp } from "../../support/traffic-makers.ts";

const CLIENT = "10.0.0.1:49200";
const SERVER = "17.0.0.1:443";

/** Returns the records with an active timeout, or without (null). */
async function recordsOf(
  traffic: readonly TrafficRecord[],
  activeSeconds: number | null,
  options: { readonly idleTimeoutSeconds?: number; readonly maxFlows?: number } = {},
): Promise<FlowReport[]> {
  const records: FlowReport[] = [];
  const collector = new FlowCollector((flow) => records.push(flow), activeSeconds);
  const session = testSession({ maxFlows: 50, ...options }, [collector]);
  await readWhole(session, memorySource(traffic.map(toMemoryRecord), { blockSizes: [5, 1, 200] }));
  session.report(collector);
  return records;
}

/** Sums of records by five-tuple, whichever end began; `flows` counts those that do not continue. */
function sumsOf(records: readonly FlowReport[]) {
  const sums = new Map<string, { flows: number; packets: number; bytes: number }>();
  for (const { communityId, packets, bytes, continues } of records) {
    const sum = sums.get(communityId) ?? { flows: 0, packets: 0, bytes: 0 };
    sum.flows += continues === true ? 0 : 1;
    sum.packets += packets.originator + packets.responder;
    sum.bytes += bytes.originator + bytes.responder;
    sums.set(communityId, sum);
  }
  return [...sums].sort();
}

describe("an active timeout", () => {
  it("creates a record each time a flow has lived that long, with the traffic since the last one", async () => {
    const times = [0, 30, 59.5, 60, 100, 200, 201, 240];
    const records = await recordsOf(
      times.map((at, i) => tcp(i % 2 === 0 ? CLIENT : SERVER, i % 2 === 0 ? SERVER : CLIENT, { at })),
      60,
    );
    const start = 1_700_000_000;
    expect(
      records.map((one) => [
        Date.parse(one.start ?? "") / 1000 - start,
        Date.parse(one.end ?? "") / 1000 - start,
        one.packets.originator,
        one.packets.responder,
        one.continues,
      ]),
    ).toEqual([
      [0, 59.5, 2, 1, true],
      [60, 100, 1, 1, true],
      [200, 201, 1, 1, true],
      [240, 240, 0, 1, false],
    ]);
  });

  it("marks flows that end before it as complete, and nothing without it", async () => {
    const traffic = [tcp(CLIENT, SERVER, { at: 0 }), tcp(CLIENT, SERVER, { at: 59 })];
    expect((await recordsOf(traffic, 60)).map(({ continues }) => continues)).toEqual([false]);
    expect(await recordsOf(traffic, null)).toEqual([expect.not.objectContaining({ continues: false })]);
  });

  it("starts again for another flow of the same five-tuple", async () => {
    const times = [0, 60, 61, 5000, 5059, 5060];
    const records = await recordsOf(
      times.map((at) => tcp(CLIENT, SERVER, { at })),
      60,
      { idleTimeoutSeconds: 300 },
    );
    expect(records.map(({ packets, continues }) => [packets.originator, continues])).toEqual([
      [1, true],
      [2, false],
      [2, true],
      [1, false],
    ]);
  });

  it.each<Clock>(["steady", "forward", "wild"])(
    "creates records that add up to the flows of random captures with a %s clock",
    async (clock) => {
      const capture = randomCapture(clock, 60);
      const idle = fc.constantFrom(0, 60, 3600);
      await fc.assert(
        fc.asyncProperty(capture, fc.constantFrom(1, 10, 60, 600), idle, async (traffic, active, timeout) => {
          const options = { idleTimeoutSeconds: timeout, maxFlows: 3 };
          const parts = await recordsOf(traffic, active, options);
          expect(sumsOf(parts)).toEqual(sumsOf(await recordsOf(traffic, null, options)));
          for (const { packets } of parts) expect(packets.originator + packets.responder).toBeGreaterThan(0);
        }),
        { numRuns: propertyRuns(300) },
      );
    },
  );

  it("is refused with a device selection, and needs a whole number of seconds", async () => {
    const capture = ["fixtures/reopened.pcap"];
    const onFlow = () => undefined;
    await expect(summarize(capture, { onFlow, activeTimeoutSeconds: 60, device: "x" })).rejects.toMatchObject(
      { code: "bad_argument" },
    );
    await expect(summarize(capture, { onFlow, activeTimeoutSeconds: 0.5 })).rejects.toMatchObject({
      code: "bad_argument",
    });
  });
});
