/** Shell words, compared with real shells: each must read a word as the original text. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { escapeText } from "../src/render/render-escape.ts";
import { shellFileName, shellWord } from "../src/shell-word.ts";

const SHELLS = ["sh", "dash", "bash", "zsh", "busybox"].filter(
  (shell) => spawnSync(shell, [...optionsOf(shell), "-c", ":"]).status === 0,
);

/** busybox acts as a shell by its first argument. */
function optionsOf(shell: string): string[] {
  return shell === "busybox" ? ["sh"] : [];
}

const HOSTILE = [
  "",
  "my cap.snoop",
  "it's",
  "''",
  'say "so"',
  "a;touch made",
  "$(touch made)",
  "`touch made`",
  "$HOME",
  "~",
  "~root",
  "-n",
  "--help",
  "- blank",
  "*",
  "?",
  "[a-z]*",
  "{a,b}",
  "a\\b",
  "trailing\\",
  "a\nb",
  "\nfirst",
  "a\tb\rc",
  "-\n%s\\n'$(touch made)`touch made`\"",
  "\u001b[2Jcleared",
  "turned \u202eround",
  "n\u00e4her\u00a0dran",
  "\u5199\u771f\n",
  "!history",
  "a & b | c > made < d",
  "#comment",
  "100%",
].filter((text) => !text.endsWith("\n"));

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "appleflow-shell-"));
  writeFileSync(join(folder, "a file that globs match"), "");
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Returns the words as passed on by a shell, separated by NUL. */
function wordsOf(shell: string, words: readonly string[]): string[] {
  const script = `printf '%s\\n\\000' ${words.join(" ")}`;
  const text = execFileSync(shell, [...optionsOf(shell), "-c", script], { cwd: folder, encoding: "utf8" });
  return text.split("\n\0").slice(0, -1);
}

describe("a quoted shell word", () => {
  it.each(SHELLS)("is read by %s as the original text", (shell) => {
    expect(wordsOf(shell, HOSTILE.map(shellWord))).toEqual(HOSTILE);
    expect(readdirSync(folder)).toEqual(["a file that globs match"]);
  });

  it("is read by sh as the original text, whatever that is", () => {
    const text = fc.string({ unit: "binary", maxLength: 30 }).map((any) => any.replace(/\0|\n+$/g, ""));
    fc.assert(
      fc.property(fc.array(text, { minLength: 20, maxLength: 40 }), (texts) => {
        expect(wordsOf("sh", texts.map(shellWord))).toEqual(texts);
      }),
      { numRuns: 50 },
    );
    expect(readdirSync(folder)).toEqual(["a file that globs match"]);
  });

  it("is one line without control characters", () => {
    for (const text of [...HOSTILE, "ends\n", "\n"])
      expect(escapeText(shellWord(text))).toBe(shellWord(text));
  });

  it.each(["office.pcapng", "/var/tmp/a-b_c,d.pcap", "en0", "eth0.100", "写真.pcap", "a=b", "x@y:z"])(
    "is unquoted if plainly safe: %s",
    (text) => {
      expect([shellWord(text), shellFileName(text)]).toEqual([text, text]);
    },
  );

  it("is quoted no more than necessary", () => {
    expect(shellWord("my cap.snoop")).toBe("'my cap.snoop'");
    expect(shellWord("it's")).toBe(String.raw`'it'\''s'`);
    expect(shellWord("a\nb")).toBe(String.raw`"$(printf 'a\012b')"`);
  });
});

describe("a file name for a shell", () => {
  it("is never read as an option", () => {
    expect(shellFileName("-rf")).toBe("./-rf");
    expect(shellFileName("- x")).toBe("'./- x'");
    expect(
      wordsOf(
        "sh",
        ["-\n"].map((name) => shellFileName(`${name}x`)),
      ),
    ).toEqual(["./-\nx"]);
  });
});
