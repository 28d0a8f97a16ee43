/** Runs a program to its end and returns its output. */
import { spawn } from "node:child_process";
import type { Readable } from "node:stream";

/** Output and exit status of a program. */
export interface ProgramOutput {
  /** Exit status; null if it does not exist, could not be started, or did not end in time. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const TIMEOUT_MS = 10_000;

/**
 * Returns the output of a program; empty with status null if it does not exist. Never throws. After `timeoutMs` the
 * program is killed, without waiting for its children.
 */
export function readProgramOutput(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  timeoutMs = TIMEOUT_MS,
): Promise<ProgramOutput> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { env: { ...env, LC_ALL: "C" }, stdio: ["ignore", "pipe", "pipe"] });
    const texts = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      (child[name] as Readable).setEncoding("utf8").on("data", (text: string) => {
        texts[name] += text;
      });
    }
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      child.stdout.destroy();
      child.stderr.destroy();
    }, timeoutMs);
    child.on("error", () => {});
    child.on("close", (status) => {
      clearTimeout(timer);
      // A program that could not be started closes with a negative libuv status.
      resolve({ status: status !== null && status >= 0 ? status : null, ...texts });
    });
  });
}
