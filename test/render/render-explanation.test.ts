import { describe, expect, it } from "vitest";
import { summarize } from "../../src/engine/summarize.ts";
import type { Explanation } from "../../src/evidence/attribution/attribution.ts";
import { renderExplanation, renderExplanationHead } from "../../src/render/render-explanation.ts";
import type { FlowReport } from "../../src/reports/flow-report.ts";

const EVIL = "x\u001b[2J\u202ey\r\nresult      Software Update";

async function explained(capture: string): Promise<[FlowReport, Explanation][]> {
  const all: [FlowReport, Explanation][] = [];
  await summarize([capture], { maxFlows: 2000, onFlow: (flow, explain) => all.push([flow, explain()]) });
  return all;
}

describe("an explanation", () => {
  it("lists what matched, what narrowed it, and the result", async () => {
    const all = await explained("fixtures/processes.pcapng");
    const text = all.map(([flow, explanation]) => renderExplanation(flow, explanation, null)).join("");
    expect(text).toContain("process     process apsd: Push notifications; decides");
    expect(text).toContain(
      "result      identified as Push notifications (process: the capture names the process)",
    );
    expect(text).toMatch(/^tcp \S+ to \S+:5223, /m);
    // One line each, and an empty one after each flow.
    expect(text.split("\n\n").length).toBe(all.length + 1);
  });

  it("shows the service class as a hint if the capturing host recorded one", async () => {
    const hints = (await explained("fixtures/mac-names.pcapng")).map(([flow, explanation]) => {
      const text = renderExplanation(flow, explanation, null);
      return [flow.servicePort, /^ {2}hint +(.*)$/m.exec(text)?.[1] ?? null];
    });
    expect(hints.filter(([, hint]) => hint !== null)).toEqual([
      [16_393, "sent as interactive voice (class of service): proves nothing"],
    ]);
    expect(hints.length).toBe(10);
  });

  it("agrees with the flow that it explains", async () => {
    for (const [flow, { attribution }] of await explained("fixtures/office-morning.pcapng")) {
      expect(attribution.candidates.map(({ name }) => name)).toEqual(flow.candidates);
      expect(attribution.products.map(({ name }) => name)).toEqual(flow.products);
      expect([attribution.class, attribution.evidence, attribution.reason]).toEqual([
        flow.class,
        flow.evidence,
        flow.reason,
      ]);
    }
  });

  it.each([
    [
      { class: "apple", evidence: "address" },
      "Apple's, product unknown (address: the address is in Apple's networks)",
    ],
    [
      { class: "other", reason: "not-apple", evidence: "server-name", label: "TLS websites" },
      "not Apple's: TLS websites",
    ],
    [
      { class: "other", reason: "other-protocol", evidence: "protocol" },
      "not Apple's; it speaks a protocol other than the one listed",
    ],
    [{ class: "listed", candidates: ["Mail"] }, "unknown: the port fits Mail, and any other software"],
    [
      { class: "range", candidates: ["Xsan"] },
      "unknown: the port is only in a wide range of the list, no evidence of Xsan",
    ],
    [
      { class: "unlisted", reason: "product-ended" },
      "no product's: the products listed for this port had been discontinued by then",
    ],
    [{ class: "unlisted", reason: "side-unknown" }, "no product's: nothing shows which side is the service"],
  ] as const)("describes the outcome of %j in words", async (parts, words) => {
    const [[flow, explanation]] = await explained("fixtures/processes.pcapng");
    const nothing = {
      products: [],
      candidates: [],
      offList: [],
      evidence: null,
      reason: null,
      label: null,
    } as const;
    const text = renderExplanation({ ...flow, ...nothing, ...parts }, explanation, null);
    expect(text).toContain(`  result      ${words}`);
  });

  it("mentions what the list lacks, and what is only claimed", async () => {
    const [[flow, explanation]] = await explained("fixtures/processes.pcapng");
    const claim = { products: ["A", "B"], offList: ["B"], unverified: true } as const;
    const text = renderExplanation({ ...flow, ...claim }, explanation, null);
    expect(text).toContain("identified as one of 2: A, B ");
    expect(text).toContain("; the list does not have B on this port; unverified: ");
  });

  it("wraps lines under their text, never within a word", async () => {
    const [[flow, explanation]] = await explained("fixtures/processes.pcapng");
    const lines = renderExplanation(flow, explanation, 40).split("\n");
    const whole = renderExplanation(flow, explanation, null);
    expect(lines.every((line) => line.length <= 40 || !line.trim().includes(" "))).toBe(true);
    expect(lines.join(" ").replace(/ +/g, " ").trim()).toBe(whole.replace(/\s+/g, " ").trim());
  });

  it("wraps its heading as well", () => {
    const totals = { flows: 1234, packets: 0, bytes: 1_200_000, shown: 0 };
    const possible = { flows: 1222, packets: 0, bytes: 1_100_000 };
    const head = renderExplanationHead("Date & Time preferences", { ...totals, possible }, totals, 80);
    expect(head.split("\n").length).toBe(4);
    expect(head.split("\n").every((line) => line.length <= 80)).toBe(true);
  });

  it("lets no name start a line of its own", async () => {
    const [[flow, explanation]] = await explained("fixtures/processes.pcapng");
    const finding = { grade: "server-name", what: `server name ${EVIL}`, rule: EVIL } as const;
    const hostile = {
      ...explanation,
      findings: [{ ...finding, verdict: { says: "nothing" }, end: null, effect: "none" } as const],
    };
    const text = renderExplanation({ ...flow, products: [EVIL], label: EVIL }, hostile, null);
    for (const character of ["\u001b", "\u202e", "\r"]) expect(text).not.toContain(character);
    expect(text.split("\n").filter((line) => line.startsWith("result"))).toEqual([]);
    expect(text.split("\n")).toHaveLength(7);
  });
});
