/** Documents and help, checked for common misspellings by codespell. */
import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { textFiles } from "../support/markdown-files.ts";

const hasCodespell = spawnSync("codespell", ["--version"]).status === 0;
if (!hasCodespell) console.log("spelling: skipped, not installed: codespell");

describe("the spelling", () => {
  const documents = textFiles(/\.md$|^help.*\.txt$/).map(({ path }) => path);

  it.skipIf(!hasCodespell)("of documents and help has no common mistake", () => {
    const { stdout, status } = spawnSync("codespell", documents, { encoding: "utf8" });
    expect({ stdout, status }).toEqual({ stdout: "", status: 0 });
    expect(documents.length).toBeGreaterThan(30);
  });
});
