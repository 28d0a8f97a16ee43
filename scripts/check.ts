/**
 * `npm run check`: all that must hold before a commit - types, lint and format, data, dead code, the shape of the
 * package, the public captures where they are at hand, the tests. Runs every step even when one has failed.
 */
import { report, runStep, type StepResult } from "./run-step.ts";

const STEPS = [
  ["types", "check:types"],
  ["lint and format", "check:lint"],
  ["data", "check:data"],
  ["build", "build"],
  ["dead code", "check:dead-code"],
  ["package", "check:package"],
  ["public captures", "check:captures"],
  ["tests", "test"],
] as const;

const results: StepResult[] = [];
for (const [name, script] of STEPS) results.push(await runStep(name, ["npm", "run", "--silent", script]));
report(results);
