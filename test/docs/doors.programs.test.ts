/** Other ways to install the program - a container, a formula, a workflow step - as read by the tools that use them. */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { validate } from "dockerfile-utils";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import manifest from "../../package.json" with { type: "json" };
import { allCommands } from "../../scripts/reference/all-commands.ts";
import { textFiles } from "../support/markdown-files.ts";

const hasRuby = spawnSync("ruby", ["--version"]).status === 0;
if (!hasRuby) console.log("the formula of Homebrew: skipped, not installed: ruby");

const read = (name: string) => readFileSync(`packaging/${name}`, "utf8");

describe("the Dockerfile", () => {
  const text = read("docker/Dockerfile");

  it("passes the linter", () => {
    expect(validate(text).map(({ message }) => message)).toEqual([]);
  });

  it("is checked by a linter that reports faults", () => {
    expect(validate(text.replace("USER node", "USR node"))).not.toEqual([]);
  });

  it("drops root before the program runs", () => {
    const words = text.match(/^(?:USER \w+|ENTRYPOINT)/gm);
    expect(words).toEqual(["USER node", "ENTRYPOINT"]);
  });
});

describe("the Homebrew formula", () => {
  it.skipIf(!hasRuby)("has valid Ruby syntax", () => {
    expect(spawnSync("ruby", ["-c", "packaging/homebrew/appleflow.rb"], { encoding: "utf8" })).toMatchObject({
      status: 0,
      stderr: "",
    });
  });

  it("links what is in the package: the program and the manual page", () => {
    expect(read("homebrew/appleflow.rb").match(/\w+\.install_symlink .+/g)).toEqual([
      'bin.install_symlink libexec/"node_modules/.bin/appleflow"',
      `man1.install_symlink libexec/"node_modules/appleflow/${manifest.man[0].replace("./", "")}"`,
    ]);
  });

  it("has three placeholders, each replaced by a command in its README", () => {
    const places = read("homebrew/appleflow.rb").match(/@[A-Z0-9]+@/g) ?? [];
    expect(places).toHaveLength(3);
    for (const place of places) expect(read("homebrew/README.md")).toContain(`s|${place}|`);
  });
});

describe("the GitHub action", () => {
  const action = parse(read("github-action/action.yml"));
  const step = action.runs.steps.at(-1);

  it("passes all its inputs through the environment", () => {
    expect(action.runs.using).toBe("composite");
    expect(Object.values(step.env)).toEqual(
      Object.keys(action.inputs).map((name) => `\${{ inputs.${name} }}`),
    );
    expect(step.run).not.toContain("${{");
  });

  it.each<[string, string, readonly string[]]>([
    ["no options", "", []],
    ["options in lines", "--tolerance 5\n--filter tcp\n", ["--tolerance", "5", "--filter", "tcp"]],
    ["text that a shell would execute", "--filter $(touch made)`x`", ["--filter", "$(touch", "made)`x`"]],
  ])("runs check with %s", (_, options, words) => {
    const folder = mkdtempSync(join(tmpdir(), "appleflow-action-"));
    try {
      const npx = join(folder, "npx");
      writeFileSync(npx, '#!/bin/sh\nprintf "%s\\n" "$@"\n');
      chmodSync(npx, 0o755);
      const { stdout, stderr } = spawnSync(
        "bash",
        ["--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step.run],
        {
          cwd: folder,
          encoding: "utf8",
          env: {
            PATH: `${folder}:${process.env.PATH}`,
            CAPTURE: "my cap.pcap",
            EXPECTED: "e.json",
            OPTIONS: options,
            VERSION: "1.2.3",
          },
        },
      );
      expect(stderr).toBe("");
      const fixed = ["--yes", "appleflow@1.2.3", "check", "my cap.pcap", "e.json", "--format", "github"];
      expect(stdout.trimEnd().split("\n")).toEqual([...fixed, ...words]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("optional packages", () => {
  it.each(["docker/Dockerfile", "homebrew/appleflow.rb"])(
    "are left out by %s, which installs with --prefix",
    (name) => {
      const installs = read(name)
        .split("\n")
        .filter((line) => /npm"?,? "?install\b/.test(line));
      expect(installs).toHaveLength(1);
      expect(installs[0]).toContain("--omit=optional");
      expect(installs[0]).toContain("--prefix");
      expect(installs[0]).not.toContain("--global");
    },
  );
});

describe("the packaging documents", () => {
  it("mention only existing commands and options", async () => {
    const commands = new Map((await allCommands()).map((command) => [command.name, command]));
    const pages = textFiles(/\.md$/).filter(({ path }) => path.startsWith("packaging/"));
    const lines = pages.flatMap(({ path: file, text }) =>
      [...text.matchAll(/\bappleflow ([a-z]+)\b([^\n`]*)/g)].map(([line, name, rest]) => ({
        line: `${file}: ${line}`,
        name,
        options: rest.match(/(?<= )--[a-z-]+/g) ?? [],
      })),
    );
    const wrong = lines.filter(({ name, options }) => {
      const command = commands.get(name);
      if (command === undefined) return options.length > 0;
      return options.some((word) => !command.options.some(({ long }) => long === word));
    });
    expect(wrong.map(({ line }) => line)).toEqual([]);
    expect(lines.length).toBeGreaterThan(10);
  });
});
