import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { csvText, escapeText, safeJson } from "../../src/render/render-escape.ts";

describe("escapeText", () => {
  it.each([
    ["plain ASCII", "en0: what?", "en0: what?"],
    ["other scripts", "Büro 会議室 مكتب 📱", "Büro 会議室 مكتب 📱"],
    ["a colour sequence", "\x1b[31mred", "\\x1b[31mred"],
    ["a window title sequence", "\x1b]0;title\x07", "\\x1b]0;title\\x07"],
    ["an eight-bit control sequence", "\x9b2J", "\\x9b2J"],
    ["a forged line of output", "a\r\nappleflow: all is well", "a\\r\\nappleflow: all is well"],
    ["a tab and a backspace", "a\tb\bc\x7f", "a\\tb\\x08c\\x7f"],
    ["reversed text direction", "gpj.\u202eexe", "gpj.\\u202eexe"],
    ["directional isolates", "\u2066a\u2069", "\\u2066a\\u2069"],
    ["zero-width characters", "pay\u200bpal\ufeff", "pay\\u200bpal\\ufeff"],
    ["line and paragraph separators", "a\u2028b\u2029c", "a\\u2028b\\u2029c"],
    ["a soft hyphen", "so\u00adft", "so\\xadft"],
    ["tag characters", "a\u{e0041}", "a\\u{e0041}"],
    ["an invisible letter", "a\u3164", "a\\u3164"],
    ["half of a surrogate pair", "a\ud800", "a\\ud800"],
    ["NUL", "a\0b", "a\\x00b"],
  ])("escapes %s", (_, text, expected) => {
    expect(escapeText(text)).toBe(expected);
  });

  it("leaves no control character, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(escapeText(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
      }),
    );
  });
});

describe("csvText", () => {
  it.each([
    ["plain text", "Push notifications", "Push notifications"],
    ["a comma", "Siri, search and Maps", '"Siri, search and Maps"'],
    ["quotation marks", 'say "no"', '"say ""no"""'],
    ["a formula", "=HYPERLINK(A1)", "'=HYPERLINK(A1)"],
    ["a formula in full-width characters", "\uff1dSUM(1)", "'\uff1dSUM(1)"],
    ["a full-width equals sign", "\uff20A1", "'\uff20A1"],
    ["a formula that has to be quoted too", '=cmd|"/c calc",A', `"'=cmd|""/c calc"",A"`],
    ["a plus sign", "+1", "'+1"],
    ["a minus sign", "-1", "'-1"],
    ["an at sign", "@SUM(A1)", "'@SUM(A1)"],
    ["a tab", "\t=1", "'\\t=1"],
    ["a line end", "a\nb", "a\\nb"],
    ["an equals sign that is not the first character", "a=b", "a=b"],
  ])("writes %s", (_, text, expected) => {
    expect(csvText(text)).toBe(expected);
  });
});

describe("safeJson", () => {
  it("parses to the same value, and is harmless to a terminal", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string(), (a, b) => {
        const value = { [a]: b, list: [b, a] };
        const json = safeJson(value);
        expect(JSON.parse(json)).toEqual(value);
        expect(json).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
      }),
    );
  });

  it("writes code points above U+FFFF as surrogate pairs", () => {
    expect(safeJson("\u{e0041}\u202e\x9b")).toBe('"\\udb40\\udc41\\u202e\\u009b"');
    expect(safeJson("📱")).toBe('"📱"');
  });

  it("indents as requested", () => {
    expect(safeJson({ a: [1] }, 2)).toBe('{\n  "a": [\n    1\n  ]\n}');
  });
});
