/** The formats of `check`, read by independent programs: Perl's TAP harness, Python's XML parser. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { renderCheck } from "../../src/render/render-check.ts";
import type { Assertion } from "../../src/reports/compare/expectation-check.ts";

const HOSTILE = `a<b>&"c" 'd' # skip % \\ \n::error::x\u001b[31m \u202e`;
const assertions: readonly Assertion[] = [
  { path: "$.capture.complete", subject: "capture", what: "complete", problem: null },
  { path: `$.products["${HOSTILE}"].verdict`, subject: HOSTILE, what: "verdict", problem: "needs works" },
  { path: "$.products.iCloud", subject: "iCloud", what: "", problem: `is named by nothing: ${HOSTILE}` },
];
const result = {
  assertions,
  deviations: assertions.flatMap((one) => (one.problem === null ? [] : [{ ...one, problem: one.problem }])),
};
const files = {
  capture: `${HOSTILE}.pcap`,
  expected: `${HOSTILE}.json`,
  accept: "appleflow check a b --update",
};

const has = (program: string) => spawnSync(program, ["--version"]).status === 0;

function skipWithout(program: string): boolean {
  if (has(program)) return false;
  console.log(`skipped: there is no ${program} here`);
  return true;
}

describe("the result of a check", () => {
  it.skipIf(skipWithout("prove"))("is TAP that Perl's harness accepts", () => {
    const folder = mkdtempSync(join(tmpdir(), "appleflow-tap-"));
    try {
      const file = join(folder, "check.tap");
      writeFileSync(file, renderCheck(result, files, "tap"));
      const { stdout } = spawnSync("prove", ["--verbose", "--exec", "cat", file], { encoding: "utf8" });
      expect(stdout).toContain("Failed 2/3 subtests");
      expect(stdout).not.toContain("Parse errors");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.skipIf(skipWithout("python3"))("is XML that Python parses, with unchanged texts", () => {
    const script =
      "import json,sys,xml.etree.ElementTree as t\n" +
      "r=t.fromstring(sys.stdin.buffer.read())\n" +
      "print(json.dumps([r.attrib,[c.attrib['name'] for c in r.iter('testcase')]," +
      "[f.attrib['message'] for f in r.iter('failure')]]))";
    const { stdout, stderr } = spawnSync("python3", ["-c", script], {
      input: renderCheck(result, files, "junit"),
      encoding: "utf8",
    });
    expect(stderr).toBe("");
    const shown = `a<b>&"c" 'd' # skip % \\ \\n::error::x\\x1b[31m \\u202e`;
    expect(JSON.parse(stdout)).toEqual([
      { tests: "3", failures: "2" },
      ["$.capture.complete", `$.products["${shown}"].verdict`, "$.products.iCloud"],
      [`${shown}: verdict needs works`, `iCloud: is named by nothing: ${shown}`],
    ]);
  });

  it("annotates a file for GitHub, one line each, whatever the names", () => {
    const lines = renderCheck(result, files, "github").trimEnd().split("\n");
    expect(lines).toHaveLength(3);
    for (const line of lines.slice(0, 2)) expect(line).toMatch(/^::error file=[^:,]+,title=[^:,]+::/);
    expect(lines[2]).toMatch(/\.pcap: 2 of 3 differ$/);
    expect(renderCheck(result, { ...files, capture: "::error::x" }, "github")).toMatch(
      /\n ::error::x: 2 of 3/,
    );
  });

  it("is one line if everything is as expected", () => {
    const met = { assertions: assertions.slice(0, 1), deviations: [] };
    expect(renderCheck(met, { ...files, capture: "a.pcap" }, "table")).toBe(
      "a.pcap: as expected, 1 checked\n",
    );
    expect(renderCheck(met, { ...files, capture: "a.pcap" }, "github")).toBe(
      "a.pcap: as expected, 1 checked\n",
    );
  });
});
