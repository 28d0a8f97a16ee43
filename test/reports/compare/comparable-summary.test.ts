import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { summarize } from "../../../src/engine/summarize.ts";
import { renderSummary } from "../../../src/render/render-summary.ts";
import { looksLikeJson, parseSavedSummary } from "../../../src/reports/compare/comparable-summary.ts";
import { compareSummaries } from "../../../src/reports/compare/summary-difference.ts";

const FIXTURES = readdirSync("fixtures", { withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.includes(".pcap"))
  .map(({ name }) => `fixtures/${name}`);

async function savedOffice(top?: number): Promise<string> {
  const summary = await summarize(["fixtures/office-morning.pcapng"]);
  return renderSummary(summary, { format: "json", ...(top !== undefined && { top }) });
}

describe("a saved summary", () => {
  it("is, of every fixture, the same as the one that was saved", async () => {
    for (const fixture of FIXTURES) {
      const summary = await summarize([fixture]);
      const saved = parseSavedSummary(await renderSummary(summary, { format: "json" }), "saved.json");
      expect(summary).toMatchObject(saved);
      const [before, after] = [saved, summary].map((one) => ({ name: fixture, summary: one }));
      for (const by of ["product", "family"] as const) {
        expect(compareSummaries(before, after, { by }).isDifferent, fixture).toBe(false);
      }
    }
    expect(FIXTURES.length).toBeGreaterThan(50);
  });

  it("is told from a capture by how it begins", () => {
    expect(looksLikeJson('{ "schema"')).toBe(true);
    expect(looksLikeJson("\ufeff \n{")).toBe(true);
    expect(looksLikeJson("\xd4\xc3\xb2\xa1")).toBe(false);
    expect(looksLikeJson("")).toBe(false);
  });

  it("is refused when lists were shortened: products would look gone", async () => {
    expect(() => parseSavedSummary("{}", "s.json")).toThrow('s.json: $ has no "schema"');
    const short = await savedOffice(3);
    expect(() => parseSavedSummary(short, "s.json")).toThrow(
      /^s\.json: \$\.products has \d+ of \d+ bytes: shortened with --top, or changed since$/,
    );
  });

  it("is refused with another schema, and where fields are missing or of another kind", async () => {
    const text = await savedOffice();
    const broken = (change: (summary: Record<string, unknown>) => void) => () => {
      const summary = JSON.parse(text);
      change(summary);
      return parseSavedSummary(JSON.stringify(summary), "s.json");
    };
    expect(broken((one) => Object.assign(one, { schema: "appleflow/reach@1" }))).toThrow(
      's.json: $.schema is "appleflow/reach@1"; what can be compared is "appleflow/summary@1", from summarize --format json',
    );
    for (const field of ["capture", "packets", "bytes", "products", "families", "ports", "unattributed"]) {
      expect(broken((one) => delete one[field])).toThrow(`s.json: $ has no "${field}"`);
      expect(broken((one) => Object.assign(one, { [field]: 7 }))).toThrow(`s.json: $.${field} needs `);
    }
    expect(broken((one) => Object.assign((one.products as object[])[1], { bytes: { sole: "1" } }))).toThrow(
      's.json: $.products[1].bytes.sole needs a number from 0 on, it is "1"',
    );
    expect(broken((one) => (one.products as object[]).push((one.products as object[])[0]))).toThrow(
      /^s\.json: \$\.products\[73\] is ".+", which stands twice$/,
    );
    const deep = `{"schema":"appleflow/summary@1","capture":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
    expect(() => parseSavedSummary(deep, "s.json")).toThrow(
      "s.json: $.capture needs an object, it is a list",
    );
  });
});
