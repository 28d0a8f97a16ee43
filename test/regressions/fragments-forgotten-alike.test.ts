/**
 * Which datagrams the fragment table evicts must not depend on the random hash key of the run: the same capture gives the
 * same JSON bytes.
 */
import { expect, it } from "vitest";
import { analyzeTraffic } from "../support/analyze.ts";
import { expectConserved } from "../support/conservation.ts";
import { laterFragment, udp } from "../support/traffic-makers.ts";

const DATAGRAMS = 10_000;

it("a capture with more datagrams than can be remembered gives the same summary on every run", async () => {
  const ids = Array.from({ length: DATAGRAMS }, (_, id) => id);
  const records = [
    ...ids.map((fragmentId) => udp("10.0.0.1:49200", "10.0.0.2:5004", { fragmentId })),
    ...ids.map((fragmentId) => laterFragment("10.0.0.1", "10.0.0.2", fragmentId)),
  ];
  const one = await analyzeTraffic(records);
  const two = await analyzeTraffic(records);
  expectConserved(one.summary);
  expect(one.summary.packets.fragments).toBeGreaterThan(0);
  expect(one.summary.packets.decoded).toBeGreaterThan(DATAGRAMS);
  expect(JSON.stringify(two)).toBe(JSON.stringify(one));
});
