/**
 * Dropping root. Code that reads packets may have faults and needs no privileges once something else starts the capture
 * program: so a process started by root runs as another user, as tcpdump, Zeek and Suricata do.
 */
import { InputError } from "../../errors.ts";
import type { ProgramEnvironment } from "./live-source.ts";
import { readProgramOutput } from "./program-output.ts";

/** A user that a process becomes, with no other groups than the user's own. */
export interface RunAs {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** The user without rights, on every Unix. */
const NOBODY = "nobody";
/** Keeps all privileges. */
const ROOT = "root";

/**
 * Chooses the user to run as: `requested`, else the one who called sudo, else nobody. Null: unchanged, because this
 * process does not run as root, or because root is requested. Throws `InputError` for an unknown user.
 *
 * @param env environment variables, of which SUDO_UID, SUDO_GID and SUDO_USER identify the caller of sudo
 */
export async function chooseRunAs(
  requested: string | undefined,
  env: ProgramEnvironment,
): Promise<RunAs | null> {
  if (process.getuid?.() !== 0 || requested === ROOT) return null;
  const caller = requested === undefined ? readSudo(env) : null;
  return caller ?? (await findUser(requested ?? NOBODY, env));
}

function readSudo({ SUDO_UID, SUDO_GID, SUDO_USER }: ProgramEnvironment): RunAs | null {
  const [uid, gid] = [SUDO_UID, SUDO_GID].map((text) => (/^\d+$/.test(text ?? "") ? Number(text) : 0));
  return uid === 0 || gid === 0 ? null : { name: SUDO_USER ?? String(uid), uid, gid };
}

async function findUser(name: string, env: ProgramEnvironment): Promise<RunAs> {
  // Node has no other way to look up a user's ids, and a Mac has them in no file.
  const ask = async (option: string) =>
    (await readProgramOutput("id", [option, "--", name], env)).stdout.trim();
  const [uid, gid] = await Promise.all([ask("-u"), ask("-g")]);
  if (!/^\d+$/.test(uid) || !/^\d+$/.test(gid)) {
    throw new InputError("bad_argument", `--user: there is no user ${name} here`);
  }
  if (Number(uid) === 0) {
    throw new InputError("bad_argument", `--user: ${name} is root under another name; use --user root`);
  }
  return { name, uid: Number(uid), gid: Number(gid) };
}

/**
 * Whether Node allows a process of root to become another user. A Node that may use io_uring, whose threads would keep root's
 * rights, does not (CVE-2024-22017): Debian's is built so.
 */
export function canRunAs(): boolean {
  try {
    process.setgroups?.(process.getgroups?.() ?? []);
    return true;
  } catch {
    return false;
  }
}

/**
 * Makes this process, with all its threads, run permanently as another user; no-op if it already runs as that user. Throws
 * if it does not run as root.
 */
export function runAs({ uid, gid }: Pick<RunAs, "uid" | "gid">): void {
  if (process.getuid?.() === uid) return;
  process.setgroups?.([]);
  process.setgid?.(gid);
  process.setuid?.(uid);
}

/** Variable that tells a started process which user to become once it has opened what needs root. */
const VARIABLE = "APPLEFLOW_RUN_AS";

/** Returns the environment for a process that is to become `user`. */
export function environmentFor(user: RunAs, env: ProgramEnvironment): Record<string, string | undefined> {
  return { ...env, [VARIABLE]: `${user.uid}:${user.gid}:${user.name}` };
}

/** Returns the user that the parent process wants this one to become, or null. */
export function readRunAs(env: ProgramEnvironment): RunAs | null {
  const [, uid, gid, name] = /^(\d+):(\d+):(.*)$/.exec(env[VARIABLE] ?? "") ?? [];
  return name === undefined ? null : { name, uid: Number(uid), gid: Number(gid) };
}
