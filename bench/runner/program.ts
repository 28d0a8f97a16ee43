import { accessSync, constants, createReadStream, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import type { CaptureTotals } from "../generator/capture-file.ts";
import type { RunOutput } from "./meter.ts";

/** The totals that a program prints in comparable form. Others are absent. */
export type Counted = Partial<CaptureTotals>;

/** A program of the comparison that is installed. */
export interface ReadyProgram {
  /** The command that reads a capture. `scratch` is an empty folder for its files, removed after the run. */
  command(capture: string, flows: number, scratch: string): readonly string[];
  /** Parses the program's counts from its output, after the clock has stopped. */
  count(output: RunOutput, scratch: string): Promise<Counted> | Counted;
}

/** A program of the comparison: ready to run, or the reason why not. */
export interface ProgramEntry {
  readonly name: string;
  /** Its work on a capture, in a few words. */
  readonly does: string;
  /**
   * @param temporary a folder that lives as long as the benchmark
   * @param floorFolder folder of the native reference programs' sources, or null
   */
  find(temporary: string, floorFolder: string | null): ReadyProgram | { readonly absent: string };
}

/** Folders of administrators' programs that may be missing from PATH. */
const SYSTEM_FOLDERS = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

/** Returns the path of an executable, or null. */
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

/** Calls `use` with every line of a file; for outputs that may exceed the maximum string length. */
export async function eachLine(path: string, use: (line: string) => void): Promise<void> {
  for await (const line of createInterface({ input: createReadStream(path, "latin1") })) use(line);
}

/** Describes the differences between a program's counts and the truth; empty if there are none. */
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
