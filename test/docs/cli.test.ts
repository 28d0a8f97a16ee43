/** docs/cli.md lists the existing commands and options. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { allCommands } from "../../scripts/reference/all-commands.ts";
import { markdownReference } from "../../scripts/reference/markdown-reference.ts";
import { runCli } from "../cli/run-cli.ts";

const commands = await allCommands();

describe("docs/cli.md", () => {
  it("matches the help output (npm run update-goldens)", () => {
    expect(readFileSync("docs/cli.md", "utf8")).toBe(markdownReference(commands));
  });
});

describe("the machine-readable description of commands", () => {
  it.each(commands.slice(1))("matches the help of $name", async ({ name, options, notes, description }) => {
    const { stdout } = await runCli([name, "--help"]);
    const words = stdout.replaceAll(/\s+/g, " ");
    expect(words).toContain(description.replaceAll(/\s+/g, " "));
    for (const option of options) {
      expect(words).toContain(option.long);
      expect(words).toContain(option.description);
    }
    expect(stdout.trim().endsWith(notes)).toBe(true);
  });
});
