import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readExpected, runGolden } from "./run-golden.ts";
import { GOLDENS } from "./table.ts";

describe("the golden output", () => {
  it.each(GOLDENS)("of $name is unchanged", async (golden) => {
    const { text, status } = await runGolden(golden);
    expect(status).toBe(golden.status);
    expect(text).toBe(readExpected(golden));
  });

  it("exists only for rows of the golden table", () => {
    const files = readdirSync(new URL("expected/", import.meta.url));
    expect(files.sort()).toEqual(GOLDENS.map(({ name }) => `${name}.txt`).sort());
  });
});
