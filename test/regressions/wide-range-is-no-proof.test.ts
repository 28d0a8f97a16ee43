/** A range of thousands of ports says nothing of whose a flow is: its products are possible, and get no share. */
import { expect, it } from "vitest";
import { analyzeTraffic } from "../support/analyze.ts";
import { tcp, udp } from "../support/traffic-makers.ts";

it.each([
  ["DCE-RPC on 49664/tcp", tcp("10.0.0.1:51000", "10.0.0.2:49664", { flags: "S" }), "Xsan Filesystem Access"],
  ["a media stream on 7000/udp", udp("10.0.0.1:40000", "10.0.0.2:7000"), "QuickTime Streaming Server"],
  ["WireGuard on 51820/udp, both ports", udp("10.0.0.1:51820", "10.0.0.2:51820"), "Back to My Mac"],
])("gives %s to nobody", async (_, record, product) => {
  const { summary, flows } = await analyzeTraffic([record]);
  expect(flows[0]).toMatchObject({ reason: "wide-range-only", evidence: "port-range" });
  expect(flows[0].candidates).toContain(product);
  expect(summary.flows).toMatchObject({ attributed: 0, unattributed: 1 });
  expect(summary.unattributed.byReason["wide-range-only"].packets).toBe(1);
  const own = summary.products.find((row) => row.product === product);
  expect(own?.flows).toEqual({ sole: 0, possible: 1 });
  expect(own?.bytes).toMatchObject({ sole: 0, estimate: 0 });
  expect(own?.bytes.possible).toBeGreaterThan(0);
});

it("has no service side, and no candidate, between two ephemeral ports without a handshake", async () => {
  const { summary, flows } = await analyzeTraffic([udp("10.0.0.1:49648", "198.51.100.2:50004")]);
  expect(flows[0]).toMatchObject({
    servicePort: null,
    orientation: "unknown",
    reason: "side-unknown",
    candidates: [],
  });
  expect(summary.products).toEqual([]);
  expect(summary.ports).toMatchObject([
    { transport: "udp", port: null, listed: false, service: null, flows: 1 },
  ]);
});
