/**
 * Folder for compiled code: in the system's cache folder, in a subfolder of its own that nobody else can write to. Its contents
 * are executed, so whoever can change them runs code as this user.
 */
import { lstatSync, mkdirSync, type Stats } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";

/** Mode bits of a folder: writable by its group or by everybody. */
const WRITABLE_BY_OTHERS = 0o022;
/** Others may create entries, but delete only their own. */
const STICKY = 0o1000;
const OWN_ONLY = 0o700;
const ROOT = 0;

/**
 * Folder for this release of Node, created if missing; null if there can be none, or none is wanted
 * (NODE_DISABLE_COMPILE_CACHE, as for Node's own cache). Nothing above the system's folder is created, and nothing is reported.
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

/** Whether only this user and root can replace a folder in `path`; false if sudo keeps HOME. */
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
  // On Windows a user's folder belongs to that user, and has no such mode.
  if (status === null || process.geteuid === undefined) return status !== null;
  return status.uid === process.geteuid() && (status.mode & WRITABLE_BY_OTHERS) === 0;
}

/** Null if there is no folder, or it cannot be examined, such as root's below HOME; a link counts as none. */
function statusOf(path: string): Stats | null {
  try {
    const status = lstatSync(path, { throwIfNoEntry: false });
    return status?.isDirectory() ? status : null;
  } catch {
    return null;
  }
}
