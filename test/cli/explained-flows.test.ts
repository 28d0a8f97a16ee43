/** What `--explain` keeps of many flows: those with most bytes, and no more than is shown. */
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

/** The texts that are kept of flows with these numbers of bytes, and how often one was asked for. */
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
  it("are those with most bytes, those of the same number in the order of their ends", () => {
    expect(keep([1, 5, 3, 5, 2], 3).texts).toEqual(["5 of 1", "5 of 3", "3 of 2"]);
    expect(keep([1, 5, 3], 10).texts).toEqual(["5 of 1", "3 of 2", "1 of 0"]);
  });

  it("are counted whole, and asked for no more than may be shown", () => {
    const sizes = Array.from({ length: 10_000 }, (_, i) => 10_000 - i);
    const { totals, asked, texts } = keep(sizes, 5);
    expect(texts).toHaveLength(5);
    expect(totals).toMatchObject({ flows: 10_000, bytes: 50_005_000, shown: 5 });
    expect(asked).toBe(10);
  });

  it("are all there with no limit", () => {
    expect(keep([1, 2, 3, 4], Number.POSITIVE_INFINITY).texts).toHaveLength(4);
  });

  it("are named or only possible, of a product", () => {
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

  it("say what occurs where nothing is meant, without addresses that are not to be seen", () => {
    const explained = new ExplainedFlows(explainTarget("10.9.9.9", appleList), 5);
    expect(explained.isMeant(flowOf(1500))).toBe(false);
    expect(explained.absenceText(false)).toBe(
      "no flow has the address 10.9.9.9; the most bytes have 10.0.0.1 (1.5 kB), 198.51.100.1 (1.5 kB)",
    );
    expect(explained.absenceText(true)).toBe("no flow has the address 10.9.9.9");
  });
});
