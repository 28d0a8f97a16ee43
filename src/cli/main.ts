#!/usr/bin/env node
/** The program: gives the command line the real outside, and its exit status back. */
import { isatty } from "node:tty";
import { descriptorOutput } from "./descriptor-output.ts";
import type { Environment } from "./environment.ts";
import { reportFailure } from "./failure.ts";
import { run } from "./program.ts";

const environment: Environment = {
  argv: process.argv.slice(2),
  stdin: { isTTY: isatty(0) },
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

run(environment).then((status) => {
  process.exitCode = status;
});
