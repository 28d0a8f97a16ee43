/** `--explain` keeps the flows with the most bytes, and no more than it shows. */
import { describe, expect, it } from "vitest";
import { explainTarget } from "../../src/cli/commands/explain-target.ts";
import { ExplainedFlows } from "../../src/cli/commands/explained-flows.ts";
import type { FlowReport } from "../../src/reports/flow-report.ts";
import { analyzeTraffic, appleList } from "../support/analyze.ts";
import { tcp } from "../support/traffic-makers.ts";

const { flows } = await analyzeTraffic([tcp("10.0.0.1:50000", "198.51.100.1:22", { flags: "S" })]);

function flowOf(bytes: number, more: Partial<FlowReport> = {}): FlowReport {
  return { ...flows[0], bytes: { originator: bytes, responder: 0 }, ...more };
}

/** The texts kept for flows of these sizes, and how often a text was requested. */
function keep(sizes: readonly number[], top: number) {
  let asked = 0;
  const explained = new ExplainedFlows(explainTarget("10.0.0.1", appleList), top);
  for (const [i, size] of sizes.entries()) {
    const flow = flowOf(size);
    expect(explained.isMeant(flow)).toBe(true);
    explained.add(flow, () => {
      asked++;
      return `${size} of ${i}`;
    });
  }
  return { texts: explained.texts(), totals: explained.totals, asked };
}

describe("explained flows", () => {
  it("are those with the most bytes; equal ones come in the order in which they ended", () => {
    expect(keep([1, 5, 3, 5, 2], 3).texts).toEqual(["5 of 1", "5 of 3", "3 of 2"]);
    expect(keep([1, 5, 3], 10).texts).toEqual(["5 of 1", "3 of 2", "1 of 0"]);
  });

  it("are all counted, but formatted only if they may be shown", () => {
    const sizes = Array.from({ length: 10_000 }, (_, i) => 10_000 - i);
    const { totals, asked, texts } = keep(sizes, 5);
    expect(texts).toHaveLength(5);
    expect(totals).toMatchObject({ flows: 10_000, bytes: 50_005_000, shown: 5 });
    expect(asked).toBe(10);
  });

  it("are all shown if there is no limit", () => {
    expect(keep([1, 2, 3, 4], Number.POSITIVE_INFINITY).texts).toHaveLength(4);
  });

  it("include flows of a product whether named or only possible", () => {
    const explained = new ExplainedFlows(explainTarget("xcode server", appleList), 5);
    for (const more of [
      { products: ["Xcode Server"], candidates: [] },
      { candidates: ["Xcode Server", "Mail"] },
    ]) {
      const flow = flowOf(100, more);
      expect(explained.isMeant(flow)).toBe(true);
      explained.add(flow, () => "");
    }
    expect(explained.isMeant(flowOf(100, { candidates: ["Mail"] }))).toBe(false);
    expect(explained.totals).toMatchObject({ flows: 2, bytes: 200, possible: { flows: 1, bytes: 100 } });
  });

  it("suggest what occurs if nothing matches, without addresses that are hidden", () => {
    const explained = new ExplainedFlows(explainTarget("10.9.9.9", appleList), 5);
    expect(explained.isMeant(flowOf(1500))).toBe(false);
    expect(explained.absenceText(false)).toBe(
      "no flow has the address 10.9.9.9; the most bytes have 10.0.0.1 (1.5 kB), 198.51.100.1 (1.5 kB)",
    );
    expect(explained.absenceText(true)).toBe("no flow has the address 10.9.9.9");
  });
});
