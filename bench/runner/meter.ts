/**
 * Runs a program and measures it from outside: wall time by this process's clock, processor time and peak memory by the best
 * means on this machine. See `bench/README.md`, "What is measured".
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The cost of one run. */
export interface RunMeasure {
  readonly wallSeconds: number;
  /** User plus system time; null if it cannot be read. */
  readonly cpuSeconds: number | null;
  readonly peakKibibytes: number | null;
}

/** Source of processor time and peak memory: GNU time's wait4, polling of /proc, or none. */
export type MeterKind = "gnu-time" | "procfs" | "wall-only";

const GNU_TIME = "/usr/bin/time";
const POLL_MS = 5;
/** Linux counts processor time in /proc in ticks of 1/100 s on every architecture of Node. */
const TICKS_PER_SECOND = 100;

/** Finds the best meter of this machine. */
export function findMeter(): MeterKind {
  const probe = spawnSync(GNU_TIME, ["-f", "%U %S %M", "true"], { encoding: "utf8" });
  if (probe.status === 0 && /^[\d.]+ [\d.]+ \d+\n$/.test(probe.stderr)) return "gnu-time";
  return process.platform === "linux" ? "procfs" : "wall-only";
}

/** Describes a meter in the report. */
export const METER_NOTES: Record<MeterKind, string> = {
  "gnu-time": "CPU and peak RSS from the kernel's account of the finished process, through /usr/bin/time -f",
  procfs: `CPU and peak RSS from /proc, polled every ${POLL_MS} ms: what came after the last poll is missing (no GNU time here)`,
  "wall-only": "CPU and peak RSS omitted: neither GNU time nor /proc here",
};

/** Thrown when a program does not start, fails or takes too long. */
export class RunFailure extends Error {}

/** Where the output of a run is. */
export interface RunOutput {
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * The environment without Node's settings (`NODE_...`): NODE_EXTRA_CA_CERTS alone makes every Node process read all
 * certificates of the machine at startup, which took longer than starting Node.
 */
const ENVIRONMENT = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith("NODE_")),
);

let running: ChildProcess | null = null;

/** Kills the program being measured, with all its children. For an interrupted benchmark. */
export function stopRunning(): void {
  if (running?.pid !== undefined) killGroup(running.pid);
}

/**
 * Runs a command with both outputs going to files in `scratch`.
 * @throws RunFailure with the program's standard error
 */
export async function measureRun(
  kind: MeterKind,
  command: readonly string[],
  scratch: string,
  limitSeconds: number,
): Promise<{ measure: RunMeasure; output: RunOutput }> {
  const output = { stdout: join(scratch, "stdout"), stderr: join(scratch, "stderr") };
  const account = join(scratch, "time");
  const [program, ...rest] =
    kind === "gnu-time" ? [GNU_TIME, "-q", "-f", "%U %S %M", "-o", account, ...command] : command;
  const stdout = openSync(output.stdout, "w");
  const stderr = openSync(output.stderr, "w");
  const start = performance.now();
  // A separate process group, so that a program under GNU time can be killed with it.
  const child = spawn(program, rest, { stdio: ["ignore", stdout, stderr], detached: true, env: ENVIRONMENT });
  running = child;
  const poll = kind === "procfs" && child.pid !== undefined ? new ProcPoll(child.pid) : null;
  const limit = setTimeout(() => child.pid !== undefined && killGroup(child.pid), limitSeconds * 1000);
  try {
    const ended = await new Promise<{ code: number | null; signal: string | null }>((done, failed) => {
      child.once("error", failed);
      child.once("exit", (code, signal) => done({ code, signal }));
    });
    const wallSeconds = (performance.now() - start) / 1000;
    if (ended.signal !== null && wallSeconds >= limitSeconds) {
      throw new RunFailure(`took longer than ${limitSeconds} s`);
    }
    if (ended.code !== 0) {
      const why = ended.signal === null ? `exit status ${ended.code}` : `signal ${ended.signal}`;
      throw new RunFailure(`${why}: ${lastMessage(output.stderr)}`);
    }
    const used = kind === "gnu-time" ? readAccount(account) : (poll?.last ?? NOTHING_READ);
    return { measure: { wallSeconds, ...used }, output };
  } catch (error) {
    throw error instanceof RunFailure ? error : new RunFailure(String(error));
  } finally {
    running = null;
    clearTimeout(limit);
    poll?.stop();
    closeSync(stdout);
    closeSync(stderr);
  }
}

type UsedResources = Pick<RunMeasure, "cpuSeconds" | "peakKibibytes">;

const NOTHING_READ: UsedResources = { cpuSeconds: null, peakKibibytes: null };

function readAccount(path: string): UsedResources {
  const [user, system, peak] =
    readFileSync(path, "utf8").trim().split("\n").at(-1)?.split(" ").map(Number) ?? [];
  return { cpuSeconds: user + system, peakKibibytes: peak };
}

/** Polls a process's statistics while it lives. */
class ProcPoll {
  last: UsedResources = NOTHING_READ;
  readonly #pid: number;
  readonly #timer: NodeJS.Timeout;

  constructor(pid: number) {
    this.#pid = pid;
    this.#timer = setInterval(() => this.#read(), POLL_MS);
    this.#read();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #read(): void {
    try {
      const peak = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${this.#pid}/status`, "utf8"))?.[1];
      // The second field, the name in brackets, may itself contain spaces and brackets. utime and stime are fields 14 and 15.
      const stat = readFileSync(`/proc/${this.#pid}/stat`, "utf8");
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      if (peak === undefined) return;
      this.last = {
        cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
        peakKibibytes: Number(peak),
      };
    } catch {
      // It has just ended: the last values remain.
    }
  }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}

/** The last line that mentions an error, otherwise the last one. */
function lastMessage(path: string): string {
  const lines = readFileSync(path, "utf8").trim().split("\n");
  return lines.findLast((line) => /error/i.test(line)) ?? (lines.at(-1) || "no message");
}
