/** The same capture gives the same bytes on every run, although every run has a random hash key. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AnalyzeOptions, analyzeTraffic } from "../support/analyze.ts";
import { propertyRuns } from "../support/property-runs.ts";
import { randomCapture } from "../support/random-traffic.ts";
import type { TrafficRecord } from "../support/traffic.ts";
import { tcp, udp } from "../support/traffic-makers.ts";

/** Flows in order, then the summary. */
async function textOf(records: readonly TrafficRecord[], options: AnalyzeOptions): Promise<string> {
  return JSON.stringify(await analyzeTraffic(records, options));
}

describe("two runs over one capture", () => {
  it.each([2000, 3])("give the same result, flow by flow, with %i flow entries", async (maxFlows) => {
    await fc.assert(
      fc.asyncProperty(randomCapture("wild", 400), fc.constantFrom(0, 60), async (records, timeout) => {
        const options = { maxFlows, idleTimeoutSeconds: timeout };
        expect(await textOf(records, options)).toBe(await textOf(records, options));
      }),
      { numRuns: propertyRuns(40) },
    );
  });

  it("give the same result for more flows than the first index holds, with evictions", async () => {
    const records = Array.from({ length: 30_000 }, (_, i) => {
      const client = `10.0.${(i * 7) & 255}.${i & 255}:${1024 + ((i * 31) % 60_000)}`;
      // All within one second of each other, many at the same time.
      const options = { at: Math.floor(i / 100) / 1000, flags: "S" };
      return i % 2 === 0 ? tcp(client, "17.0.0.1:443", options) : udp(client, "17.0.0.1:16385", options);
    });
    for (const maxFlows of [20_000, 500]) {
      expect(await textOf(records, { maxFlows })).toBe(await textOf(records, { maxFlows }));
    }
  });

  it("give the same result however the records are split into blocks and sources", async () => {
    await fc.assert(
      fc.asyncProperty(
        randomCapture("wild", 200),
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }),
        async (records, blockSizes) => {
          expect(await textOf(records, { blockSizes })).toBe(await textOf(records, {}));
        },
      ),
      { numRuns: propertyRuns(40) },
    );
  });
});
