/**
 * A flow that restarted at an earlier time, after the clock was set back, was still treated as recently active, and another
 * flow was evicted instead.
 */
import { expect, it } from "vitest";
import { analyzeTraffic } from "../support/analyze.ts";
import { expectConserved } from "../support/conservation.ts";
import { udp } from "../support/traffic-makers.ts";

it("after the clock was set back, the flow idle longest since then is evicted", async () => {
  const packetOf = (host: number, at: number) => udp(`10.0.0.${host}:5000`, "17.0.0.1:53", { at });
  const records = [
    packetOf(1, 90),
    packetOf(2, 99),
    packetOf(3, 100),
    packetOf(4, 102), // evicts 1
    packetOf(3, 75), // ends 3, which starts again
    packetOf(5, 103), // evicts 3, not 2
    packetOf(2, 104),
  ];
  const { summary, flows } = await analyzeTraffic(records, { maxFlows: 3, idleTimeoutSeconds: 20 });
  expectConserved(summary);
  expect(summary.flows).toMatchObject({ total: 6, evicted: 2 });
  const ofHost2 = flows.filter(({ originator }) => originator.address === "10.0.0.2");
  expect(ofHost2.map(({ packets }) => packets.originator)).toEqual([2]);
});
