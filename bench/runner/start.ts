/** Startup time: whole processes with almost nothing to do, beside a Node process with nothing to do. */
import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { BenchCapture } from "../generate.ts";
import type { ReadyProgram } from "./program.ts";
import type { ProgramResult } from "./rounds.ts";
import { median } from "./statistics.ts";
import type { TargetOutcome } from "./targets.ts";

/** Its name among the captures. */
export const START = "start";
/** A run takes a twentieth of a second, so other load on the machine shows. */
export const START_ROUNDS = 21;
/** The baseline program. */
export const NODE_ALONE = "node";
/** Maximum wall time of a start, relative to Node's. */
const TIMES_NODE = 2;

const PROJECT = resolve(fileURLToPath(import.meta.url), "../../..");
const MAIN = join(PROJECT, "dist", "cli", "main.cjs");
const CAPTURE = join(PROJECT, "fixtures", "link-ethernet.pcap");

/** The small capture for startup. */
export function startCapture(): BenchCapture {
  return { name: START, path: CAPTURE, totals: null, fileBytes: statSync(CAPTURE).size };
}

/** The commands to start; none if the program is not built. */
export function startPrograms(): Map<string, ReadyProgram> {
  const programs = new Map<string, ReadyProgram>();
  if (!existsSync(MAIN)) return programs;
  const add = (name: string, command: (capture: string) => readonly string[]) =>
    programs.set(name, { command: (capture) => [process.execPath, ...command(capture)], count: () => ({}) });
  add(NODE_ALONE, () => ["-e", "0"]);
  add("summarize", (capture) => [MAIN, "summarize", capture]);
  add("ports", () => [MAIN, "ports", "22"]);
  add("help", () => [MAIN, "--help"]);
  add("version", () => [MAIN, "--version"]);
  return programs;
}

/** Judges each start by Node's own in the same rounds. */
export function judgeStarts(results: readonly ProgramResult[]): TargetOutcome[] {
  const node = results.find(({ program }) => program === NODE_ALONE);
  return results.flatMap((result): TargetOutcome[] => {
    if (result === node) return [];
    const says = `${result.program}: wall time at most ${TIMES_NODE} times node's`;
    const times = ratioOf(result, node, (run) => run.wallSeconds);
    if (times === null) return [{ capture: START, says, reached: null, text: "no valid run" }];
    const cpu = ratioOf(result, node, (run) => run.cpuSeconds ?? Number.NaN);
    const text = `${times.toFixed(2)}${cpu === null ? "" : ` (of CPU time: ${cpu.toFixed(2)})`}`;
    return [{ capture: START, says, reached: times <= TIMES_NODE, text }];
  });
}

/** The ratio of the medians, or null if one of them is missing. */
function ratioOf(
  result: ProgramResult,
  node: ProgramResult | undefined,
  of: (run: ProgramResult["runs"][number]) => number,
): number | null {
  if (node === undefined || result.errors.length > 0 || node.errors.length > 0) return null;
  const ratio = median(result.runs.map(of)) / median(node.runs.map(of));
  return Number.isFinite(ratio) ? ratio : null;
}
