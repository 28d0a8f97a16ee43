/**
 * `npm run test:long`: tests that take too long for every change, run before a release and when their subject has changed.
 * docs/testing.md records when that was last done, and the results. `--only NAME`: one of them.
 */
import { parseArgs } from "node:util";
import { report, runStep, type StepResult } from "./run-step.ts";

const LONG = { APPLEFLOW_TEST_RUNS: "long" };

interface LongTest {
  readonly name: string;
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

const NO_LIMIT = "--testTimeout=0";
const TESTS: readonly LongTest[] = [
  {
    // Every property with twenty times the examples of CI, and new ones every time; every fixture cut at every byte.
    name: "properties",
    command: ["npx", "vitest", "run", "--project", "in-process", NO_LIMIT],
    environment: LONG,
  },
  {
    name: "filters",
    command: ["npx", "vitest", "run", "--project", "programs", NO_LIMIT, "test/filter"],
    environment: LONG,
  },
  { name: "fuzz", command: ["npm", "run", "--silent", "fuzz", "--", "--mutants", "1000000"] },
  {
    name: "history",
    command: ["npx", "vitest", "run", "--project", "programs", NO_LIMIT, "test/history"],
    environment: LONG,
  },
  {
    // Twelve hours of the page in Chromium, and whether changes in its appearance are detected.
    name: "page",
    command: ["npx", "vitest", "run", "--project", "programs", NO_LIMIT, "test/web"],
    environment: LONG,
  },
  { name: "spoofed-sources", command: ["npx", "tsx", "scripts/test-spoofed-sources.ts"] },
  { name: "debian", command: ["npx", "tsx", "scripts/test-debian-package.ts"] },
  { name: "soak", command: ["npm", "run", "--silent", "soak:live", "--", "--seconds", "600"] },
];

const { values } = parseArgs({ options: { only: { type: "string" } } });
const chosen = TESTS.filter(({ name }) => name === (values.only ?? name));
if (chosen.length === 0) {
  console.error(`--only ${values.only}: there are ${TESTS.map(({ name }) => name).join(", ")}`);
  process.exitCode = 1;
} else {
  const results: StepResult[] = [];
  for (const { name, command, environment } of chosen)
    results.push(await runStep(name, command, environment));
  report(results);
}
