/** Reach beside the summary: it sees the same flows with the same products, and handles the same captures. */
import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { listCaptured, readTruth } from "../../../scripts/lab/captured-session.ts";
import { reach } from "../../../src/engine/reach.ts";
import { summarize } from "../../../src/engine/summarize.ts";
import type { FlowReport } from "../../../src/reports/flow-report.ts";

const MAX_FLOWS = 2000;

async function flowsOf(read: typeof summarize | typeof reach, capture: string): Promise<FlowReport[]> {
  const flows: FlowReport[] = [];
  await read([capture], { maxFlows: MAX_FLOWS, onFlow: (flow) => flows.push(flow) });
  return flows;
}

import type { Summary } from "../../../src/reports/traffic/summary.ts";

describe("reading for reach", () => {
  it.each(listCaptured().filter((name) => /^(apple|fault)-/.test(name)))(
    "gives the same flows as summarize for %s",
    async (name) => {
      const capture = `fixtures/lab/${readTruth(name).capture}`;
      expect(await flowsOf(reach, capture)).toEqual(await flowsOf(summarize, capture));
    },
  );

  it("counts every packet as a summary does, also in damaged captures", async () => {
    const files = readdirSync("fixtures").filter((file) => /\.(pcap|pcapng)(\.gz|\.zst)?$/.test(file));
    expect(files.length).toBeGreaterThan(50);
    for (const file of files) {
      const captures = [`fixtures/${file}`];
      const { report, summary } = await reach(captures, { maxFlows: MAX_FLOWS });
      expect(summary, file).toEqual(withoutDevices(await summarize(captures, { maxFlows: MAX_FLOWS })));
      expect(report.capture, file).toEqual(summary.capture);
      expect(report.rows, file).toHaveLength(130);
    }
  });

  it("judges evicted flows as well", async () => {
    const capture = ["fixtures/lab/fault-syn-dropped.pcapng"];
    const { report } = await reach(capture, { maxFlows: 1 });
    expect(report.targets.filter(({ verdict }) => verdict === "unanswered").length).toBeGreaterThan(0);
    expect(report.targets.filter(({ verdict }) => verdict === "works").length).toBeGreaterThan(0);
  });
});

/** Only `summarize` distinguishes devices and looks for content caches. */
function withoutDevices({ contentCaching: _, ...summary }: Summary): Summary {
  const groups = summary.groups.map((group) => ({ ...group, devices: null }));
  return { ...summary, groups, devices: [], outside: null, otherDevices: null };
}
