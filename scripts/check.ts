/**
 * `npm run check`: everything that must hold before a commit - types, lint and format, data, build, dead code, the shape of
 * the package, the tests of `npm test`. Runs every step even if one has failed. `--without-tests`: without the tests.
 */
import { parseArgs } from "node:util";
import { report, runStep, type StepResult } from "./run-step.ts";

const STEPS = [
  ["types", "check:types"],
  ["lint and format", "check:lint"],
  ["data", "check:data"],
  ["build", "build"],
  ["dead code", "check:dead-code"],
  ["package", "check:package"],
  ["tests", "test"],
] as const;

const { values } = parseArgs({ options: { "without-tests": { type: "boolean", default: false } } });
const results: StepResult[] = [];
for (const [name, script] of STEPS) {
  if (script === "test" && values["without-tests"]) continue;
  results.push(await runStep(name, ["npm", "run", "--silent", script]));
}
report(results);
