/**
 * Where compiled code is kept: in the folder that the system has for caches, in one of our own that nobody else can write to. What
 * is in there is run, so that whoever could change it would be this user.
 */
import { lstatSync, mkdirSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";

/** Of a folder: its group, or everybody, may write. */
const WRITABLE_BY_OTHERS = 0o022;
const OWN_ONLY = 0o700;

/**
 * The folder for this release of Node, made where it was missing; null where there can be none, or none is wanted
 * (NODE_DISABLE_COMPILE_CACHE, as for Node's own cache). Nothing above the system's folder is made, and nothing is said.
 */
export function cacheFolder(env: NodeJS.ProcessEnv): string | null {
  const caches = systemCaches(env);
  if (caches === null || env.NODE_DISABLE_COMPILE_CACHE) return null;
  const own = join(caches, "appleflow");
  const folder = join(own, `${process.version}-${process.arch}`);
  return isFolder(dirname(caches)) && [caches, own, folder].every(makeFolder) && [own, folder].every(isOwn)
    ? folder
    : null;
}

function systemCaches({
  XDG_CACHE_HOME = "",
  HOME = "",
  LOCALAPPDATA = "",
}: NodeJS.ProcessEnv): string | null {
  if (process.platform === "win32") return isAbsolute(LOCALAPPDATA) ? LOCALAPPDATA : null;
  if (isAbsolute(XDG_CACHE_HOME)) return XDG_CACHE_HOME;
  if (!isAbsolute(HOME)) return null;
  return process.platform === "darwin" ? join(HOME, "Library/Caches") : join(HOME, ".cache");
}

function isFolder(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function makeFolder(path: string): boolean {
  try {
    mkdirSync(path, OWN_ONLY);
    return true;
  } catch {
    return isFolder(path);
  }
}

/** On Windows the folder of a user is only theirs, and has no such mode. */
function isOwn(path: string): boolean {
  const status = lstatSync(path, { throwIfNoEntry: false });
  if (status === undefined || !status.isDirectory()) return false;
  if (process.geteuid === undefined) return true;
  return status.uid === process.geteuid() && (status.mode & WRITABLE_BY_OTHERS) === 0;
}
