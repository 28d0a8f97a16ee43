/**
 * Resolves the file that an output name stands for, following symbolic links, so that replacing the file does not
 * replace a link. As root, links owned by other users are not followed: they could lead anywhere.
 */
import { lstatSync, readlinkSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import process from "node:process";

/** Folders whose entries are a process's descriptors: Linux's /proc, macOS's /dev. */
const DESCRIPTORS = /^(?:\/proc\/\d+(?:\/task\/\d+)?\/fd|\/dev\/fd)$/;
/** Linux's limit. */
const MAX_LINKS = 40;
const ROOT = 0;

/**
 * Returns the name of the file itself, whether or not it exists; null if the name leads to a descriptor of a process
 * (`/dev/stdout`). Throws file system errors, and an `Error` for a link that root does not follow.
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

/** Returns the target of a symbolic link, or null if `name` is not a link or does not exist. */
function readLink(name: string): string | null {
  const status = lstatSync(name, { throwIfNoEntry: false });
  if (status === undefined || !status.isSymbolicLink()) return null;
  if (process.geteuid?.() === ROOT && status.uid !== ROOT) {
    throw new Error(`a symbolic link of another user (${status.uid}), which root does not follow`);
  }
  return readlinkSync(name);
}
