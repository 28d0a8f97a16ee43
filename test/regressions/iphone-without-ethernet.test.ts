/** Tools that record an iPhone over USB declare Ethernet for all interfaces; packets of the cellular interface are bare IP. */
import { expect, it } from "vitest";
import { analyzeBytes } from "../../scripts/fuzz/analyze-bytes.ts";
import { renderSummary } from "../../src/render/render-summary.ts";
import { buildClientHello, serverName, toRecords } from "../../src/testing/builders/client-hello.ts";
import { packet } from "../../src/testing/builders/packet-builder.ts";
import { memorySource } from "../support/memory-source.ts";

it("bare IP recorded from an iPhone is decoded, attributed, and reported per interface", async () => {
  const hello = toRecords(buildClientHello(serverName("gateway.icloud.com")));
  const wifi = packet().ethernet().ipv4({ source: "192.0.2.7" }).tcp({ sourcePort: 50_001, flags: "PA" });
  const cellular = packet().ipv4({ source: "100.64.0.9" }).tcp({ sourcePort: 50_002, flags: "PA" });
  const records = [wifi, cellular, cellular].map((built, i) => ({
    bytes: built.payload(hello).build(),
    time: BigInt(i),
    linkType: 1,
  }));
  const { summary, flows } = await analyzeBytes([() => memorySource(records)]);
  expect(flows.map(({ serverName, packets }) => [serverName, packets.originator]).sort()).toEqual([
    ["gateway.icloud.com", 1],
    ["gateway.icloud.com", 2],
  ]);
  expect(summary.weirds).toEqual({});
  expect(summary.capture.sources[0].interfaces).toMatchObject([{ packets: 3, ipAlone: 2 }]);
  const style = { width: 500, colors: false, ascii: true };
  const table = await renderSummary(summary, { format: "table", style });
  expect(table).toContain("2 packets in a capture of Ethernet were read as bare IP");
});
