/**
 * Runs mutants of sound samples through every reader of payload:
 *
 *   npm run fuzz:evidence                                 10000 mutants for each
 *   npm run fuzz:evidence -- --mutants 100000 --seed 7    more, and the same every time
 *   npm run fuzz:evidence -- --target http-request        one reader
 *   npm run fuzz:evidence -- --target http-request --seed 7 --only 1234
 *
 * None may throw, read past the end, or take longer than 50 ms. What does is printed in hexadecimal, with the command
 * that repeats it; the status is 1 then.
 */
import { parseArgs } from "node:util";
import { type Examined, examineTarget } from "./fuzz-evidence/examine-target.ts";
import type { FuzzTarget } from "./fuzz-evidence/fuzz-target.ts";
import { FUZZ_TARGETS } from "./fuzz-evidence/targets.ts";

const DEFAULT_MUTANTS = 10_000;

const text = { type: "string" } as const;
const { values } = parseArgs({ options: { mutants: text, seed: text, target: text, only: text } });
const seed = Number(values.seed ?? Math.floor(Date.now() / 86_400_000));
const first = Number(values.only ?? 0);
const count = values.only === undefined ? Number(values.mutants ?? DEFAULT_MUTANTS) : 1;
const targets = FUZZ_TARGETS.filter(({ name }) => name === (values.target ?? name));

if (![seed, first, count].every(Number.isSafeInteger) || targets.length === 0) {
  print(`numbers are whole, and --target is one of ${FUZZ_TARGETS.map(({ name }) => name).join(", ")}`);
  process.exitCode = 2;
} else {
  const problems = targets.map((target) => tell(target, examineTarget(target, seed, first, count)));
  process.exitCode = problems.every((number) => number === 0) ? 0 : 1;
}

function tell({ name }: FuzzTarget, { mutants, longestMs, problems }: Examined): number {
  print(`${name}: ${mutants} mutants, ${longestMs.toFixed(2)} ms at most, ${problems.length} failed`);
  for (const { number, problem, bytes } of problems) {
    print(`  mutant ${number} ${problem}\n  ${Buffer.from(bytes).toString("hex")}`);
    print(`  repeat: npm run fuzz:evidence -- --target ${name} --seed ${seed} --only ${number}`);
  }
  return problems.length;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
