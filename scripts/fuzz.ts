/**
 * Mutates the fixtures and runs the mutants through everything, in memory:
 *
 *   npm run fuzz                          60 seconds
 *   npm run fuzz -- --mutants 100000      as long as it takes
 *   npm run fuzz -- --seed 7              the same mutants every time; otherwise the seed is today's
 *   npm run fuzz -- --seed 7 --only 1234  one mutant, in this thread (--group: one group of them)
 *
 * Nothing may throw, all must end within ten seconds, results must be the same whatever stands behind the bytes and
 * in whatever pieces they arrive, and every record must be accounted for. What fails is written to a file, with the
 * command that repeats it; the status is 1 then.
 */
import { mkdtempSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import type { FuzzReport, FuzzTask } from "./fuzz/fuzz-worker.ts";
import { MutantMaker } from "./fuzz/mutant.ts";
import { examineNumbers, type Failure, GROUP_LENGTH, mutantsOf } from "./fuzz/mutant-groups.ts";

const DEFAULT_SECONDS = 60;
const HANG_MS = 10_000;
const WATCH_MS = 250;
const MAX_WORKERS = 8;
/** Far above what was seen; memory that is never given back gets there within minutes. */
const MAX_RSS_BYTES = 1.5 * 2 ** 30;
/** A thread that has found so many has found enough. */
const MAX_FAILURES = 10;

/** A thread of its own has to be told how TypeScript is loaded. */
const BOOTSTRAP = `
  import("tsx/esm/api").then(({ register }) => {
    register();
    return import(${JSON.stringify(new URL("./fuzz/fuzz-worker.ts", import.meta.url).href)});
  });
`;

const names = ["seconds", "mutants", "seed", "only", "group", "workers"] as const;
const { values } = parseArgs({
  options: Object.fromEntries(names.map((name) => [name, { type: "string" as const }])),
});
const seed = numberOf("seed") ?? Math.floor(Date.now() / 86_400_000);
const only = numberOf("only");
const group = numberOf("group");
if (only !== null) process.exitCode = await repeat([only]);
else if (group !== null) process.exitCode = await repeat(mutantsOf(group));
else process.exitCode = await fuzz();

async function repeat(numbers: readonly number[]): Promise<number> {
  for (const number of numbers) print(`mutant ${number}: ${keep(number)}`);
  const problem = await examineNumbers(new MutantMaker(), seed, numbers);
  print(problem ?? "nothing wrong");
  return problem === null ? 0 : 1;
}

async function fuzz(): Promise<number> {
  const mutants = numberOf("mutants");
  const seconds = numberOf("seconds") ?? (mutants === null ? DEFAULT_SECONDS : 86_400);
  const workers = numberOf("workers") ?? Math.min(MAX_WORKERS, availableParallelism());
  const begin = performance.now();
  let peak = 0;
  const memory = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, WATCH_MS);
  const threads = Array.from({ length: workers }, (_, first) =>
    watch({
      seed,
      first,
      step: workers,
      end: Math.ceil((mutants ?? Number.MAX_SAFE_INTEGER) / GROUP_LENGTH),
      deadline: Date.now() + seconds * 1000,
      progress: new SharedArrayBuffer(8),
    }),
  );
  const results = await Promise.all(threads);
  clearInterval(memory);
  const examined = results.reduce((sum, result) => sum + result.examined, 0);
  const failures = results.flatMap((result) => result.failures);
  failures.forEach(tell);
  const rate = Math.round((examined / (performance.now() - begin)) * 1000);
  print(
    `seed ${seed}: ${rate} mutants/s in ${workers} threads, ${Math.round(peak / 2 ** 20)} MiB of memory at most`,
  );
  const isTooLarge = peak > MAX_RSS_BYTES;
  if (isTooLarge) print(`that is more than the ${MAX_RSS_BYTES / 2 ** 20} MiB that are allowed`);
  print(`${examined} mutants, ${failures.length} failed`);
  return failures.length === 0 && !isTooLarge && examined > 0 ? 0 : 1;
}

interface Watched {
  readonly examined: number;
  readonly failures: readonly Failure[];
}

/** Runs a worker to its end, or until something hangs. */
function watch(task: FuzzTask): Promise<Watched> {
  const counters = new Int32Array(task.progress);
  const failures: Failure[] = [];
  const worker = new Worker(BOOTSTRAP, { eval: true, workerData: task });
  return new Promise((resolve) => {
    let last = -1;
    let since = Date.now();
    const end = () => {
      clearInterval(timer);
      void worker.terminate();
      resolve({ examined: Atomics.load(counters, 1), failures });
    };
    const failGroup = (problem: string) => {
      failures.push({ what: "group", number: Atomics.load(counters, 0), problem });
      end();
    };
    const timer = setInterval(() => {
      const examined = Atomics.load(counters, 1);
      if (examined !== last) {
        last = examined;
        since = Date.now();
      } else if (Date.now() - since > HANG_MS) failGroup(`not done after ${HANG_MS / 1000} seconds`);
    }, WATCH_MS);
    worker.on("error", (error) => failGroup(`ended its thread: ${error.stack ?? error.message}`));
    worker.on("message", (report: FuzzReport) => {
      if (report !== "ended") failures.push(report);
      if (report === "ended" || failures.length === MAX_FAILURES) end();
    });
  });
}

/** Says what failed, keeps it, and how to repeat it. */
function tell({ what, number, problem }: Failure): void {
  print(`${what} ${number}: ${problem}`);
  for (const mutant of what === "mutant" ? [number] : mutantsOf(number)) print(`  kept as ${keep(mutant)}`);
  print(`  repeat: npm run fuzz -- --seed ${seed} --${what === "mutant" ? "only" : "group"} ${number}`);
}

/** Writes a mutant to a file. */
function keep(number: number): string {
  const { bytes, fixture } = new MutantMaker().make(seed, number);
  const path = join(mkdtempSync(join(tmpdir(), "appleflow-fuzz-")), `mutant-${seed}-${number}`);
  writeFileSync(path, bytes);
  return `${path} (of ${fixture})`;
}

function numberOf(name: (typeof names)[number]): number | null {
  const text = values[name];
  if (text === undefined) return null;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`--${name} ${text} is not a whole number`);
  return value;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
