/**
 * Giving up root. What reads packets, and may have a fault, needs no privilege once something else starts what captures:
 * so a process that was started by root runs as another user, as tcpdump, Zeek and Suricata do.
 */
import { InputError } from "../../errors.ts";
import type { ProgramEnvironment } from "./live-source.ts";
import { readProgramOutput } from "./program-output.ts";

/** A user that a process becomes, with no other groups than its own. */
export interface RunAs {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** The user that has nothing, on every Unix. */
const NOBODY = "nobody";
/** Keeps all privileges. */
const ROOT = "root";

/**
 * Whom to run as: `wanted`, else who called sudo, else nobody. Null: as now, because this process is not root's, or because
 * root is wanted. Throws `InputError` for a user that is not there.
 *
 * @param env environment variables, of which SUDO_UID, SUDO_GID and SUDO_USER say who called sudo
 */
export async function chooseRunAs(
  wanted: string | undefined,
  env: ProgramEnvironment,
): Promise<RunAs | null> {
  if (process.getuid?.() !== 0 || wanted === ROOT) return null;
  const caller = wanted === undefined ? readSudo(env) : null;
  return caller ?? (await findUser(wanted ?? NOBODY, env));
}

function readSudo({ SUDO_UID, SUDO_GID, SUDO_USER }: ProgramEnvironment): RunAs | null {
  const [uid, gid] = [SUDO_UID, SUDO_GID].map((text) => (/^\d+$/.test(text ?? "") ? Number(text) : 0));
  return uid === 0 || gid === 0 ? null : { name: SUDO_USER ?? String(uid), uid, gid };
}

async function findUser(name: string, env: ProgramEnvironment): Promise<RunAs> {
  // Node knows no other way to the numbers of a user, and a Mac has them in no file.
  const ask = async (what: string) => (await readProgramOutput("id", [what, "--", name], env)).stdout.trim();
  const [uid, gid] = await Promise.all([ask("-u"), ask("-g")]);
  if (!/^\d+$/.test(uid) || !/^\d+$/.test(gid)) {
    throw new InputError("bad_argument", `--user: there is no user ${name} here`);
  }
  if (Number(uid) === 0) {
    throw new InputError("bad_argument", `--user: ${name} is root under another name; use --user root`);
  }
  return { name, uid: Number(uid), gid: Number(gid) };
}

/** Makes this process, with all its threads, another user's for good. Throws where it is not root's. */
export function runAs({ uid, gid }: Pick<RunAs, "uid" | "gid">): void {
  process.setgroups?.([]);
  process.setgid?.(gid);
  process.setuid?.(uid);
}

/** Where a process that is started finds what to become once it has opened what needs root. */
const VARIABLE = "APPLEFLOW_RUN_AS";

/** The environment for a process that is to become `user`. */
export function environmentFor(user: RunAs, env: ProgramEnvironment): Record<string, string | undefined> {
  return { ...env, [VARIABLE]: `${user.uid}:${user.gid}:${user.name}` };
}

/** What the process that has started this one wants it to become, or null. */
export function readRunAs(env: ProgramEnvironment): RunAs | null {
  const [, uid, gid, name] = /^(\d+):(\d+):(.*)$/.exec(env[VARIABLE] ?? "") ?? [];
  return name === undefined ? null : { name, uid: Number(uid), gid: Number(gid) };
}
