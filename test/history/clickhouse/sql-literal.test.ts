import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { textLiteral, wholeLiteral } from "../../../src/history/clickhouse/sql-literal.ts";
import { propertyRuns } from "../../support/property-runs.ts";

/** Parses a literal as ClickHouse does: bytes between quotes, each `\xHH` one byte, and no other escape. */
function readLiteral(literal: string): string {
  const [, body] = /^'([^'\\]*(?:\\x[0-9a-f]{2}[^'\\]*)*)'$/s.exec(literal) ?? [];
  if (body === undefined) throw new Error(`${literal} is not one literal`);
  const parts = body
    .split(/(\\x[0-9a-f]{2})/)
    .map((part) =>
      /^\\x/.test(part) ? Buffer.from([Number.parseInt(part.slice(2), 16)]) : Buffer.from(part, "utf8"),
    );
  return Buffer.concat(parts).toString("utf8");
}

describe("a text as an SQL literal", () => {
  it.each([
    ["Maps", "'Maps'"],
    ["", "''"],
    ["it's", "'it\\x27s'"],
    ["a\\' OR 1=1 --", "'a\\x5c\\x27 OR 1=1 --'"],
    ["line\nend\0", "'line\\x0aend\\x00'"],
    ["ü 中 \u{1f600}", "'ü 中 \u{1f600}'"],
    ["\u0085", "'\\xc2\\x85'"],
  ])("for %j is %s", (text, literal) => {
    expect(textLiteral(text)).toBe(literal);
  });

  it("is parsed back to the same text, whatever it contains, and ends at its end", () => {
    const hostile = fc.string({
      unit: fc.constantFrom("'", "\\", "\\'", "\\x27", "`", '"', "\n", "\0", ";", "--", "/*", "ü"),
    });
    fc.assert(
      fc.property(
        fc.oneof(
          hostile,
          fc.uint16Array().map((units) => String.fromCharCode(...units)),
        ),
        (text) => readLiteral(textLiteral(text)) === Buffer.from(text, "utf8").toString("utf8"),
      ),
      { numRuns: propertyRuns(2000) },
    );
  });

  it("has U+FFFD for a lone surrogate, which UTF-8 cannot encode", () => {
    expect(textLiteral("a\ud800b")).toBe("'a\ufffdb'");
  });
});

describe("a number as an SQL literal", () => {
  it("must be an integer", () => {
    expect([0, -7, 1_764_489_600].map(wholeLiteral)).toEqual(["0", "-7", "1764489600"]);
    for (const value of [0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60]) {
      expect(() => wholeLiteral(value)).toThrow("a whole number is needed");
    }
  });
});
