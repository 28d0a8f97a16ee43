/** Flows as an async iterable: equal to those of the summary's callback, and read only on demand. */
import { describe, expect, it } from "vitest";
import { flows, summarize } from "../../src/engine/summarize.ts";
import type { FlowReport } from "../../src/reports/flow-report.ts";

const CAPTURE = "fixtures/office-morning.pcapng";
const MAX_FLOWS = 2000;

describe("the flows iterator", () => {
  it("yields the flows of the summary, in the order in which they end", async () => {
    const received: FlowReport[] = [];
    const onFlow = (flow: FlowReport) => received.push(flow);
    await summarize([CAPTURE], { maxFlows: MAX_FLOWS, idleTimeoutSeconds: 60, onFlow });
    const iterated: FlowReport[] = [];
    for await (const flow of flows([CAPTURE], { maxFlows: MAX_FLOWS, idleTimeoutSeconds: 60 })) {
      iterated.push(flow);
    }
    expect(iterated.length).toBeGreaterThan(50);
    expect(iterated).toEqual(received);
  });

  it("can be stopped early", async () => {
    let seen = 0;
    for await (const flow of flows([CAPTURE, CAPTURE], { maxFlows: MAX_FLOWS })) {
      expect(flow.packets.originator + flow.packets.responder).toBeGreaterThan(0);
      if (++seen === 3) break;
    }
    expect(seen).toBe(3);
  });

  it("refuses invalid options", async () => {
    await expect(flows([CAPTURE], { filter: "host" }).next()).rejects.toThrow(/filter|host/);
  });
});
