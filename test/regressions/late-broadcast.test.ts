/** The service does not depend on which packet of a flow was captured first: a broadcast frame counts at any time. */
import { expect, it } from "vitest";
import { analyzeTraffic } from "../support/analyze.ts";
import { udp } from "../support/traffic-makers.ts";

it("a broadcast address is recognised by a later frame as by the first", async () => {
  const known = udp("192.0.2.7:41000", "192.0.2.127:42000", { at: 0 });
  const broadcast = udp("192.0.2.127:42000", "192.0.2.7:41000", { at: 1, isLinkBroadcast: true });
  for (const records of [
    [known, broadcast],
    [broadcast, known],
  ]) {
    const { flows } = await analyzeTraffic(records);
    expect(flows).toHaveLength(1);
    expect(flows[0]).toMatchObject({ orientation: "multicast", servicePort: 41000 });
  }
});
