/**
 * Fuzzes everything that reads external input, guided by code coverage:
 *
 *   npm run fuzz                                   all targets, a minute for each processor
 *   npm run fuzz -- --seconds 600                  longer
 *   npm run fuzz -- --mutants 1000000              N mutants, equally many of each target, however long it takes
 *   npm run fuzz -- --seed 20780                   the mutants of another day
 *   npm run fuzz -- --target dns-message,filter    only these; --list names all
 *   npm run fuzz -- --keep                         keep inputs with new coverage in test/fuzz/corpus
 *   npm run fuzz -- --target filter --input FILE   only this input; --fault WHAT keeps it, as a regression test
 *
 * No input may cause an exception, a hang, a read outside the input, or more CPU time or memory than its target allows.
 * Failing inputs are written to files, with the command that repeats them; the status is then 1. The seed is the number of
 * the day (UTC) since 1970: the same seed gives the same mutants in the same order.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { examineInputs } from "./fuzz/examine-input.ts";
import type { FuzzOrder } from "./fuzz/fuzz-child.ts";
import type { FuzzTarget } from "./fuzz/fuzz-target.ts";
import { buildInstrumented } from "./fuzz/instrumented/build-instrumented.ts";
import { blockCount, type CoverageMap, figuresOf } from "./fuzz/instrumented/coverage-map.ts";
import { keepInputs, keptInputs } from "./fuzz/kept-corpus.ts";
import { runCampaigns } from "./fuzz/run-campaigns.ts";
import { FUZZ_TARGETS } from "./fuzz/targets/targets.ts";

const DEFAULT_SECONDS = 60;
const MOST_PROCESSES = 8;
const DAY_MS = 86_400_000;

const text = { type: "string" } as const;
const { values } = parseArgs({
  options: {
    seconds: text,
    mutants: text,
    seed: text,
    target: text,
    processes: text,
    input: { type: "string", multiple: true },
    fault: text,
    keep: { type: "boolean" },
    list: { type: "boolean" },
  },
});
const targets = chooseTargets(values.target?.split(","));
if (values.list) for (const { name } of targets) print(name);
else process.exitCode = values.input === undefined ? await fuzz() : await repeat(values.input);

function chooseTargets(names: readonly string[] | undefined): readonly FuzzTarget[] {
  if (names === undefined) return FUZZ_TARGETS;
  return names.map((name) => {
    const target = FUZZ_TARGETS.find((one) => one.name === name);
    if (target === undefined) throw new Error(`--target ${name}: --list names those that there are`);
    return target;
  });
}

/** Runs inputs from files through the target, and keeps the first failing one with its problem. */
async function repeat(files: readonly string[]): Promise<number> {
  if (targets.length !== 1) throw new Error("--input needs one --target");
  const [target] = targets;
  const inputs = files.map((file) => new Uint8Array(readFileSync(file)));
  const { problem, cost } = await examineInputs(target, inputs);
  print(
    `${cost.cpuMs.toFixed(1)} ms of CPU time, ${mebibytes(cost.memoryBytes)} MiB: ${problem ?? "nothing wrong"}`,
  );
  if (values.fault !== undefined) {
    const kept = inputs.map((bytes) => ({ bytes, fault: values.fault ?? null }));
    keepInputs(target.name, [...kept, ...keptInputs(target.name)]);
  }
  return problem === null ? 0 : 1;
}

async function fuzz(): Promise<number> {
  const seed = numberOf("seed") ?? Math.floor(Date.now() / DAY_MS);
  const processes = numberOf("processes") ?? Math.min(MOST_PROCESSES, availableParallelism());
  print(`seed ${seed}; npm run fuzz -- --seed ${seed} makes the same mutants`);
  const folder = mkdtempSync(join(tmpdir(), "appleflow-fuzzer-"));
  try {
    const bundle = await buildInstrumented(join(import.meta.dirname, "fuzz/fuzz-child.ts"), folder);
    const map = JSON.parse(readFileSync(bundle.mapFile, "utf8")) as CoverageMap;
    const union = new Uint8Array(blockCount(map));
    const sum = { mutants: 0, faults: 0, done: 0 };
    await runCampaigns(bundle, ordersFor(seed, processes), processes, folder, (message) => {
      if (message.kind === "fault") {
        sum.faults++;
        print(`failed: ${message.target}: ${message.problem}`);
        const inputs = message.files.map((file) => `--input ${file}`).join(" ");
        print(`  repeat: npm run fuzz -- --target ${message.target} ${inputs}`);
        return;
      }
      const { figures, target } = message;
      sum.done++;
      sum.mutants += figures.mutants;
      for (const [block, mark] of Buffer.from(message.marks, "base64").entries()) union[block] |= mark;
      const reached = `${figures.functions} functions, ${figures.blocks} of their ${figures.blocksInFunctions} blocks`;
      const cost = `${figures.cpuMs.toFixed(1)} ms and ${mebibytes(figures.memoryBytes)} MiB at most`;
      print(
        `${target}: ${figures.mutants} mutants, ${figures.found} kept (${hex(figures.digest)}), ${reached}, ${cost}`,
      );
    });
    const { functions, blocks, blocksInFunctions } = figuresOf(map, union);
    print(`reached: ${functions} functions, ${blocks} of their ${blocksInFunctions} blocks`);
    print(`${sum.mutants} mutants, ${sum.faults} faults`);
    return sum.faults === 0 && sum.done === targets.length ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Each target gets its share of the time, or the same number of mutants; the largest shares come first. */
function ordersFor(seed: number, processes: number): FuzzOrder[] {
  const mutants = numberOf("mutants");
  const seconds = numberOf("seconds") ?? (mutants === null ? DEFAULT_SECONDS : null);
  const weights = targets.reduce((sum, { weight }) => sum + weight, 0);
  return targets
    .toSorted((a, b) => b.weight - a.weight)
    .map(({ name, weight }) => ({
      target: name,
      seed,
      mutants: mutants === null ? Number.MAX_SAFE_INTEGER : Math.ceil(mutants / targets.length),
      seconds: seconds === null ? Number.MAX_SAFE_INTEGER : (seconds * processes * weight) / weights,
      keeps: values.keep ?? false,
    }));
}

function numberOf(name: "seconds" | "mutants" | "seed" | "processes"): number | null {
  const text = values[name];
  if (text === undefined) return null;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`--${name} ${text} is not a whole number`);
  return value;
}

function hex(number: number): string {
  return number.toString(16).padStart(8, "0");
}

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
