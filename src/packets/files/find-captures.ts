/** What the user named - files, directories, "-" - as the captures that are to be read, in order. */
import { isUtf8 } from "node:buffer";
import { lstatSync, readdirSync, type Stats, statSync } from "node:fs";
import { join, sep } from "node:path";
import { InputError, reasonOf } from "../../errors.ts";
import type { FilePath } from "./byte-source.ts";
import { beginsCapture, beginsWith } from "./open-capture.ts";

/** What was found. */
export interface FoundCaptures {
  /** For `openCapture`, in the order in which they are to be read. */
  readonly names: readonly string[];
  /** Where each of them is: the name again, or the bytes of one that is not UTF-8 and is shown escaped. */
  readonly paths: readonly FilePath[];
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
 * @param isMeant whether a file of a directory that begins with these bytes (borrowed) is read; by default a capture is
 *
 * Throws `InputError` `bad_argument` when standard input is named twice: it can be read only once.
 */
export async function findCaptures(
  names: readonly string[],
  isMeant: (first: Uint8Array) => boolean = beginsCapture,
): Promise<FoundCaptures> {
  if (names.filter((name) => name === STANDARD_INPUT).length > 1) {
    throw new InputError("bad_argument", 'standard input ("-") is named twice, but can be read only once');
  }
  const found: FilePath[] = [];
  const problems: InputError[] = [];
  let passedOver = 0;
  for (const name of names) {
    if (name === STANDARD_INPUT || !statusOf(name)?.isDirectory()) {
      found.push(name);
      continue;
    }
    const before = found.length;
    const files: FilePath[] = [];
    walk(name, files, problems);
    for (const file of files) {
      if (await beginsWith(file, isMeant)) found.push(file);
      else passedOver++;
    }
    if (found.length === before && !problems.some((problem) => problem.position.source === name)) {
      const message = `${name}: no capture in this directory (files looked at: ${files.length})`;
      problems.push(new InputError("not_a_capture", message, { source: name }));
    }
  }
  return { names: found.map(nameOf), paths: found, passedOver, problems, totalBytes: totalLength(found) };
}

/** Whether a name stands for something that is read only once: standard input or a pipe. What is not there is neither. */
export function isReadOnce(path: FilePath): boolean {
  return path === STANDARD_INPUT || statusOf(path)?.isFile() === false;
}

/** A path as it is shown: bytes that are no UTF-8 as `\xe9`. */
function nameOf(path: FilePath): string {
  if (typeof path === "string") return path;
  let name = "";
  for (let i = 0; i < path.length; ) {
    const length = [1, 2, 3, 4].find(
      (count) => i + count <= path.length && isUtf8(path.subarray(i, i + count)),
    );
    name += length === undefined ? `\\x${path[i].toString(16)}` : path.toString("utf8", i, i + length);
    i += length ?? 1;
  }
  return name;
}

function totalLength(names: readonly FilePath[]): number | null {
  let total = 0;
  for (const name of names) {
    const status = name === STANDARD_INPUT ? null : statusOf(name);
    if (!status?.isFile()) return null;
    total += status.size;
  }
  return total;
}

/** Adds the files below `directory` to `files`, and the directories that cannot be read to `problems`. */
function walk(directory: FilePath, files: FilePath[], problems: InputError[]): void {
  let names: Buffer[];
  try {
    names = readdirSync(directory, { encoding: "buffer" });
  } catch (cause) {
    const source = nameOf(directory);
    problems.push(new InputError("cannot_open", `${source}: ${reasonOf(cause)}`, { source }, cause));
    return;
  }
  // Not by UTF-16 units, and not by the language of whoever runs it: the same order everywhere.
  names.sort(Buffer.compare);
  for (const name of names) {
    const path = pathIn(directory, name);
    if (statusOf(path, lstatSync)?.isDirectory()) walk(path, files, problems);
    // A named pipe would have us wait for a writer: only what is a file, if by a link.
    else if (statusOf(path)?.isFile()) files.push(path);
  }
}

/** Text wherever it is UTF-8. */
function pathIn(directory: FilePath, name: Buffer): FilePath {
  if (typeof directory === "string" && isUtf8(name)) return join(directory, name.toString());
  return Buffer.concat([Buffer.from(directory), Buffer.from(sep), name]);
}

/** Of what a link leads to, or with `lstatSync` of the link; null where there is nothing to be seen. */
function statusOf(path: FilePath, ask: (path: FilePath) => Stats = statSync): Stats | null {
  try {
    return ask(path);
  } catch {
    return null;
  }
}
