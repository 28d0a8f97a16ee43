import { describe, expect, it } from "vitest";
import { renderDifference } from "../../src/render/render-difference.ts";
import { evidenceText, labelOf, whatText } from "../../src/render/render-difference-words.ts";
import {
  type ComparedGroup,
  compareGroup,
  type GroupDifference,
} from "../../src/reports/compare/group-difference.ts";
import type { SummaryDifference } from "../../src/reports/compare/summary-difference.ts";
import type { ReachVerdict } from "../../src/reports/reach/reach-report.ts";
import type { Traffic } from "../../src/reports/traffic/summary.ts";

function traffic(bytes: number): Traffic {
  return bytes === 0 ? { flows: 0, packets: 0, bytes: 0 } : { flows: 1, packets: 1, bytes };
}

function group(
  identified: number,
  oneOf = 0,
  byEvidence: ComparedGroup["byEvidence"] = { "server-name": 1 },
): ComparedGroup {
  return {
    identified: traffic(identified),
    oneOf: traffic(oneOf),
    possible: traffic(0),
    possibleOnly: traffic(0),
    byEvidence,
  };
}

function row(
  before: ComparedGroup | null,
  after: ComparedGroup | null,
  verdicts: readonly [ReachVerdict | null, ReachVerdict | null] = [null, null],
  name = "iCloud",
): GroupDifference {
  return compareGroup(name, [before, after], verdicts, 0);
}

function told(difference: GroupDifference): string[] {
  const label = labelOf(difference);
  return [label, whatText(difference, label), evidenceText(difference)];
}

describe("the change of a product, in words", () => {
  it("puts the verdict before the amount", () => {
    const labels = (
      [
        ["works", "unanswered"],
        ["fell-back", "refused"],
        ["never-tried", "refused"],
        ["one-direction", "refused"],
        ["refused", "unanswered"],
        ["refused", "works"],
        ["refused", "one-direction"],
        ["works", "fell-back"],
        ["works", "unclear"],
      ] as const
    ).map((verdicts) =>
      told(row(group(5), null, verdicts))
        .slice(0, 2)
        .join(": "),
    );
    expect(labels).toEqual([
      "STOPPED WORKING: works -> unanswered",
      "STOPPED WORKING: fell-back -> refused",
      "FAILS: never-tried -> refused",
      "FAILS: one-direction -> refused",
      "STILL FAILS: refused -> unanswered",
      "WORKS AGAIN: refused -> works",
      "CHANGED: refused -> one-direction",
      "CHANGED: works -> fell-back",
      "GONE: 5 B",
    ]);
  });

  it("states how much more or less is named, and the evidence", () => {
    expect(told(row(null, group(5)))).toEqual(["NEW", "5 B", "server-name"]);
    expect(told(row(group(14_100_000), group(1_100_000)))).toEqual([
      ...["MUCH LESS", "-92.2% (14.1 MB -> 1.1 MB)", "server-name"],
    ]);
    expect(told(row(group(100), group(51)))[0]).toBe("LESS");
    expect(told(row(group(100), group(50)))[0]).toBe("MUCH LESS");
    expect(told(row(group(100), group(199)))[0]).toBe("MORE");
    expect(told(row(group(100), group(200)))[1]).toBe("+100% (100 B -> 200 B)");
    expect(told(row(group(100), group(200)))[0]).toBe("MUCH MORE");
    expect(told(row(group(100), group(12_400)))[1]).toBe("124 times (100 B -> 12.4 kB)");
    expect(told(row(group(1), group(1e9)))[1]).toBe(">9,999 times (1 B -> 1.0 GB)");
  });

  it("states changed evidence, and marks ambiguous products", () => {
    expect(told(row(group(5), group(5, 0, { process: 3, name: 2 })))).toEqual([
      ...["OTHER EVIDENCE", "5 B", "server-name -> process, name"],
    ]);
    const both = { "server-name": 3, name: 2 };
    expect(told(row(group(5), group(5, 0, both)))[2]).toBe("server-name +name");
    expect(told(row(group(5, 0, both), group(5)))[2]).toBe("server-name -name");
    expect(told(row(group(0, 5), group(0, 5, both)))[2]).toBe("server-name +name*");
    expect(told(row(group(0, 5), group(5)))).toEqual([
      ...["MORE EXACT", "0 B -> 5 B alone", "server-name* -> server-name"],
    ]);
    expect(told(row(group(5), group(0, 5)))[0]).toBe("LESS EXACT");
    expect(told(row(group(0, 5), group(0, 5)))).toEqual(["AS BEFORE", "5 B", "server-name*"]);
    expect(told(row(null, null, [null, "name-blocked"]))).toEqual([
      ...["FAILS", "never-tried -> name-blocked", "DNS"],
    ]);
  });
});

describe("the table of a diff", () => {
  const capture = {
    ...{ name: "before.pcap", packets: 1, bytes: 1, start: null, end: null },
    ...{ durationSeconds: 0, complete: true },
  };
  const difference: SummaryDifference = {
    schema: "appleflow/diff@2",
    by: "product",
    minChange: 0,
    before: capture,
    after: capture,
    isDifferent: true,
    rows: [
      row(group(0, 999_900), group(0, 999_900_000_000), [null, null], "Apple Remote Desktop and more"),
      row(
        group(5),
        group(5, 0, { "documented-network": 5 }),
        ["prohibited", "closed-at-once"],
        "Push notifications",
      ),
      row(group(5), group(5)),
    ],
    ports: [],
    classes: [],
  };

  it("is never wider than the terminal, and always shows the evidence", async () => {
    for (let width = 40; width <= 160; width++) {
      for (const all of [false, true]) {
        const table = await renderDifference(
          difference,
          "table",
          { width, colors: false, ascii: false },
          { all },
        );
        const lines = table.split("\n");
        expect(Math.max(...lines.map(({ length }) => length)), `${width}\n${table}`).toBeLessThanOrEqual(
          width,
        );
        expect(table).toMatch(/^CHANGE +PRODUCT .*BY$/m);
        expect(table).toMatch(/^MUCH MORE .*\*/m);
        expect(table.includes("AS BEFORE")).toBe(all);
      }
    }
  });

  it("has no evidence column for families", async () => {
    const style = { width: 80, colors: false, ascii: true };
    const table = await renderDifference({ ...difference, by: "family" }, "table", style);
    expect(table).toMatch(/^CHANGE +FAMILY +WHAT +BYTES$/m);
    expect(table).toContain("1 family as before. --all shows them.");
  });
});
