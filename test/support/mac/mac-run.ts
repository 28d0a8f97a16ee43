/** Runs a command of appleflow on a simulated Mac, in this process; the programs it starts are the Mac's. */
import { setTimeout as pause } from "node:timers/promises";
import type { EndSignal } from "../../../src/cli/end-signals.ts";
import type { Environment } from "../../../src/cli/environment.ts";
import { run } from "../../../src/cli/program.ts";
import { systemOutside } from "../../../src/cli/system-outside.ts";
import { openLive } from "../../../src/packets/live/open-live.ts";
import type { SimulatedMac } from "./simulated-mac.ts";

/** Interval in seconds at which the default route is polled here. */
const FOLLOW_SECONDS = 0.1;
const LIMIT_MS = 20_000;
const POLL_MS = 10;

export class MacRun {
  stdout = "";
  stderr = "";
  readonly status: Promise<number>;
  #onSignal: ((signal: EndSignal) => void) | null = null;
  #hasEnded = false;

  /** @param args of the program: `live`, `en0` */
  constructor(mac: SimulatedMac, ...args: readonly string[]) {
    const take = (name: "stdout" | "stderr") => (text: string) => {
      this[name] += text;
      return true;
    };
    const outside = systemOutside(null);
    const environment = {
      argv: args,
      stdin: { isTTY: false },
      stdout: { isTTY: false, columns: 100, write: take("stdout") },
      stderr: { isTTY: false, columns: 100, write: take("stderr") },
      env: mac.env,
      now: () => performance.now(),
      endAtOnce: () => undefined,
      endBySignal: () => undefined,
      live: {
        ...outside,
        openLive: (name, backend, options) =>
          openLive(name, backend, { ...options, followSeconds: FOLLOW_SECONDS }),
        openLines: () => ({
          write: (line: string) => {
            this.stdout += line;
            return "taken";
          },
          finish: async (last: string) => {
            this.stdout += last;
          },
        }),
        catchSignals: (onSignal) => {
          this.#onSignal = onSignal;
          return () => undefined;
        },
      },
    } as Environment;
    this.status = run(environment).finally(() => {
      this.#hasEnded = true;
    });
  }

  /** Waits for a condition; throws if the command has ended, or it takes too long. */
  async until(isSo: () => boolean, what: string): Promise<void> {
    const endsAt = performance.now() + LIMIT_MS;
    while (!isSo()) {
      if (this.#hasEnded) throw new Error(`it ended before ${what}: ${this.stderr}`);
      if (performance.now() > endsAt) throw new Error(`${what}: not within ${LIMIT_MS} ms\n${this.stderr}`);
      await pause(POLL_MS);
    }
  }

  /** Waits until the last interval line reports N received packets. */
  async received(count: number): Promise<void> {
    await this.until(() => Number(this.records.at(-1)?.received ?? 0) >= count, `${count} packets`);
  }

  /** Returns the lines of standard output. */
  get records(): Record<string, unknown>[] {
    return this.stdout
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line));
  }

  /** Does what Ctrl-C does, once the command listens for it; resolves with the exit status. */
  async interrupt(): Promise<number> {
    if (!this.#hasEnded)
      await this.until(() => this.#onSignal !== null || this.#hasEnded, "a listener for Ctrl-C");
    this.#onSignal?.("SIGINT");
    return await this.status;
  }
}
