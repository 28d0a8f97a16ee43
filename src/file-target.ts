/**
 * Which file a name means that is to be written: behind its links, so that what takes the file's place does not take that
 * of a link. As root a link of another user is not followed: it could lead anywhere.
 */
import { lstatSync, readlinkSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import process from "node:process";

/** Folders whose names are descriptors of a process: Linux's /proc, macOS's /dev. */
const DESCRIPTORS = /^(?:\/proc\/\d+(?:\/task\/\d+)?\/fd|\/dev\/fd)$/;
/** As many as Linux follows. */
const MAX_LINKS = 40;
const ROOT = 0;

/**
 * The name of the file itself, whether it is there or not; null where the name leads to a descriptor of a process
 * (`/dev/stdout`). Throws the errors of the file system, and an `Error` for a link that root does not follow.
 */
export function fileTarget(file: string): string | null {
  if (file.endsWith("/")) throw new Error("is the name of a folder");
  let name = file;
  for (let links = 0; links <= MAX_LINKS; links++) {
    const folder = realpathSync(dirname(name));
    if (DESCRIPTORS.test(folder)) return null;
    name = join(folder, basename(name));
    const next = readLink(name);
    if (next === null) return name;
    name = resolve(folder, next);
  }
  return null;
}

/** What a symbolic link says, or null for what is none, or is not there. */
function readLink(name: string): string | null {
  const status = lstatSync(name, { throwIfNoEntry: false });
  if (status === undefined || !status.isSymbolicLink()) return null;
  if (process.geteuid?.() === ROOT && status.uid !== ROOT) {
    throw new Error(`a symbolic link of another user (${status.uid}), which root does not follow`);
  }
  return readlinkSync(name);
}
