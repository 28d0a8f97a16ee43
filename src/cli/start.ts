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

// Errors outside of any command (a timer, an event) must not show a stack trace either. Only the first failure is reported:
// others may follow before it is written.
let hasFailed = false;
process.on("uncaughtException", async (error) => {
  if (hasFailed) return;
  hasFailed = true;
  process.exit(await reportFailure(error, "", environment));
});

/** Longer than anything takes that still has to finish. */
const INTERRUPTED_MS = 100;

run(environment).then((status) => {
  process.exitCode = status;
  if (status !== STATUS_INTERRUPTED) return;
  // A pending read of a pipe without a writer cannot be cancelled, and would keep the process alive.
  setTimeout(() => environment.endBySignal("SIGINT"), INTERRUPTED_MS).unref();
});
