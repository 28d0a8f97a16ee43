/** The compiled data that the build makes of the data files. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { compiledLines } from "../../scripts/compiled-lines.ts";

it("the compiled data match the data files", () => {
  const lines = compiledLines();
  expect(readFileSync("dist/data.jsonl", "utf8") === lines, "npm run build").toBe(true);
});

it("the compiled data suffice for a summary", () => {
  const folder = mkdtempSync(join(tmpdir(), "appleflow-without-data-"));
  try {
    for (const path of ["dist", "package.json"]) cpSync(path, join(folder, path), { recursive: true });
    symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
    const summarize = (cwd: string) =>
      spawnSync(
        process.execPath,
        [join(cwd, "dist/cli/main.cjs"), "summarize", "fixtures/office-morning.pcapng"],
        {
          encoding: "utf8",
        },
      );
    const { status, stdout, stderr } = summarize(folder);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toBe(summarize(resolve(".")).stdout);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
