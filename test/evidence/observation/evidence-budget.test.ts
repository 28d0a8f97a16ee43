import { expect, it } from "vitest";
import { floodSource } from "../../../scripts/floods/flood-source.ts";
import { FLOODS } from "../../../scripts/floods/floods.ts";
import { EvidenceBudget } from "../../../src/evidence/observation/evidence-budget.ts";
import { TrafficCollector } from "../../../src/reports/traffic/traffic-collector.ts";
import { appleList, readWhole, testSession } from "../../support/analyze.ts";
import { expectConserved } from "../../support/conservation.ts";

/** Requests for packets that take `milliseconds` each, one for each entry of `seconds`; returns which were granted. */
function looks(
  budget: EvidenceBudget,
  clock: { now: number },
  milliseconds: number,
  seconds: readonly number[],
) {
  return seconds.map((second) => {
    const isAllowed = budget.begin(second);
    if (isAllowed) {
      clock.now += milliseconds;
      budget.end();
    }
    return isAllowed;
  });
}

it("the evidence budget admits packets for its share of each second of capture time, and counts the others", () => {
  const clock = { now: 0 };
  const budget = new EvidenceBudget(0.5, () => clock.now);
  expect(looks(budget, clock, 200, [1, 1, 1, 1, 1, 2, 2])).toEqual([
    true,
    true,
    true,
    false,
    false,
    true,
    true,
  ]);
  expect(budget.leftOut).toBe(2);
});

it("the evidence budget is not renewed by a late packet, but by a clock that was set back", () => {
  const clock = { now: 0 };
  const budget = new EvidenceBudget(0.5, () => clock.now);
  expect(looks(budget, clock, 500, [100, 99, 100, 99, 101, 40])).toEqual([
    true,
    false,
    false,
    false,
    true,
    true,
  ]);
});

it("packets beyond the evidence budget are still counted", async () => {
  const flood = FLOODS.find(({ name }) => name === "QUIC");
  const packets = 5000;
  const counts = [];
  for (const evidenceShare of [0.001, 1000]) {
    const traffic = new TrafficCollector(appleList);
    const session = testSession({ evidenceShare, maxFlows: packets }, [traffic]);
    await readWhole(session, floodSource(packets, packets, flood?.write ?? (() => 0)));
    const summary = session.report(traffic);
    expectConserved(summary);
    counts.push([summary.packets.decoded, summary.flows.total, summary.evidenceDropped.handshakes > 0]);
  }
  expect(counts).toEqual([
    [packets, packets, true],
    [packets, packets, false],
  ]);
});
