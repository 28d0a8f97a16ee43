/** Runs a program to its end and takes what it says. */
import { spawn } from "node:child_process";
import type { Readable } from "node:stream";

/** What a program said and how it ended. */
export interface ProgramOutput {
  /** Exit status; null where it was not there, could not be started, or did not end in time. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const TIMEOUT_MS = 10_000;

/**
 * The output of a program that is not there is empty, with status null. Never throws. After `timeoutMs` the program is
 * killed, and nobody waits for what it may have started.
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
      // A program that could not be started closes with a negative status of libuv's.
      resolve({ status: status !== null && status >= 0 ? status : null, ...texts });
    });
  });
}
