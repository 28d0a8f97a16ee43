/** A range of thousands of ports is no evidence: its products are possible, and nothing is attributed to them. */
import { expect, it } from "vitest";
import { analyzeTraffic } from "../support/analyze.ts";
import { tcp, udp } from "../support/traffic-makers.ts";

it.each([
  [
    "DCE-RPC on port 49664/tcp",
    tcp("10.0.0.1:51000", "10.0.0.2:49664", { flags: "S" }),
    "Xsan Filesystem Access",
  ],
  ["a media stream on port 7000/udp", udp("10.0.0.1:40000", "10.0.0.2:7000"), "QuickTime Streaming Server"],
])("%s is not attributed to a product by a wide range", async (_, record, product) => {
  const { summary, flows } = await analyzeTraffic([record]);
  expect(flows[0]).toMatchObject({ class: "range", products: [], evidence: null, reason: null });
  expect(flows[0].candidates).toEqual([product]);
  const { bytes } = summary.capture;
  expect(summary.classes.range).toEqual({ flows: 1, packets: 1, bytes });
  expect(summary.apple.identified.bytes + summary.apple.unknownProduct.bytes).toBe(0);
  const own = summary.products.find((row) => row.product === product);
  const nothing = { flows: 0, packets: 0, bytes: 0 };
  expect(own).toMatchObject({
    identified: nothing,
    oneOf: nothing,
    possible: { flows: 1, packets: 1, bytes },
  });
});

it("WireGuard on 51820/udp at both ends is not attributed to a product, because the range's product has closed", async () => {
  const record = udp("10.0.0.1:51820", "10.0.0.2:51820");
  const { flows } = await analyzeTraffic([record]);
  expect(flows[0]).toMatchObject({ class: "unlisted", reason: "product-ended", candidates: [] });
  const byList = await analyzeTraffic([record], { rules: null });
  expect(byList.flows[0]).toMatchObject({ class: "range", candidates: ["Back to My Mac"] });
});

it("a flow between two ephemeral ports without a handshake has no service side and no candidate", async () => {
  const { summary, flows } = await analyzeTraffic([udp("10.0.0.1:49648", "198.51.100.2:50004")]);
  expect(flows[0]).toMatchObject({
    servicePort: null,
    orientation: "unknown",
    class: "unlisted",
    reason: "side-unknown",
    candidates: [],
  });
  expect(summary.products).toEqual([]);
  expect(summary.ports).toMatchObject([
    { transport: "udp", port: null, listed: false, service: null, flows: 1 },
  ]);
});
