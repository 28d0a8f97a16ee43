/** The name of a test file states its requirements: `npm test` needs no program and no privileges (docs/testing.md). */
import { describe, expect, it } from "vitest";
import { readProgramOutput } from "../src/packets/live/program-output.ts";
import { type SourceFile, sourceFiles } from "./support/source-files.ts";

const files = new Map(sourceFiles("test").map((file) => [file.path, file]));

/** Creates network namespaces, which requires root. */
const NAMESPACES = "test/support/namespace-holder.ts";

/** Modules that a test file imports from Node, packages and test files, directly or indirectly. */
function reachedFrom(file: SourceFile, reached = new Set<string>()): ReadonlySet<string> {
  for (const { target } of file.imports) {
    if (reached.has(target)) continue;
    reached.add(target);
    const next = files.get(target);
    if (next !== undefined) reachedFrom(next, reached);
  }
  return reached;
}

function testsThatEnd(pattern: RegExp): SourceFile[] {
  return [...files.values()].filter(({ path }) => pattern.test(path));
}

const inProcess = testsThatEnd(/\/[\w-]+\.test\.ts$/);
const programs = testsThatEnd(/\.programs\.test\.ts$/);
const system = testsThatEnd(/\.system\.test\.ts$/);

function reaching(tests: readonly SourceFile[], target: string): string[] {
  return tests.filter((file) => reachedFrom(file).has(target)).map(({ path }) => path);
}

describe("the groups of tests", () => {
  it("are three, and each test file belongs to one", () => {
    expect(inProcess.length + programs.length + system.length).toBe(testsThatEnd(/\.test\.ts$/).length);
    for (const group of [inProcess, programs, system]) expect(group.length).toBeGreaterThan(4);
  });

  it("never reach child_process in the group of npm test", () => {
    expect(reaching(inProcess, "node:child_process")).toEqual([]);
    expect(reaching(programs, "node:child_process").length).toBeGreaterThan(3);
  });

  it("use namespaces in the system group only, and in all of its tests", () => {
    expect(reaching([...inProcess, ...programs], NAMESPACES)).toEqual([]);
    expect(reaching(system, NAMESPACES)).toEqual(system.map(({ path }) => path));
  });

  it.fails("fail a test of npm test that tries to start a program, even if it catches the refusal", async () => {
    await readProgramOutput("tcpdump", ["--version"], process.env).catch(() => null);
  });
});
