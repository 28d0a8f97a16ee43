/**
 * `npm run bench`: appleflow side by side with the programs installed on the machine, whole processes on the same captures in
 * one run. `bench/README.md` describes what is measured and how.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BenchCapture, ensureCaptures } from "./generate.ts";
import { type BenchArguments, parseArguments, USAGE } from "./runner/arguments.ts";
import { openCorpus } from "./runner/corpus.ts";
import { beginFigures, type CaptureFigures, changesSince, readFigures } from "./runner/figures.ts";
import { findMeter, METER_NOTES, stopRunning } from "./runner/meter.ts";
import type { ReadyProgram } from "./runner/program.ts";
import { PROGRAMS } from "./runner/programs.ts";
import {
  describeCapture,
  describeMachine,
  renderChanges,
  renderTable,
  renderTargets,
} from "./runner/report.ts";
import { runRounds } from "./runner/rounds.ts";
import { judgeStarts, NODE_ALONE, START, START_ROUNDS, startCapture, startPrograms } from "./runner/start.ts";
import { judgeTargets, type TargetOutcome } from "./runner/targets.ts";

/** Runs the benchmark and returns its exit status. */
async function compare(options: BenchArguments, temporary: string): Promise<number> {
  const { captures: names, corpus, quick } = options;
  const before = options.baseline === null ? null : readFigures(options.baseline);
  const large = names.filter((name) => name !== START);
  const isLarge = names.length === 0 || large.length > 0;
  const made = () =>
    corpus === null ? ensureCaptures(large, options, console.error) : openCorpus(corpus, large);
  const captures = isLarge ? made() : [];
  const programs = isLarge ? findPrograms(options, temporary) : new Map<string, ReadyProgram>();
  const starts = wantsStarts(options) ? startPrograms() : new Map<string, ReadyProgram>();
  if (programs.size + starts.size === 0) {
    console.log("nothing to run");
    return 0;
  }
  const meter = findMeter();
  const machine = describeMachine();
  console.log(`${machine}\n${METER_NOTES[meter]}\n`);
  const endFigures = beginFigures(machine, meter);
  const all: CaptureFigures[] = [];
  const targets: TargetOutcome[] = [];
  const measure = async (
    capture: BenchCapture,
    measured: ReadonlyMap<string, ReadyProgram>,
    rounds: number,
    bases: readonly string[],
  ) => {
    const onRun = (round: number, program: string) => showProgress(`round ${round} of ${rounds}: ${program}`);
    const results = await runRounds(capture, measured, { rounds, meter, temporary, onRun });
    showProgress("");
    console.log(`${renderTable(results, bases)}\n`);
    all.push({ capture: capture.name, fileBytes: capture.fileBytes, totals: capture.totals, results });
    return results;
  };
  if (starts.size > 0) {
    console.log("start: whole processes with next to nothing to do");
    const rounds = Math.max(options.rounds, START_ROUNDS);
    targets.push(...judgeStarts(await measure(startCapture(), starts, rounds, [NODE_ALONE])));
  }
  if (programs.size > 0) {
    for (const capture of captures) {
      console.log(describeCapture(capture));
      const results = await measure(capture, programs, options.rounds, ["floor", "appleflow"]);
      targets.push(...judgeTargets(capture.name, results));
    }
  }
  if (targets.length > 0) {
    const remark = quick
      ? " (meant for the whole captures: at a tenth of them, starting Node weighs more)"
      : "";
    console.log(`targets${remark}\n${renderTargets(targets)}`);
  }
  if (before !== null) console.log(`\n${renderChanges(before, changesSince(before, all))}`);
  if (options.json !== null) {
    writeFileSync(options.json, `${JSON.stringify(endFigures(all, targets), null, 2)}\n`);
  }
  const wrong = all.some(({ results }) => results.some((result) => result.errors.length > 0));
  const missed = options.check && targets.some((target) => target.reached !== true);
  return wrong || missed ? 1 : 0;
}

/** Whether startup is measured: with all captures or by name, if appleflow is included. */
function wantsStarts({ captures, only }: BenchArguments): boolean {
  return (
    (captures.length === 0 || captures.includes(START)) && (only.length === 0 || only.includes("appleflow"))
  );
}

/** Finds the programs of the comparison, and prints which are left out and why. */
function findPrograms({ only, floor }: BenchArguments, temporary: string): Map<string, ReadyProgram> {
  const programs = new Map<string, ReadyProgram>();
  for (const entry of PROGRAMS) {
    if (only.length > 0 && !only.includes(entry.name)) continue;
    const found = entry.find(temporary, floor);
    if ("absent" in found) console.log(`skipped ${entry.name} (${entry.does}): ${found.absent}`);
    else programs.set(entry.name, found);
  }
  return programs;
}

function showProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

const temporary = mkdtempSync(join(tmpdir(), "appleflow-bench-"));
const removeTemporary = () => rmSync(temporary, { recursive: true, force: true });
for (const [signal, status] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const) {
  process.once(signal, () => {
    stopRunning();
    removeTemporary();
    process.exit(status);
  });
}
try {
  const options = parseArguments(process.argv.slice(2), process.env);
  if (options === null) console.log(USAGE);
  else process.exitCode = await compare(options, temporary);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  removeTemporary();
}
