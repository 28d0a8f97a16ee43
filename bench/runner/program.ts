import { accessSync, constants, createReadStream, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import type { CaptureTotals } from "../generator/capture-file.ts";
import type { RunOutput } from "./meter.ts";

/** The totals that a program prints in a form that can be compared. What it does not print is left out. */
export type Counted = Partial<CaptureTotals>;

/** A program of the comparison, present on this machine. */
export interface ReadyProgram {
  /** The command that reads a capture. `scratch` is an empty folder for its files, removed after the run. */
  command(capture: string, flows: number, scratch: string): readonly string[];
  /** Reads what the program counted from its output, after the clock has stopped. */
  count(output: RunOutput, scratch: string): Promise<Counted> | Counted;
}

/** A program of the comparison: ready to run, or the reason why it is not. */
export interface ProgramEntry {
  readonly name: string;
  /** What it does with a capture, in a few words. */
  readonly does: string;
  /**
   * @param temporary a folder that lives as long as the benchmark
   * @param floorFolder where the sources of the native reference programs are, or null
   */
  find(temporary: string, floorFolder: string | null): ReadyProgram | { readonly absent: string };
}

/** Where administrators' programs stand that are not on everyone's PATH. */
const SYSTEM_FOLDERS = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

/** The path of an executable, or null. */
export function findExecutable(name: string): string | null {
  for (const folder of [...(process.env.PATH ?? "").split(delimiter), ...SYSTEM_FOLDERS]) {
    if (folder === "") continue;
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      if (statSync(path).isFile()) return path;
    } catch {
      // Not in this folder.
    }
  }
  return null;
}

/** Calls `use` with every line of a file; for outputs that may be too long for one string. */
export async function eachLine(path: string, use: (line: string) => void): Promise<void> {
  for await (const line of createInterface({ input: createReadStream(path, "latin1") })) use(line);
}

/** The differences between what a program counted and the truth, in words; empty when there are none. */
export function countingErrors(counted: Counted, truth: Counted): string[] {
  const errors: string[] = [];
  for (const what of ["packets", "bytes", "flows"] as const) {
    const got = counted[what];
    if (got === undefined || truth[what] === undefined || got === truth[what]) continue;
    const found = Number.isNaN(got) ? "not in its output" : got;
    errors.push(`WRONG: ${what} ${found} instead of ${truth[what]}`);
  }
  return errors;
}
