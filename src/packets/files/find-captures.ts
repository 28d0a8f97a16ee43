/** Resolves the names that the user gave (files, directories, "-") to the captures to read, in order. */
import { isUtf8 } from "node:buffer";
import { lstatSync, readdirSync, type Stats, statSync } from "node:fs";
import { join, sep } from "node:path";
import { InputError, reasonOf } from "../../errors.ts";
import type { FilePath } from "./byte-source.ts";
import { beginsCapture, beginsWith } from "./open-capture.ts";

/** Result of the search. */
export interface FoundCaptures {
  /** For `openCapture`, in reading order. */
  readonly names: readonly string[];
  /** Location of each: the name again, or its bytes if they are not UTF-8 and so are displayed escaped. */
  readonly paths: readonly FilePath[];
  /** Number of files in directories that do not begin like a capture. */
  readonly passedOver: number;
  /** Directories that cannot be read or contain no capture. The rest can still be read. */
  readonly problems: readonly InputError[];
  /** Size of all of them on disk, or null if one is a pipe. */
  readonly totalBytes: number | null;
}

const STANDARD_INPUT = "-";

/**
 * Finds the captures that `names` refer to. A file is taken as it is, readable or not, and as often as it is named:
 * naming it twice counts its packets twice, as with mergecap. A directory stands for all files below it that begin like
 * a capture, compressed or not, in byte order of their names; links to directories are not followed.
 *
 * @param isMeant whether to read a file of a directory that begins with these bytes (borrowed); by default captures
 *
 * Throws `InputError` `bad_argument` if standard input is named twice: it can be read only once.
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

/** Whether a name refers to something that can be read only once: standard input or a pipe. False if it does not exist. */
export function isReadOnce(path: FilePath): boolean {
  return path === STANDARD_INPUT || statusOf(path)?.isFile() === false;
}

/** Returns a path for display: bytes that are not UTF-8 as `\xe9`. */
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

/** Adds the files below `directory` to `files`, and unreadable directories to `problems`. */
function walk(directory: FilePath, files: FilePath[], problems: InputError[]): void {
  let names: Buffer[];
  try {
    names = readdirSync(directory, { encoding: "buffer" });
  } catch (cause) {
    const source = nameOf(directory);
    problems.push(new InputError("cannot_open", `${source}: ${reasonOf(cause)}`, { source }, cause));
    return;
  }
  // Sorted neither by UTF-16 units nor by locale: the same order everywhere.
  names.sort(Buffer.compare);
  for (const name of names) {
    const path = pathIn(directory, name);
    if (statusOf(path, lstatSync)?.isDirectory()) walk(path, files, problems);
    // Only files, also linked ones: opening a named pipe would wait for a writer.
    else if (statusOf(path)?.isFile()) files.push(path);
  }
}

/** Returns text if the path is UTF-8. */
function pathIn(directory: FilePath, name: Buffer): FilePath {
  if (typeof directory === "string" && isUtf8(name)) return join(directory, name.toString());
  return Buffer.concat([Buffer.from(directory), Buffer.from(sep), name]);
}

/** Returns the status of a link's target, or with `lstatSync` of the link itself; null if there is none. */
function statusOf(path: FilePath, ask: (path: FilePath) => Stats = statSync): Stats | null {
  try {
    return ask(path);
  } catch {
    return null;
  }
}
