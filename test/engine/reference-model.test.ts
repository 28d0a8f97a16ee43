/**
 * Random captures through the real analysis and through a naive model (`support/reference-*.ts`) written from
 * docs/contract.md; where a rule is not built, from its description of today. Every flow and every number must be equal.
 * fast-check prints seed and path of a failure: keep it as a regression test.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectLikeReference } from "../support/expect-reference.ts";
import { propertyRuns } from "../support/property-runs.ts";
import { randomCapture } from "../support/random-traffic.ts";

const blockSizes = fc.array(fc.integer({ min: 1, max: 64 }), { minLength: 1, maxLength: 3 });
const idleTimeouts = fc.constantFrom(0, 1, 10, 60, 3600);
const MANY_FLOWS = 2000;
/** A day: longer than any gap in these captures. */
const NEVER = 86_400;

describe("a random capture gives the result of the reference model", () => {
  it("if times increase, repeat, and jump beyond the idle timeout", async () => {
    await fc.assert(
      fc.asyncProperty(
        randomCapture("forward", 120),
        idleTimeouts,
        blockSizes,
        async (records, idleTimeoutSeconds, sizes) => {
          await expectLikeReference(records, {
            idleTimeoutSeconds,
            maxFlows: MANY_FLOWS,
            blockSizes: sizes,
          });
        },
      ),
      { numRuns: propertyRuns(200) },
    );
  });

  it("if times also go back and records have none", async () => {
    await fc.assert(
      fc.asyncProperty(randomCapture("wild", 120), idleTimeouts, async (records, idleTimeoutSeconds) => {
        await expectLikeReference(records, { idleTimeoutSeconds, maxFlows: MANY_FLOWS });
      }),
      { numRuns: propertyRuns(200) },
    );
  });

  it("over many batches of the flow table, with flows that expire between them", async () => {
    await fc.assert(
      fc.asyncProperty(
        randomCapture("forward", 1500),
        fc.constantFrom(0, 1, 10, 60),
        async (records, idleTimeoutSeconds) => {
          await expectLikeReference(records, { idleTimeoutSeconds, maxFlows: MANY_FLOWS });
        },
      ),
      { numRuns: propertyRuns(20) },
    );
  });

  it("over many batches with times that go back, without a gap long enough to end a flow", async () => {
    await fc.assert(
      fc.asyncProperty(
        randomCapture("wild", 1200),
        fc.constantFrom(0, 100 * NEVER),
        async (records, idleTimeoutSeconds) => {
          await expectLikeReference(records, { idleTimeoutSeconds, maxFlows: MANY_FLOWS });
        },
      ),
      { numRuns: propertyRuns(15) },
    );
  });

  it("if few flows may be live: the longest idle one is evicted, and counted", async () => {
    await fc.assert(
      fc.asyncProperty(
        randomCapture("steady", 900, 40),
        fc.constantFrom(0, NEVER),
        fc.integer({ min: 1, max: 12 }),
        async (records, idleTimeoutSeconds, maxFlows) => {
          // The host limit is covered by another test, so it equals the number of flows.
          const options = { idleTimeoutSeconds, maxFlows, domainOf: null };
          const { summary, reference } = await expectLikeReference(records, options);
          expect(summary.flows.evicted).toBe(reference.evicted);
        },
      ),
      { numRuns: propertyRuns(40) },
    );
  });

  it("if few flows may be live and many expire", async () => {
    await fc.assert(
      fc.asyncProperty(
        randomCapture("steady", 900, 40),
        fc.constantFrom(1, 5, 20),
        fc.integer({ min: 1, max: 12 }),
        async (records, idleTimeoutSeconds, maxFlows) => {
          await expectLikeReference(records, { idleTimeoutSeconds, maxFlows, domainOf: null });
        },
      ),
      { numRuns: propertyRuns(30) },
    );
  });
});
