import { describe, expect, it } from "vitest";
import { summarize } from "../../src/engine/summarize.ts";
import type { Explanation } from "../../src/evidence/attribution/attribution.ts";
import { renderExplanation } from "../../src/render/render-explanation.ts";
import type { FlowReport } from "../../src/reports/flow-report.ts";

const EVIL = "x\u001b[2J\u202ey\r\nresult      Software Update";

async function explained(capture: string): Promise<[FlowReport, Explanation][]> {
  const all: [FlowReport, Explanation][] = [];
  await summarize([capture], { maxFlows: 2000, onFlow: (flow, explain) => all.push([flow, explain()]) });
  return all;
}

describe("an explanation", () => {
  it("says what matched, what narrowed it and what came of it", async () => {
    const all = await explained("fixtures/processes.pcapng");
    const text = all.map(([flow, explanation]) => renderExplanation(flow, explanation, null)).join("");
    expect(text).toContain("process     process apsd: Push notifications; decides");
    expect(text).toContain("evidence: process");
    expect(text).toMatch(/^tcp \S+ to \S+:5223, /m);
    // One line each, and an empty one behind each flow.
    expect(text.split("\n\n").length).toBe(all.length + 1);
  });

  it("agrees with the flow that it explains", async () => {
    for (const [flow, { attribution }] of await explained("fixtures/office-morning.pcapng")) {
      expect(attribution.candidates.map(({ name }) => name)).toEqual(flow.candidates);
      expect([attribution.evidence, attribution.reason]).toEqual([flow.evidence, flow.reason]);
    }
  });

  it("breaks lines below their text, never within a word", async () => {
    const [[flow, explanation]] = await explained("fixtures/processes.pcapng");
    const lines = renderExplanation(flow, explanation, 40).split("\n");
    const whole = renderExplanation(flow, explanation, null);
    expect(lines.every((line) => line.length <= 40 || !line.trim().includes(" "))).toBe(true);
    expect(lines.join(" ").replace(/ +/g, " ").trim()).toBe(whole.replace(/\s+/g, " ").trim());
  });

  it("lets no name write a line of its own", async () => {
    const [[flow, explanation]] = await explained("fixtures/processes.pcapng");
    const finding = { grade: "server-name", what: `server name ${EVIL}`, rule: EVIL } as const;
    const hostile = {
      ...explanation,
      findings: [{ ...finding, verdict: { says: "nothing" }, effect: "none" } as const],
    };
    const text = renderExplanation({ ...flow, candidates: [EVIL] }, hostile, null);
    for (const character of ["\u001b", "\u202e", "\r"]) expect(text).not.toContain(character);
    expect(text.split("\n").filter((line) => line.startsWith("result"))).toEqual([]);
    expect(text.split("\n")).toHaveLength(7);
  });
});
