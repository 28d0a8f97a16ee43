/** Completion in real shells: each one loads its generated script and is asked for completions. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli } from "./run-cli.ts";

const SHELLS = ["bash", "zsh", "fish"] as const;
const missing = SHELLS.filter((shell) => spawnSync(shell, ["--version"]).status !== 0);
if (missing.length > 0) console.log(`completion: skipped, not installed: ${missing.join(", ")}`);

/** Beginnings of command lines with the words a shell must offer; an empty list means it must offer none. */
const BEGINNINGS: readonly [string, readonly string[]][] = [
  ["appleflow su", ["summarize"]],
  ["appleflow summarize --form", ["--format"]],
  ["appleflow summarize --format ", ["table", "json", "csv", "ndjson", "html", "parquet"]],
  ["appleflow flows --format nd", ["ndjson"]],
  ["appleflow complete ", ["bash", "zsh", "fish"]],
  ["appleflow summarize cap", ["capture file.pcap"]],
  ["appleflow check --tolerance ", []],
  ["appleflow live cap", []],
];

let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "appleflow-completion-"));
  for (const shell of SHELLS) {
    const { stdout, status } = await runCli(["complete", shell]);
    expect(status).toBe(0);
    writeFileSync(join(folder, shell), stdout);
  }
  writeFileSync(join(folder, "capture file.pcap"), "");
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Returns what a shell offers after `line`, as the user sees it. */
const OFFERED = {
  // Bash calls its function and, if that offers nothing, completes file names, unless the function disables this.
  bash: (line: string) => {
    const words = line.split(" ").map((word) => `'${word}'`);
    const script = `
      shopt -s expand_aliases; isOff=0; compopt() { isOff=1; }
      source ./bash; COMP_WORDS=(${words.join(" ")}); COMP_CWORD=${words.length - 1}; _appleflow
      if [ "\${#COMPREPLY[@]}" = 0 ] && [ $isOff = 0 ]; then compgen -f -- "\${COMP_WORDS[COMP_CWORD]}"
      else printf '%s\\n' "\${COMPREPLY[@]}"; fi`;
    return ran("bash", ["--norc", "-c", script]).split("\n").filter(Boolean);
  },
  // The line editor of zsh in its own terminal: returns the edited line, or the list below it.
  zsh: (line: string) => {
    const script = `
      zmodload zsh/zpty; zpty z zsh -f -i
      read-until() { local part; while zpty -r z part "*$1*"; do print -rn -- "$part"; return; done }
      zpty -w z 'PS1=; autoload -U compinit; compinit -D; source ./zsh; setopt no_beep no_list_ambiguous; print re''ady'
      read-until ready >/dev/null
      zpty -w -n z ${quote(line)}$'\\t\\x04'; sleep 1
      zpty -w -n z $'\\x01print -r -- "[[\\x05]]"\\n'; read-until ']]"'; sleep 0.3
      while zpty -r -t z part; do print -r -- "$part"; done; zpty -d z`;
    return [ran("zsh", ["-f", "-c", script])];
  },
  fish: (line: string) =>
    ran("fish", ["--no-config", "-c", `source ./fish; complete -C ${quote(line)}`])
      .split("\n")
      .filter(Boolean)
      .map((offer) => offer.split("\t")[0]),
};

function quote(text: string): string {
  return `'${text}'`;
}

function ran(program: string, args: readonly string[]): string {
  const { stdout, status, stderr } = spawnSync(program, args, {
    cwd: folder,
    encoding: "utf8",
    env: { PATH: process.env.PATH, HOME: resolve(folder), TERM: "dumb" },
    timeout: 20_000,
  });
  if (status !== 0) throw new Error(`${program}: ${status}: ${stderr}`);
  return stdout;
}

describe.each(["bash", "fish"] as const)("completion in %s", (shell) => {
  it.skipIf(missing.includes(shell)).each(BEGINNINGS)("completes %j", (line, offers) => {
    expect(OFFERED[shell](line).toSorted()).toEqual(offers.toSorted());
  });
});

describe("completion in zsh", () => {
  it.skipIf(missing.includes("zsh")).each([
    ["appleflow summarize --form", "--format="],
    ["appleflow flows --format nd", "--format ndjson"],
    ["appleflow summarize cap", String.raw`capture\ file.pcap`],
  ])("completes %j", (line, completed) => {
    expect(OFFERED.zsh(line).join("")).toContain(completed);
  });
});

describe("appleflow complete, for an unsupported shell,", () => {
  it("names the supported shells", async () => {
    const { status, stderr } = await runCli(["complete", "csh"]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/'csh' is invalid.* Allowed choices are bash, zsh, fish/);
  });
});
