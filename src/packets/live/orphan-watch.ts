/** Ends a program whose parent was killed: on a quiet link tcpdump would go on for ever, as root. */
import { spawn } from "node:child_process";
import type { Socket } from "node:net";

/**
 * A shell that waits for the end of its standard input, which comes when the process that holds the other end is gone,
 * however it went. It leads a session of its own, so that what kills the group of its parent does not kill it.
 */
const SCRIPT = 'read -r _; kill -TERM "$1"';

/**
 * Sees to it that the process `pid` ends when this one is killed. The result ends the watch; it has to be called as soon
 * as that process has ended: its number may become another's. Where there is no `sh`, nothing watches.
 */
export function watchOrphan(pid: number): () => Promise<void> {
  const watcher = spawn("/bin/sh", ["-c", SCRIPT, "sh", String(pid)], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
    env: {},
  });
  watcher.stdin.on("error", () => {});
  // It waits for this process; this process does not wait for it.
  watcher.unref();
  (watcher.stdin as Socket).unref();
  const gone = new Promise<void>((resolve) => {
    watcher.once("exit", () => resolve()).once("error", () => resolve());
  });
  return async () => {
    watcher.kill("SIGKILL");
    await gone;
  };
}
