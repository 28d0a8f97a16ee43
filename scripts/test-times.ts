/**
 * `npm run test:times`: runs the three groups of tests and prints the rows of the table in docs/testing.md: the number of
 * files and tests in each, its duration, and its slowest files.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join, relative } from "node:path";

const GROUPS = ["in-process", "programs", "system"];
/** Seconds from which a file gets a separate row. */
const SLOW_SECONDS = 2;

/** The used part of vitest's report; times in milliseconds. */
interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly startTime: number;
    readonly endTime: number;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

const folder = mkdtempSync(join(tmpdir(), "appleflow-times-"));
console.log(
  `${availableParallelism()} cores, load before ${loadavg()[0].toFixed(1)}, Node ${process.versions.node}\n`,
);
try {
  for (const group of GROUPS) console.log(rowsOf(group).join("\n"));
} finally {
  rmSync(folder, { recursive: true });
}

function rowsOf(group: string): string[] {
  const file = join(folder, `${group}.json`);
  const started = performance.now();
  const args = ["vitest", "run", "--project", group, "--reporter=json", `--outputFile=${file}`];
  const { status } = spawnSync("npx", args, { stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) console.error(`${group}: not all passed`);
  const wholeSeconds = (performance.now() - started) / 1000;
  const { testResults } = JSON.parse(readFileSync(file, "utf8")) as Report;
  const files = testResults.map(({ name, startTime, endTime, assertionResults }) => ({
    path: relative(process.cwd(), name),
    tests: assertionResults.filter(({ status }) => status === "passed").length,
    seconds: (endTime - startTime) / 1000,
  }));
  const tests = files.reduce((sum, one) => sum + one.tests, 0);
  const slow = files.filter(({ seconds }) => seconds >= SLOW_SECONDS).sort((a, b) => b.seconds - a.seconds);
  return [
    `| **${group}**, ${files.length} files | ${tests} | ${wholeSeconds.toFixed(0)} |`,
    ...slow.map(({ path, tests, seconds }) => `| ${path} | ${tests} | ${seconds.toFixed(1)} |`),
  ];
}
