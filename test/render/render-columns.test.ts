import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import {
  layoutTable,
  type Measure,
  type TableStyle,
  withMeasure,
  wrapText,
} from "../../src/render/render-columns.ts";

const length: Measure = (text) => text.length;

function style(width: number, ascii = false): TableStyle {
  return { width, colors: false, ascii };
}

const COLUMNS = [
  { header: "NAME", align: "left", shrinksTo: 16 },
  { header: "BYTES", align: "right" },
  { header: "FLOWS", align: "right", expendable: 2 },
  { header: "SHARE", align: "right", expendable: 1 },
] as const;

function table(names: readonly string[], width: number, ascii = false, measure = length): string[] {
  const rows = names.map((name, i) => [name, `${i * 1000}`, "12345678", "50.0%"].map((text) => ({ text })));
  const bars = { parts: names.map((_, i) => i / names.length), paint: (text: string) => text };
  return layoutTable(COLUMNS, rows, style(width, ascii), measure, { bars });
}

describe("layoutTable", () => {
  it("aligns columns and gives the rest of the line to bars", () => {
    expect(table(["Mail", "FaceTime"], 60)).toEqual([
      "NAME      BYTES     FLOWS  SHARE",
      "Mail          0  12345678  50.0%",
      "FaceTime   1000  12345678  50.0%  █████████████",
    ]);
  });

  it("drops expendable columns first, then shortens names", () => {
    const [header, first] = table(["A name that is very long for any table of this width"], 40);
    expect(header).toBe("NAME                 BYTES  SHARE");
    expect(first).toBe("A name that is ver…      0  50.0%");
    expect(table(["A name that is very long for any table of this width"], 40, true)[1]).toContain(
      "A name that is v...",
    );
  });

  it("lets the last text of a row without a bar use the bar's space", () => {
    const columns = [COLUMNS[0], { header: "BY", align: "left", shrinksTo: 6 }] as const;
    const rows = [
      ["iCloud", "name"],
      ["a port", "what only the list says of it, in many words"],
    ].map((row) => row.map((text) => ({ text })));
    const bars = { parts: [1, null], paint: (text: string) => text };
    expect(layoutTable(columns, rows, style(40), length, { bars })).toEqual([
      "NAME    BY",
      "iCloud  name    ████████████████████████",
      "a port  what only the list says of it,…",
    ]);
  });

  it("escapes its texts", () => {
    expect(table(["a\n\x1b[2Jb"], 80)[1]).toMatch(/^a\\n\\x1b\[2Jb +0/);
  });

  it("aligns and shortens double-width letters", () => {
    const lines = table(["会議室のプリンターと会議室のプリンターと会議室", "Mail"], 40, false, (text) =>
      stringWidth(text),
    );
    for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(40);
    expect(lines[1]).toContain("…");
    expect(stringWidth(lines[1].slice(0, lines[1].indexOf("50.0%")))).toBe(lines[2].indexOf("50.0%"));
  });

  it("accepts more rows than a function call accepts arguments", () => {
    expect(table(new Array(200_000).fill("x"), 80)).toHaveLength(200_001);
  });

  it("treats a terminal of width 0 as narrow", () => {
    expect(table(["Mail"], 0)).toEqual(table(["Mail"], 40));
  });
});

describe("wrapText", () => {
  it("breaks at spaces and indents further lines", () => {
    expect(wrapText("one two three four", 9, length, "  ")).toEqual(["one two", "  three", "  four"]);
  });

  it("breaks words longer than the line", () => {
    expect(wrapText("/a/very/long/path x", 8, length)).toEqual(["/a/very/", "long/pat", "h x"]);
    expect(wrapText("ab /a/very/long", 8, length, " ")).toEqual(["ab", " /a/very", " /long"]);
  });

  it("escapes before measuring", () => {
    expect(wrapText("a\u202eb", 4, length)).toEqual(["a\\u2", "02eb"]);
  });

  it("keeps an empty text as an empty line", () => {
    expect(wrapText("", 8, length)).toEqual([""]);
  });
});

describe("the text measure", () => {
  it("counts columns, not characters, if a text needs it", async () => {
    expect(await withMeasure((measure) => measure("Büro – 5 €"))).toBe(10);
    expect(await withMeasure((measure) => measure("会議室"))).toBe(6);
    expect(await withMeasure((measure) => measure("e\u0301"))).toBe(1);
    expect(await withMeasure((measure) => measure("📱"))).toBe(2);
  });
});
