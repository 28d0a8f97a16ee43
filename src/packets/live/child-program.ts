/** Starts a capture program as a child of this process, which must not leave it behind. */
import { type ChildProcess, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import type { ProgramEnd, StartedProgram, StartProgram } from "./capture-program.ts";
import { watchOrphan } from "./orphan-watch.ts";

/** Running programs; none of them may outlive this process. */
const running = new Set<ChildProcess>();

function killAll(): void {
  for (const child of running) child.kill("SIGKILL");
}

/** Starts it as a child of this process. A signal that kills this process, such as SIGKILL, ends the child too. */
export const startChild: StartProgram = async (program) => {
  const child = spawn(program.command, program.args, {
    env: program.env,
    stdio: [program.endsWithInput ? "pipe" : "ignore", "pipe", "pipe"],
  });
  return superviseChild(child, child.stdout as Readable, child.stderr as Readable);
};

/** Wraps a child of this process that captures, whose outputs may be read here or elsewhere. */
export function superviseChild(child: ChildProcess, stdout: Readable, stderr: Readable): StartedProgram {
  if (running.size === 0) process.once("exit", killAll);
  running.add(child);
  const endWatch = child.pid === undefined ? async () => {} : watchOrphan(child.pid);
  // Writing to a program that has ended fails, which is ignored.
  child.stdin?.on("error", () => {});
  let startError: NodeJS.ErrnoException | null = null;
  const exited = new Promise<void>((resolve) => {
    // A signal that may not be sent is also reported here.
    child.on("error", (error) => {
      if (child.pid !== undefined) return;
      startError = error;
      resolve();
    });
    child.once("exit", () => resolve());
  }).then(async () => {
    await endWatch();
    running.delete(child);
    if (running.size === 0) process.off("exit", killAll);
  });
  const ended = new Promise<ProgramEnd>((resolve) => {
    child.once("close", (status, signal) =>
      resolve({ status: startError === null ? status : null, signal, startError }),
    );
  });
  return {
    stdout,
    stderr,
    exited,
    ended,
    get isRunning() {
      return child.exitCode === null && child.signalCode === null && startError === null;
    },
    signal: (name) => void child.kill(name),
    endInput: () => void (child.stdin as Writable | null)?.end(),
  };
}
