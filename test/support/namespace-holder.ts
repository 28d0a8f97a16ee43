/** Network namespaces of a test: each lives as long as its holder process. No packet leaves them. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { platform } from "node:os";

/**
 * Returns why tests have no network namespaces here, or null if they have.
 *
 * @param programs required beside `unshare` and `nsenter`
 * @param trial what must work in a namespace
 */
export function whyNoHolder(programs: readonly string[], trial: readonly string[]): string | null {
  if (platform() !== "linux") return "network namespaces are Linux's";
  if (process.getuid?.() !== 0) return "network namespaces need root";
  const missing = ["unshare", "nsenter", ...programs].filter((name) => !isInstalled(name));
  if (missing.length > 0) return `not installed: ${missing.join(", ")}`;
  try {
    execFileSync("unshare", ["--net", ...trial], { stdio: "ignore" });
    return null;
  } catch {
    return `this machine makes no network namespaces in which "${trial.join(" ")}" works`;
  }
}

/** Returns whether a program is installed. */
export function isInstalled(name: string): boolean {
  try {
    execFileSync("sh", ["-c", `command -v ${name}`], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** A process that holds a namespace as long as its standard input is open; a shell runs `prepare` in it. */
export async function startHolder(prepare: string): Promise<ChildProcess> {
  const script = `${prepare}; ip link set lo up; echo ready; exec cat`;
  const holder = spawn("unshare", ["--net", "sh", "-c", script], { stdio: ["pipe", "pipe", "inherit"] });
  const [chunk] = await once(holder.stdout, "data");
  if (String(chunk) !== "ready\n") throw new Error(`no namespace: ${chunk}`);
  return holder;
}

/** Returns the command line that runs `command` in a holder's namespace. */
export function enter(holder: ChildProcess, command: readonly string[]): string[] {
  return ["nsenter", "-t", String(holder.pid), "--net", "--", ...command];
}

/** Runs a command there to its end; returns its standard output. */
export function runIn(holder: ChildProcess, command: readonly string[], input?: string): string {
  const [program, ...args] = enter(holder, command);
  return execFileSync(program, args, {
    encoding: "utf8",
    stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    ...(input !== undefined && { input }),
  });
}

/** Ends namespaces. */
export async function endHolders(holders: readonly ChildProcess[]): Promise<void> {
  await Promise.all(
    holders.map(async (holder) => {
      holder.stdin?.end();
      await endOf(holder);
    }),
  );
}

/** Waits for the end of a process, which may already have ended. */
export async function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
}
