/** Network namespaces of a test's own: each lives as long as the process that holds it. Nothing that is sent leaves them. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { platform } from "node:os";

/**
 * Why tests have no network namespaces here, or null where they have.
 *
 * @param programs what they need beside `unshare` and `nsenter`
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

/** Whether a program is there. */
export function isInstalled(name: string): boolean {
  try {
    execFileSync("sh", ["-c", `command -v ${name}`], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** A process that holds a namespace for as long as its standard input is open; `prepare` is run in it by a shell. */
export async function startHolder(prepare: string): Promise<ChildProcess> {
  const script = `${prepare}; ip link set lo up; echo ready; exec cat`;
  const holder = spawn("unshare", ["--net", "sh", "-c", script], { stdio: ["pipe", "pipe", "inherit"] });
  const [chunk] = await once(holder.stdout, "data");
  if (String(chunk) !== "ready\n") throw new Error(`no namespace: ${chunk}`);
  return holder;
}

/** The command that runs `command` in the namespace of a holder. */
export function enter(holder: ChildProcess, command: readonly string[]): string[] {
  return ["nsenter", "-t", String(holder.pid), "--net", "--", ...command];
}

/** Runs a command there to its end; its standard output. */
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

/** Waits for the end of a process, which may have come already. */
export async function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
}
