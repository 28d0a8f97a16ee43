import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { runCli } from "../cli/run-cli.ts";

const README = readFileSync(new URL("../../README.md", import.meta.url), "utf8");

/** User documentation, which shows commands as the README does. */
const PAGES = ["reading", "live", "reach-and-rules", "history"].map((name) =>
  readFileSync(new URL(`../../docs/${name}.md`, import.meta.url), "utf8"),
);

/** Returns the code blocks of a language, in order. */
function blocks(language: string, page = README): string[] {
  return [...page.matchAll(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, "gs"))].map(([, text]) => text);
}

describe("the README", () => {
  it("shows samples that match the output of its commands", async () => {
    const commands = blocks("sh").flatMap((text) => /npm start --silent -- (.*)$/m.exec(text)?.[1] ?? []);
    expect(commands.length).toBe(blocks("text").length);
    for (const [i, command] of commands.entries()) {
      const args = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain);
      const { status, stdout } = await runCli(args);
      // 4: a service that was tried does not work, as the sample shows.
      expect([0, 4]).toContain(status);
      expect(blocks("text")[i].trimEnd()).toBe(stdout.trimEnd());
    }
  });

  it("and the user documentation mention only existing commands and options", async () => {
    const lines = [README, ...PAGES].flatMap((page) => blocks("sh", page).join("\n").split("\n"));
    const commands = lines.flatMap((line) => /appleflow (.*?)(?:\s+#|$)/.exec(line)?.[1] ?? []);
    expect(commands.length).toBeGreaterThan(25);
    const helps = new Map<string, string>();
    for (const command of commands) {
      const [name, ...rest] = command.split(/\s+/);
      if (!helps.has(name)) helps.set(name, (await runCli([name, "--help"])).stdout);
      for (const option of rest.filter((word) => word.startsWith("--")))
        expect(helps.get(name)).toContain(option);
    }
  });

  it("contains pictures of at most 200 kB together", () => {
    const files = new Set([...README.matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map(([, file]) => file));
    expect(files.size).toBeGreaterThan(0);
    const sizes = [...files].map((file) => readFileSync(new URL(`../../${file}`, import.meta.url)).length);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(200_000);
  });

  it("links only to existing files", () => {
    for (const [, target] of README.matchAll(/\]\((?!https?:)([^)#]+)\)/g)) {
      expect(() => readFileSync(new URL(`../../${target}`, import.meta.url))).not.toThrow();
    }
  });
});
