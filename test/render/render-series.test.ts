/** Totals over time as rendered: every byte of a bucket is in one row, and no bar exaggerates. */
import { describe, expect, it } from "vitest";
import { summarize } from "../../src/engine/summarize.ts";
import { drawLevels } from "../../src/render/levels.ts";
import { renderSummary } from "../../src/render/render-summary.ts";
import { seriesRows } from "../../src/render/series-rows.ts";
import type { Summary } from "../../src/reports/traffic/summary.ts";

const PHONE = "fixtures/phone-morning.pcapng";

function phoneOver(everySeconds: number): Promise<Summary> {
  return summarize([PHONE], { everySeconds, maxFlows: 2000 });
}

/** Cells of CSV lines by column name. None of these cells contains a comma. */
function rowsOf(csv: string): Record<string, string>[] {
  const [header, ...lines] = csv.trimEnd().split("\n");
  const names = header.split(",");
  return lines.map((line) => Object.fromEntries(line.split(",").map((cell, i) => [names[i], cell])));
}

describe("the rows over time", () => {
  it.each(["product", "family"] as const)("by %s have each byte of the capture once", async (by) => {
    const summary = await phoneOver(5);
    const rows = summary.series === null ? [] : seriesRows(summary, summary.series, by);
    const sums = rows.flatMap(({ moved }) => [...moved.values()]);
    expect(sums.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(summary.capture.bytes);
    expect(sums.reduce((sum, { packets }) => sum + packets, 0)).toBe(summary.capture.packets);
    expect(sums.reduce((sum, { flows }) => sum + flows, 0)).toBe(summary.flows.total);
  });

  it.each(["group", "product", "family"] as const)("by %s in CSV have each byte once", async (by) => {
    const summary = await phoneOver(5);
    const rows = rowsOf((await renderSummary(summary, { format: "csv", by })).replace(/"[^"]*"/g, "quoted"));
    expect(rows.reduce((sum, { bytes }) => sum + Number(bytes), 0)).toBe(summary.capture.bytes);
    const fewer = await renderSummary(summary, { format: "csv", by, top: 1 });
    expect(fewer.length).toBeLessThan((await renderSummary(summary, { format: "csv", by })).length);
  });

  it("by device in CSV have each decoded byte once as sent, and once as received", async () => {
    const summary = await phoneOver(5);
    const rows = rowsOf(await renderSummary(summary, { format: "csv", by: "device" }));
    for (const direction of ["sent", "received"]) {
      expect(rows.reduce((sum, row) => sum + Number(row[direction]), 0)).toBe(summary.bytes.decoded);
    }
  });

  it("fit every width by dropping columns", async () => {
    const summary = await phoneOver(1);
    for (const width of [40, 60, 80, 120, 200]) {
      for (const by of ["group", "family", "device"] as const) {
        const style = { width, colors: false, ascii: width === 60 };
        const text = await renderSummary(summary, { format: "table", by, style });
        const table = text.slice(text.lastIndexOf("EVERY 1 S"));
        for (const line of table.split("\n")) expect(line.length).toBeLessThanOrEqual(width);
        if (style.ascii) expect(table).toMatch(/^[\n\x20-\x7e]*$/);
      }
    }
  });

  it("escape device names", async () => {
    const plain = await phoneOver(5);
    const name = "=HYPERLINK(\u001b[2J\u202eevil)\nTotal";
    const summary = { ...plain, devices: plain.devices.map((device) => ({ ...device, name })) };
    for (const format of ["table", "csv"] as const) {
      const text = await renderSummary(summary, { format, by: "device" });
      expect([...text].filter((one) => /[\p{Cc}\p{Cf}]/u.test(one) && one !== "\n")).toEqual([]);
      expect(text).toContain("HYPERLINK");
      expect(text).not.toMatch(/^Total/m);
      if (format === "csv") expect(text).not.toMatch(/(^|,)=HYPERLINK/m);
    }
  });

  it("are absent by default", async () => {
    const summary = await summarize([PHONE], { maxFlows: 2000 });
    expect(await renderSummary(summary, { format: "table" })).not.toContain("EVERY");
  });
});

describe("a line of bars", () => {
  it("is scaled to its largest value; non-zero values remain visible", () => {
    expect(drawLevels([0, 1, 50, 100], false)).toBe(" ▁▄█");
    expect(drawLevels([0, 1, 50, 100], true)).toBe(" .=@");
    expect(drawLevels([0, 0], false)).toBe("  ");
  });
});
