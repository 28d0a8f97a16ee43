/**
 * Among flows last active at the same time, or without times, the newest was always evicted first: every packet of a new flow
 * started another one.
 */
import { expect, it } from "vitest";
import { analyzeTraffic } from "../support/analyze.ts";
import { expectConserved } from "../support/conservation.ts";
import { udp } from "../support/traffic-makers.ts";

it.each([null, 5])("new flows can live beside old idle ones when all packets are %s", async (at) => {
  const packetOf = (host: number) => udp(`10.0.0.${host}:5000`, "17.0.0.1:53", { at });
  const silent = Array.from({ length: 10 }, (_, host) => packetOf(host));
  const talking = Array.from({ length: 40 }, (_, i) => packetOf(10 + (i % 4)));
  const { summary } = await analyzeTraffic([...silent, ...talking], { maxFlows: 10 });
  expectConserved(summary);
  expect(summary.flows).toMatchObject({ total: 14, evicted: 4 });
});
