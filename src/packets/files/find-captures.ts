/** What the user named - files, directories, "-" - as the captures that are to be read, in order. */
import { lstatSync, readdirSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";
import { InputError, reasonOf } from "../../errors.ts";
import { isCapture } from "./open-capture.ts";

/** What was found. */
export interface FoundCaptures {
  /** For `openCapture`, in the order in which they are to be read. */
  readonly names: readonly string[];
  /** Files in directories that do not begin like a capture. */
  readonly passedOver: number;
  /** Directories that cannot be read or hold no capture. The rest can be read all the same. */
  readonly problems: readonly InputError[];
  /** Bytes of all of them as they are on the disk, or null where one is a pipe. */
  readonly totalBytes: number | null;
}

const STANDARD_INPUT = "-";

/**
 * Finds the captures that `names` stand for. A file is taken as it is, whether it can be read or not, and as often
 * as it is named: who names it twice gets its packets twice, as with mergecap. A directory stands for the files below
 * it that begin like a capture, be they compressed, in the order of the bytes of their names; links to directories
 * are not followed.
 *
 * Throws `InputError` `bad_argument` when standard input is named twice: it can be read only once.
 */
export async function findCaptures(names: readonly string[]): Promise<FoundCaptures> {
  if (names.filter((name) => name === STANDARD_INPUT).length > 1) {
    throw new InputError("bad_argument", 'standard input ("-") is named twice, it can be read only once');
  }
  const found: string[] = [];
  const problems: InputError[] = [];
  let passedOver = 0;
  for (const name of names) {
    if (name === STANDARD_INPUT || !statusOf(name)?.isDirectory()) {
      found.push(name);
      continue;
    }
    const before = found.length;
    const files: string[] = [];
    walk(name, files, problems);
    for (const file of files) {
      if (await isCapture(file)) found.push(file);
      else passedOver++;
    }
    if (found.length === before && !problems.some((problem) => problem.position.source === name)) {
      const message = `${name}: no capture in this directory (files looked at: ${files.length})`;
      problems.push(new InputError("not_a_capture", message, { source: name }));
    }
  }
  return { names: found, passedOver, problems, totalBytes: totalLength(found) };
}

/** Whether a name stands for something that is read only once: standard input or a pipe. What is not there is neither. */
export function isReadOnce(name: string): boolean {
  return name === STANDARD_INPUT || statusOf(name)?.isFile() === false;
}

function totalLength(names: readonly string[]): number | null {
  let total = 0;
  for (const name of names) {
    const status = name === STANDARD_INPUT ? null : statusOf(name);
    if (!status?.isFile()) return null;
    total += status.size;
  }
  return total;
}

/** Adds the files below `directory` to `files`, and the directories that cannot be read to `problems`. */
function walk(directory: string, files: string[], problems: InputError[]): void {
  let names: string[];
  try {
    names = readdirSync(directory);
  } catch (cause) {
    const message = `${directory}: ${reasonOf(cause)}`;
    problems.push(new InputError("cannot_open", message, { source: directory }, cause));
    return;
  }
  // Not by UTF-16 units, and not by the language of whoever runs it: the same order everywhere.
  names.sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
  for (const name of names) {
    const path = join(directory, name);
    if (statusOf(path, lstatSync)?.isDirectory()) walk(path, files, problems);
    // A named pipe would have us wait for a writer: only what is a file, if by a link.
    else if (statusOf(path)?.isFile()) files.push(path);
  }
}

/** Of what a link leads to, or with `lstatSync` of the link; null where there is nothing to be seen. */
function statusOf(path: string, ask: (path: string) => Stats = statSync): Stats | null {
  try {
    return ask(path);
  } catch {
    return null;
  }
}
