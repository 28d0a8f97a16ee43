/** Programs on a lab host: entered by `nsenter`, watched and ended by process id. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { readChildren } from "./child-processes.ts";
import type { ExecOptions, LabProcess } from "./lab.ts";

/** Nothing of the machine's own environment reaches a program, and so a capture. */
const ENVIRONMENT = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/games",
  HOME: "/srv/root",
  USER: "root",
  LOGNAME: "root",
  LANG: "C.UTF-8",
  TZ: "UTC",
  TERM: "dumb",
};
const DEFAULT_TIMEOUT_MS = 20_000;
const WAIT_TIMEOUT_MS = 10_000;
const POLL_MS = 20;
/** A daemon left behind by a program may hold its output open indefinitely. */
const OUTPUT_GRACE_MS = 200;
const STOP_GRACE_MS = 3_000;

/** Runs a program in the namespaces of process `holder` to its end; see `LabHost.exec`. */
export async function execOn(
  holder: number,
  command: readonly string[],
  options: ExecOptions = {},
): Promise<string> {
  const child = spawnOn(holder, command, options);
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  child.stdin?.on("error", () => {});
  child.stdin?.end(options.input ?? "");
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    signalChildren(child, "SIGKILL");
  }, timeoutMs);
  const status = await exitOf(child);
  clearTimeout(timer);
  if (status !== 0 && options.allowedStatuses?.includes(status) !== true) {
    const why = isLate ? `took more than ${timeoutMs} ms` : `status ${status}`;
    throw new Error(`${command.join(" ")}: ${why}\n${lastLines(stdout())}${lastLines(stderr())}`);
  }
  return stdout();
}

/** Starts a program in the namespaces of process `holder`; see `LabHost.start`. */
export async function startOn(
  holder: number,
  command: readonly string[],
  options: ExecOptions = {},
): Promise<LabProcess> {
  const child = spawnOn(holder, command, options);
  const output = collect(child.stdout, child.stderr);
  child.stdin?.on("error", () => {});
  if (options.input !== undefined) child.stdin?.write(options.input);
  let status: number | null = null;
  const ended = exitOf(child).then((value) => {
    status = value;
  });
  let pid: number | undefined;
  while (status === null && pid === undefined) {
    pid = readChildren(child.pid)[0];
    if (pid === undefined) await pause(1);
  }
  return {
    pid: pid ?? child.pid ?? 0,
    output,
    async waitFor(text, timeoutMs = WAIT_TIMEOUT_MS) {
      const isThere = () => (typeof text === "string" ? output().includes(text) : text.test(output()));
      const deadline = performance.now() + timeoutMs;
      while (!isThere()) {
        if (status !== null) {
          await pause(OUTPUT_GRACE_MS);
          if (isThere()) return;
          throw new Error(`${command.join(" ")}: ended with status ${status}\n${lastLines(output())}`);
        }
        if (performance.now() > deadline) {
          throw new Error(`${command.join(" ")}: no ${text} within ${timeoutMs} ms\n${lastLines(output())}`);
        }
        await pause(POLL_MS);
      }
    },
    async stop(signal = "SIGTERM") {
      if (status !== null) return;
      signalChildren(child, signal);
      await Promise.race([ended, pause(STOP_GRACE_MS)]);
      if (status === null) signalChildren(child, "SIGKILL");
      await ended;
    },
  };
}

function spawnOn(holder: number, command: readonly string[], options: ExecOptions): ChildProcess {
  const enter = ["-t", String(holder), "-n", "-u", "-i", "-m", "-p"];
  const folder = options.cwd ?? "/";
  return spawn("nsenter", [...enter, "--", "env", "-C", folder, ...command], {
    env: { ...ENVIRONMENT, ...options.env },
    stdio: "pipe",
  });
}

/** Text received from the streams so far. */
function collect(...streams: readonly (NodeJS.ReadableStream | null)[]): () => string {
  const chunks: Buffer[] = [];
  for (const stream of streams) stream?.on("data", (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString();
}

async function exitOf(child: ChildProcess): Promise<number> {
  const closed = once(child, "close").catch(() => {});
  const status = await new Promise<number>((resolve) => {
    child.on("error", () => resolve(127));
    child.on("exit", (code) => resolve(code ?? 128));
  });
  await Promise.race([closed, pause(OUTPUT_GRACE_MS)]);
  return status;
}

/** Signals the child of nsenter, which forks to enter the process namespace and does not forward signals. */
function signalChildren(child: ChildProcess, signal: NodeJS.Signals): void {
  for (const pid of readChildren(child.pid)) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended in between.
    }
  }
}

const SHOWN_LINES = 15;

function lastLines(text: string): string {
  const lines = text.trim().split("\n").slice(-SHOWN_LINES);
  return lines[0] === "" ? "" : `${lines.map((line) => `    ${line}`).join("\n")}\n`;
}
