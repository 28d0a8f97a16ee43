/** Ends a program whose parent was killed: on a quiet link tcpdump would run forever, as root. */
import { spawn } from "node:child_process";
import type { Socket } from "node:net";

/**
 * A shell that waits for the end of its standard input, which comes when the process with the other end is gone for any
 * reason. It is in a session of its own, so that killing its parent's process group does not kill it.
 */
const SCRIPT = 'read -r _; kill -TERM "$1"';

/**
 * Makes sure that the process `pid` ends if this one is killed. The result ends the watch; call it as soon as that
 * process has ended, since its pid may be reused. Without `sh` there is no watch.
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
  const exited = new Promise<void>((resolve) => {
    watcher.once("exit", () => resolve()).once("error", () => resolve());
  });
  return async () => {
    watcher.kill("SIGKILL");
    await exited;
  };
}
