/** A pcapng Simple Packet Block has no time: that must not separate a fragment from its first one. */
import { expect, it } from "vitest";
import { analyzeTraffic } from "../support/analyze.ts";
import { laterFragment, udp } from "../support/traffic-makers.ts";

it.each([
  { firstAt: null, laterAt: 0 },
  { firstAt: 0, laterAt: null },
  { firstAt: null, laterAt: null },
])(
  "the flow of a fragment is found with the first one at $firstAt, a later one at $laterAt",
  async ({ firstAt, laterAt }) => {
    const first = udp("10.0.0.1:49200", "10.0.0.2:5004", { fragmentId: 7, at: firstAt });
    const later = laterFragment("10.0.0.1", "10.0.0.2", 7, { at: laterAt });
    for (const records of [
      [first, later],
      [later, first],
    ]) {
      const { summary, flows } = await analyzeTraffic(records);
      expect(summary.packets).toMatchObject({ decoded: 2, fragments: 0 });
      expect(flows.map(({ packets }) => packets.originator)).toEqual([2]);
    }
  },
);
