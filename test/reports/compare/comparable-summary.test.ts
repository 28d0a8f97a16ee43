import { describe, expect, it } from "vitest";
import { reach } from "../../../src/engine/reach.ts";
import { withVerdicts } from "../../../src/reports/compare/comparable-summary.ts";

async function verdictsOf(fixture: string) {
  const { summary, report } = await reach([`fixtures/${fixture}`]);
  return { report, verdicts: withVerdicts(summary, report).verdicts ?? new Map() };
}

describe("verdicts for comparison", () => {
  it("include products that evidence names, and blocked names", async () => {
    const { verdicts } = await verdictsOf("lab/fault-name-blocked.pcap");
    expect(verdicts.get("Push notifications")).toBe("name-blocked");
    expect(verdicts.get("iCloud")).toBe("works");
  });

  it("exclude products that only a port allows", async () => {
    const { report, verdicts } = await verdictsOf("office-morning.pcapng");
    expect(report.products.filter(({ possible }) => possible).length).toBeGreaterThan(4);
    expect(report.portOnly.length).toBeGreaterThan(20);
    // By the prefixes that Apple documents.
    expect([...verdicts]).toEqual([["Push notifications", "works"]]);
  });
});
