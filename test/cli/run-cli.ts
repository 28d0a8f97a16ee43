/** Runs the whole command line in this process, with fake outputs and a fake clock. */
import type { Environment, TextOutput } from "../../src/cli/environment.ts";
import { run } from "../../src/cli/program.ts";

export interface CliOptions {
  /** Columns of the terminal on standard output; without them it is a pipe. */
  readonly columns?: number;
  /** Whether standard error is a terminal. */
  readonly stderrTTY?: boolean;
  readonly stdinTTY?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds by which the clock advances on each reading. */
  readonly tickMs?: number;
  /** Number of writes to standard output before its reader closes. */
  readonly writesRead?: number;
}

export interface CliResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Returns the outcome of `appleflow ...args`. */
export async function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const stdout = new FakeOutput(options.columns !== undefined, options.columns, options.writesRead);
  const stderr = new FakeOutput(options.stderrTTY ?? false, options.columns);
  let now = 0;
  const environment: Environment = {
    argv: args,
    stdin: { isTTY: options.stdinTTY ?? false },
    stdout,
    stderr,
    env: options.env ?? {},
    now: () => {
      now += options.tickMs ?? 0;
      return now;
    },
    endAtOnce: () => undefined,
    endBySignal: () => undefined,
  };
  const status = await run(environment);
  return { status, stdout: stdout.text, stderr: stderr.text };
}

class FakeOutput implements TextOutput {
  text = "";
  readonly isTTY: boolean;
  readonly columns: number | undefined;
  private writesLeft: number;

  constructor(isTTY: boolean, columns: number | undefined, writes = Number.POSITIVE_INFINITY) {
    this.isTTY = isTTY;
    this.columns = columns;
    this.writesLeft = writes;
  }

  write(text: string): boolean {
    if (this.writesLeft <= 0) return false;
    this.writesLeft--;
    this.text += text;
    return true;
  }
}
