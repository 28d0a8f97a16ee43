/** The program: runs the command line on the real platform, and exits with its status. */
import { descriptorOutput, isTerminal } from "./descriptor-output.ts";
import type { Environment } from "./environment.ts";
import { STATUS_INTERRUPTED } from "./exit-status.ts";
import { reportFailure } from "./failure.ts";
import { run } from "./program.ts";

const environment: Environment = {
  argv: process.argv.slice(2),
  stdin: { isTTY: isTerminal(0) },
  stdout: descriptorOutput(1),
  stderr: descriptorOutput(2),
  env: process.env,
  now: () => performance.now(),
  endAtOnce: (status) => process.exit(status),
  endBySignal: (signal) => process.kill(process.pid, signal),
};

// What no command is waiting for, a timer or an event, must not show a stack trace either. One failure is enough:
// others may come before the first is told.
let hasFailed = false;
process.on("uncaughtException", async (error) => {
  if (hasFailed) return;
  hasFailed = true;
  process.exit(await reportFailure(error, "", environment));
});

/** Longer than anything takes that still has to end by itself. */
const INTERRUPTED_MS = 100;

run(environment).then((status) => {
  process.exitCode = status;
  if (status !== STATUS_INTERRUPTED) return;
  // A read of a pipe that nobody writes to cannot be called back, and would hold the process up.
  setTimeout(() => environment.endBySignal("SIGINT"), INTERRUPTED_MS).unref();
});
