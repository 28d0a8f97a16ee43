import { describe, expect, it } from "vitest";
import { textColors } from "../../src/render/text-colors.ts";

describe("text colours", () => {
  it("are ECMA-48 sequences, or absent", () => {
    expect(textColors(true).red("x")).toBe("\u001b[31mx\u001b[39m");
    expect(textColors(true).inverse("x")).toBe("\u001b[7mx\u001b[27m");
    expect(textColors(false).red("x")).toBe("x");
  });

  it("resume after differently coloured text inside", () => {
    const { bold, dim, red, green } = textColors(true);
    expect(bold(`a${dim("b")}c`)).toBe("\u001b[1ma\u001b[2mb\u001b[22m\u001b[1mc\u001b[22m");
    expect(red(`a${green("b")}c`)).toBe("\u001b[31ma\u001b[32mb\u001b[31mc\u001b[39m");
  });
});
