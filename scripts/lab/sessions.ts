/** The lab's sessions: every file of `sessions/`, by name. */
import { readdirSync } from "node:fs";
import type { LabSession } from "./lab.ts";

const FOLDER = new URL("sessions/", import.meta.url);
const SUFFIX = ".ts";

/** Sorted names of all sessions. */
export function listSessions(): readonly string[] {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith(SUFFIX));
  return files.map((file) => file.slice(0, -SUFFIX.length)).sort();
}

/** Returns the session of a name; throws if there is none, or its file defines another name. */
export async function loadSession(name: string): Promise<LabSession> {
  if (!listSessions().includes(name)) throw new Error(`no session "${name}" (see --list)`);
  const { session } = (await import(new URL(`${name}${SUFFIX}`, FOLDER).href)) as { session?: LabSession };
  if (session?.name !== name) throw new Error(`sessions/${name}${SUFFIX} exports no session of that name`);
  return session;
}
