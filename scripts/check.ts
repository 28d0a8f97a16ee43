/**
 * `npm run check`: all that must hold before a commit - types, lint and format, data, dead code, the shape of the
 * package, the tests. Runs every step even when one has failed.
 */
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

const results: StepResult[] = [];
for (const [name, script] of STEPS) results.push(await runStep(name, ["npm", "run", "--silent", script]));
report(results);
