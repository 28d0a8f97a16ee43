/** Runs campaigns in separate processes, and detects when one hangs or dies. */
import { type ChildProcess, fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { FuzzMessage, FuzzOrder } from "./fuzz-child.ts";
import type { InstrumentedBundle } from "./instrumented/build-instrumented.ts";
import { readInputs, saveInputs } from "./saved-inputs.ts";

/** No input takes longer, whatever else the machine does. */
const HANG_MS = 10_000;
/** Selecting the inputs to keep takes long, in one step. */
const KEEPING_MS = 600_000;
const WATCH_MS = 250;
/** V8 ends the process above it: the heap of one campaign uses a quarter. */
const MOST_HEAP_MIB = 1024;

/** Events for the caller. */
export type CampaignMessage = Exclude<FuzzMessage, { readonly kind: "beat" }>;

/**
 * Runs all orders in at most `processes` processes at once.
 *
 * @param folder for their files
 * @param hangMs how long a process may be silent
 */
export async function runCampaigns(
  bundle: InstrumentedBundle,
  orders: readonly FuzzOrder[],
  processes: number,
  folder: string,
  hear: (message: CampaignMessage) => void,
  hangMs = HANG_MS,
): Promise<void> {
  const queue = [...orders];
  const workers = Array.from({ length: Math.min(processes, orders.length) }, async (_, index) => {
    const inputFile = join(folder, `inputs-${index + 1}`);
    // A process that ended with a fault is replaced by another one.
    while (queue.length > 0) await runProcess(bundle, queue, inputFile, hear, hangMs);
  });
  await Promise.all(workers);
}

/** One process, until the queue is empty or it ends by itself. */
function runProcess(
  { program, mapFile }: InstrumentedBundle,
  queue: FuzzOrder[],
  inputFile: string,
  hear: (message: CampaignMessage) => void,
  hangMs: number,
): Promise<void> {
  const child = fork(program, [mapFile, inputFile], {
    execArgv: ["--expose-gc", `--max-old-space-size=${MOST_HEAP_MIB}`],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  return new Promise((resolve) => {
    let order = give(child, queue);
    let heard = Date.now();
    const fail = (problem: string) => {
      if (order === undefined) return;
      const { target } = order;
      const files = saveInputs(target, readInputs(new Uint8Array(readFileSync(inputFile))));
      hear({ kind: "fault", target, problem, files });
      order = undefined;
    };
    const timer = setInterval(() => {
      const limit = order?.keeps ? KEEPING_MS : hangMs;
      if (Date.now() - heard <= limit) return;
      fail(`is not done after ${limit / 1000} seconds`);
      child.kill("SIGKILL");
    }, WATCH_MS);
    child.on("message", (message: FuzzMessage) => {
      heard = Date.now();
      if (message.kind === "beat") return;
      hear(message);
      if (message.kind === "done") order = give(child, queue);
    });
    child.on("exit", (status, signal) => {
      clearInterval(timer);
      fail(`ended the process (${signal ?? `status ${status}`})`);
      resolve();
    });
  });
}

/** Gives a process the next order, or lets it end. */
function give(child: ChildProcess, queue: FuzzOrder[]): FuzzOrder | undefined {
  const order = queue.shift();
  if (order === undefined) child.disconnect();
  else child.send(order);
  return order;
}
