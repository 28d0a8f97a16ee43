/** A fragmented datagram has a process too: its first fragment has the ports, and the header before it names the sender. */
import { expect, it } from "vitest";
import { analyzeBytes } from "../../scripts/fuzz/analyze-bytes.ts";
import { LinkType } from "../../src/net/link-types.ts";
import { packet } from "../../src/testing/builders/packet-builder.ts";
import { memorySource } from "../support/memory-source.ts";

it("a fragmented datagram keeps the process of its first fragment", async () => {
  const bytes = packet()
    .pktap({ command: "avconferenced" })
    .ethernet()
    .ipv4({ moreFragments: true })
    .udp()
    .payload(64)
    .build();
  const records = [{ bytes, time: 0n, linkType: LinkType.PKTAP }];
  const { summary, flows } = await analyzeBytes([() => memorySource(records)]);
  expect(summary.packets.decoded).toBe(1);
  expect(flows.map(({ process }) => process)).toEqual(["avconferenced"]);
});
