/** Width, characters and colours of reports. */
import { describe, expect, it } from "vitest";
import type { Environment } from "../../src/cli/environment.ts";
import { styleOf } from "../../src/cli/terminal-style.ts";

function styleIn(
  env: Environment["env"],
  stdout: { readonly isTTY: boolean; readonly columns?: number },
  isFile = false,
) {
  return styleOf({ env, stdout } as unknown as Environment, isFile);
}

describe("the width of a report", () => {
  it("is that of the terminal, or 80", () => {
    expect(styleIn({}, { isTTY: true, columns: 132 }).width).toBe(132);
    expect(styleIn({}, { isTTY: true, columns: 0 }).width).toBe(80);
    expect(styleIn({}, { isTTY: false }).width).toBe(80);
    expect(styleIn({}, { isTTY: true, columns: 132 }, true).width).toBe(80);
  });

  it("follows COLUMNS, also into a pipe, but not into a file", () => {
    expect(styleIn({ COLUMNS: "100" }, { isTTY: false }).width).toBe(100);
    expect(styleIn({ COLUMNS: "100" }, { isTTY: true, columns: 132 }).width).toBe(100);
    expect(styleIn({ COLUMNS: "100" }, { isTTY: false }, true).width).toBe(80);
  });

  it("ignores an invalid COLUMNS", () => {
    for (const COLUMNS of ["", "0", "-5", "1e3", "12", "99999999", "wide"]) {
      expect(styleIn({ COLUMNS }, { isTTY: true, columns: 132 }).width).toBe(132);
    }
  });
});
