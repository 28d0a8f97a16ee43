import { constants } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { writeJsonDocument, writeJsonLine } from "../../src/render/render-json-document.ts";
import { propertyRuns } from "../support/property-runs.ts";

/** Values that occur in a report. */
const plainData = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.string({ unit: "binary" }),
    fc.double({ noDefaultInfinity: true, noNaN: true }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value")),
    fc.dictionary(fc.string(), fc.oneof(tie("value"), fc.constant(undefined))),
  ),
})).value;
const reports = fc.oneof(fc.dictionary(fc.string(), plainData), fc.array(plainData));

function pieces(write: typeof writeJsonDocument, value: object): string[] {
  const all: string[] = [];
  write(value, (piece) => all.push(piece));
  return all;
}

describe("JSON written in pieces", () => {
  it("equals the output of JSON.stringify, with the same layout", () => {
    fc.assert(
      fc.property(reports, (value) => {
        const text = pieces(writeJsonDocument, value).join("");
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        const layout = (json: string) => json.replace(/"(?:[^"\\]|\\.)*"/g, '""');
        expect(layout(text)).toBe(layout(`${JSON.stringify(value, null, 2)}\n`));
      }),
      { numRuns: propertyRuns(2000) },
    );
  });

  it("is one line on request", () => {
    fc.assert(
      fc.property(reports, (value) => {
        const text = pieces(writeJsonLine, value).join("");
        expect(text.indexOf("\n")).toBe(text.length - 1);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { numRuns: propertyRuns(2000) },
    );
  });

  it("escapes control characters, also in field names", () => {
    const text = pieces(writeJsonDocument, { "\u009b2J": ["\u202eab", { "\u2028": "\u0085" }] }).join("");
    expect(text).toMatch(/^[\n\x20-\x7e]*$/);
    expect(JSON.parse(text)).toEqual({ "\u009b2J": ["\u202eab", { "\u2028": "\u0085" }] });
  });

  it("is written in pieces of about 64 Ki characters, not thousands of short ones", () => {
    const sources = Array.from({ length: 20_000 }, (_, i) => ({ name: `capture-${i}.pcap`, packets: i }));
    const all = pieces(writeJsonDocument, { capture: { sources } });
    expect(Math.max(...all.map(({ length }) => length))).toBeLessThan(70_000);
    expect(all.length).toBeLessThan(40);
  });
});

it("a JSON document longer than the maximum string is written", () => {
  const long = { name: "x".repeat(1 << 25) };
  let written = 0;
  writeJsonDocument({ sources: Array.from({ length: 17 }, () => long) }, ({ length }) => {
    written += length;
  });
  expect(written).toBeGreaterThan(constants.MAX_STRING_LENGTH);
});
