/** Runs one step of a check as a child process and shows its output. */
import { spawn } from "node:child_process";

/** The result of a step. */
export interface StepResult {
  readonly name: string;
  readonly isPassed: boolean;
  readonly seconds: number;
  /** Parsed from its closing line `N passed, N failed`; a step without one counts as one test. */
  readonly passed: number;
  readonly failed: number;
  /** Names in its lines `failed: WHAT`. */
  readonly failures: readonly string[];
}

const CLOSING_LINE = /^(\d+) passed, (\d+) failed(?:, \d+ skipped)?$/gm;
const FAILURE_LINE = /^failed: .*$/gm;

/** Runs `command` with `environment` added to the process's own. */
export async function runStep(
  name: string,
  command: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<StepResult> {
  console.log(`\n== ${name}: ${command.join(" ")}`);
  const started = performance.now();
  const child = spawn(command[0], command.slice(1), {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => {
    process.stdout.write(chunk);
    output += chunk.toString();
  });
  const status = await new Promise<number | null>((resolve) => {
    child.on("error", () => resolve(null));
    child.on("close", resolve);
  });
  const counts = [...output.matchAll(CLOSING_LINE)].pop();
  const isPassed = status === 0;
  return {
    name,
    isPassed,
    seconds: (performance.now() - started) / 1000,
    passed: counts === undefined ? Number(isPassed) : Number(counts[1]),
    // A step that fails without details has one failure.
    failed: Math.max(counts === undefined ? 0 : Number(counts[2]), isPassed ? 0 : 1),
    failures: [...output.matchAll(FAILURE_LINE)].map(([line]) => line),
  };
}

/** Prints the results of the steps, the closing line last, and sets the exit status. */
export function report(results: readonly StepResult[]): void {
  console.log("");
  for (const { name, isPassed, seconds, failures } of results) {
    for (const failure of failures) console.log(failure);
    console.log(`${isPassed ? "ok    " : "FAILED"} ${name} (${seconds.toFixed(1)} s)`);
  }
  const passed = results.reduce((sum, step) => sum + step.passed, 0);
  const failed = results.reduce((sum, step) => sum + step.failed, 0);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}
