import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { summarize } from "../../../src/engine/summarize.ts";
import { renderSummary } from "../../../src/render/render-summary.ts";
import { looksLikeJson, parseSavedSummary } from "../../../src/reports/compare/saved-summary.ts";
import { compareSummaries } from "../../../src/reports/compare/summary-difference.ts";

const FIXTURES = readdirSync("fixtures", { withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.includes(".pcap"))
  .map(({ name }) => `fixtures/${name}`);

async function savedOffice(top?: number): Promise<string> {
  const summary = await summarize(["fixtures/office-morning.pcapng"]);
  return renderSummary(summary, { format: "json", ...(top !== undefined && { top }) });
}

describe("a saved summary", () => {
  it("is equal to the original for every fixture", async () => {
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

  it("is distinguished from a capture by its first bytes", () => {
    expect(looksLikeJson('{ "schema"')).toBe(true);
    expect(looksLikeJson("\ufeff \n{")).toBe(true);
    expect(looksLikeJson("\xd4\xc3\xb2\xa1")).toBe(false);
    expect(looksLikeJson("")).toBe(false);
  });

  it("is refused if a list was shortened, because products would look gone", async () => {
    expect(() => parseSavedSummary("{}", "s.json")).toThrow('s.json: $ has no "schema"');
    // Each list shortened by one, as --top does.
    const text = await savedOffice();
    const shortened = (list: string) => () => {
      const summary = JSON.parse(text);
      summary[list].pop();
      return parseSavedSummary(JSON.stringify(summary), "s.json");
    };
    for (const list of ["groups", "ports"]) {
      expect(shortened(list), list).toThrow(
        new RegExp(
          String.raw`^s\.json: \$\.${list} has \d+ of \d+ bytes: shortened with --top, or changed since$`,
        ),
      );
    }
    for (const list of ["products", "families"]) {
      expect(shortened(list), list).toThrow(
        new RegExp(
          String.raw`^s\.json: \$\.${list} has no ".+", which groups have: shortened with --top, or `,
        ),
      );
    }
    expect(() => parseSavedSummary(JSON.stringify({ ...JSON.parse(text), classes: {} }), "s.json")).toThrow(
      's.json: $.classes has no "identified"',
    );
  });

  it("is refused if --top shortened it", async () => {
    const short = await savedOffice(3);
    expect(() => parseSavedSummary(short, "s.json")).toThrow(/: shortened with --top, or changed since$/);
  });

  it("is refused if a number is one less than the others imply", async () => {
    const text = await savedOffice();
    let numbers = 0;
    for (const unit of ["flows", "packets", "bytes"]) {
      for (const place of [
        "classes.listed",
        "groups.0",
        "ports.0",
        "products.0.possible",
        "families.0.possible",
      ]) {
        const summary = JSON.parse(text);
        const owner = place.split(".").reduce((value, step) => value[step], summary);
        owner[unit] -= 1;
        expect(() => parseSavedSummary(JSON.stringify(summary), "s.json"), `${place} ${unit}`).toThrow(
          /: (?:shortened with --top, or )?changed since$/,
        );
        numbers++;
      }
    }
    expect(numbers).toBe(15);
  });

  it("of version 1 is refused with the command that rewrites it, quoted for a shell", () => {
    const old = JSON.stringify({ schema: "appleflow/summary@1" });
    expect(() => parseSavedSummary(old, "-be fore's.json")).toThrow(
      `-be fore's.json: $.schema is "appleflow/summary@1", the format of an older version. Replace CAPTURE with the ` +
        `capture it was made from: appleflow summarize CAPTURE --format json --output './-be fore'\\''s.json'`,
    );
  });

  it("is refused with another schema, and with missing fields or wrong types", async () => {
    const text = await savedOffice();
    const broken = (change: (summary: Record<string, unknown>) => void) => () => {
      const summary = JSON.parse(text);
      change(summary);
      return parseSavedSummary(JSON.stringify(summary), "s.json");
    };
    expect(broken((one) => Object.assign(one, { schema: "appleflow/reach@1" }))).toThrow(
      's.json: $.schema is "appleflow/reach@1"; only "appleflow/summary@2" can be compared, from summarize --format json',
    );
    const fields = [
      "capture",
      "packets",
      "bytes",
      "flows",
      "classes",
      "groups",
      "products",
      "families",
      "ports",
    ];
    for (const field of fields) {
      expect(broken((one) => delete one[field])).toThrow(`s.json: $ has no "${field}"`);
      expect(broken((one) => Object.assign(one, { [field]: 7 }))).toThrow(`s.json: $.${field} needs `);
    }
    expect(
      broken((one) => Object.assign((one.products as object[])[1], { oneOf: { flows: 0, packets: "1" } })),
    ).toThrow('s.json: $.products[1].oneOf.packets needs a whole number from 0 on, it is "1"');
    expect(
      broken((one) => Object.assign((one.products as object[])[1], { byEvidence: { port: 5 } })),
    ).toThrow("s.json: $.products[1].byEvidence.port is unknown here; known are address, ");
    expect(broken((one) => (one.products as object[]).push((one.products as object[])[0]))).toThrow(
      /^s\.json: \$\.products\[\d+\] is ".+", which occurs twice$/,
    );
    const deep = `{"schema":"appleflow/summary@2","classes":{},"capture":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
    expect(() => parseSavedSummary(deep, "s.json")).toThrow(
      "s.json: $.capture needs an object, it is a list",
    );
  });
});
