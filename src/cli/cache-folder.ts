/**
 * Where compiled code is kept: in the folder that the system has for caches, in one of our own that nobody else can write to. What
 * is in there is run, so that whoever could change it would be this user.
 */
import { lstatSync, mkdirSync, type Stats } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";

/** Of a folder: its group, or everybody, may write. */
const WRITABLE_BY_OTHERS = 0o022;
/** What others may write to, but only take away what is theirs. */
const STICKY = 0o1000;
const OWN_ONLY = 0o700;
const ROOT = 0;

/**
 * The folder for this release of Node, made where it was missing; null where there can be none, or none is wanted
 * (NODE_DISABLE_COMPILE_CACHE, as for Node's own cache). Nothing above the system's folder is made, and nothing is said.
 */
export function cacheFolder(env: NodeJS.ProcessEnv): string | null {
  const caches = systemCaches(env);
  if (caches === null || env.NODE_DISABLE_COMPILE_CACHE) return null;
  const own = join(caches, "appleflow");
  const folder = join(own, `${process.version}-${process.arch}`);
  const isSafe =
    isKept(dirname(caches)) &&
    [caches, own, folder].every(makeFolder) &&
    isKept(caches) &&
    [own, folder].every(isOwn);
  return isSafe ? folder : null;
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

function makeFolder(path: string): boolean {
  try {
    mkdirSync(path, OWN_ONLY);
    return true;
  } catch {
    return statusOf(path) !== null;
  }
}

/** Whether nobody but this user and root can put another folder in the place of one that is in it: not so where sudo keeps HOME. */
function isKept(path: string): boolean {
  const status = statusOf(path);
  if (status === null || process.geteuid === undefined) return status !== null;
  const isSticky = (status.mode & STICKY) !== 0;
  return (
    [process.geteuid(), ROOT].includes(status.uid) && (isSticky || (status.mode & WRITABLE_BY_OTHERS) === 0)
  );
}

function isOwn(path: string): boolean {
  const status = statusOf(path);
  // On Windows the folder of a user is only theirs, and has no such mode.
  if (status === null || process.geteuid === undefined) return status !== null;
  return status.uid === process.geteuid() && (status.mode & WRITABLE_BY_OTHERS) === 0;
}

/** Null where there is no folder, or none that can be looked at, such as root's below HOME; a link is none. */
function statusOf(path: string): Stats | null {
  try {
    const status = lstatSync(path, { throwIfNoEntry: false });
    return status?.isDirectory() ? status : null;
  } catch {
    return null;
  }
}
