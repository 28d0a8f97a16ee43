/** A datagram in fragments is its process's too: its first one has the ports, and the header before it names who sent it. */
import { expect, it } from "vitest";
import { Analysis } from "../../src/analysis.ts";
import { LinkType } from "../../src/net/link-types.ts";
import type { FlowReport } from "../../src/summary/flow-report.ts";
import { appleList, appleRules } from "../support/analyze.ts";
import { memorySource } from "../support/memory-source.ts";
import { packet } from "../support/packet-builder.ts";

it("keeps the process that the capture names for the first fragment", async () => {
  const flows: FlowReport[] = [];
  const analysis = new Analysis({
    services: appleList,
    rules: appleRules,
    idleTimeoutSeconds: 3600,
    maxFlows: 10,
    from: null,
    to: null,
    filter: null,
    domainOf: null,
    onFlow: (flow) => flows.push(flow),
  });
  const bytes = packet()
    .pktap({ command: "avconferenced" })
    .ethernet()
    .ipv4({ moreFragments: true })
    .udp()
    .payload(64)
    .build();
  await analysis.read(memorySource([{ bytes, time: 0n, linkType: LinkType.PKTAP }]));
  expect(analysis.finish().packets.decoded).toBe(1);
  expect(flows.map(({ process }) => process)).toEqual(["avconferenced"]);
});
