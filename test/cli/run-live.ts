/** Runs `appleflow live` and `serve` in this process, with a fake terminal, clock and interfaces. */
import { PassThrough } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import type { EndSignal } from "../../src/cli/end-signals.ts";
import type { Environment, TextOutput } from "../../src/cli/environment.ts";
import type { LiveOutside } from "../../src/cli/live-outside.ts";
import { run } from "../../src/cli/program.ts";
import { ESCAPE_WAIT_MS, listenForKeys } from "../../src/cli/screen/live-keys.ts";
import type { InputError } from "../../src/errors.ts";
import type { LiveOptions } from "../../src/packets/live/live-source.ts";
import type { FakeLiveSource } from "../support/fake-live-source.ts";
import { ManualClock, settle } from "../support/manual-clock.ts";
import { officeInterface } from "../support/office-traffic.ts";
import { TerminalScreen } from "./terminal-screen.ts";

export interface LiveRunOptions {
  /** The command; `live` by default. */
  readonly command?: "live" | "serve";
  /** Sources by interface name; other interfaces do not exist. */
  readonly interfaces: Readonly<Record<string, FakeLiveSource | InputError>>;
  /** Columns and rows of the terminal; without them standard output is a pipe. */
  readonly size?: readonly [number, number];
  readonly env?: Readonly<Record<string, string>>;
  /** Number of writes to standard output before its reader closes. */
  readonly writesRead?: number;
  readonly defaultInterface?: string | null;
  /** The user that packets are read as. */
  readonly runsAs?: string;
}

/** Opened interfaces with their options. */
interface Opened {
  readonly name: string;
  readonly backend: string;
  readonly options: LiveOptions;
}

export class LiveRun {
  readonly clock = new ManualClock();
  readonly opened: Opened[] = [];
  readonly status: Promise<number>;
  screen: TerminalScreen;
  stdout = "";
  stderr = "";
  writes = 0;
  /** Exit status if the process was ended at once. */
  endedAtOnce: number | null = null;
  /** Callbacks for the end or failure of the process. */
  restore: (() => void) | null = null;
  isKeyboardRaw = false;
  /** The result of each line write, if it differs from that of other writes. */
  #lineOutcome: "busy" | null = null;
  #size: readonly [number, number];
  readonly #options: LiveRunOptions;
  readonly #keyboard = new PassThrough();
  #onResize: () => void = () => {};
  #onSignal: ((signal: EndSignal) => void) | null = null;

  constructor(args: readonly string[], options: LiveRunOptions) {
    this.#options = options;
    this.#size = options.size ?? [80, 24];
    this.screen = new TerminalScreen(...this.#size);
    const environment: Environment = {
      argv: [options.command ?? "live", ...args],
      stdin: { isTTY: options.size !== undefined },
      stdout: this.#standardOutput(),
      stderr: this.#standardError(),
      env: options.env ?? {},
      now: () => this.clock.now(),
      endAtOnce: (status) => {
        this.endedAtOnce = status;
      },
      endBySignal: () => undefined,
      live: this.#outside(),
    };
    this.status = run(environment);
  }

  /** Waits until it monitors or has ended; modules load in real time. */
  async begun(): Promise<this> {
    let hasEnded = false;
    void this.status.then(() => {
      hasEnded = true;
    });
    while (!hasEnded && !this.clock.isWaitedFor) await settle();
    return this;
  }

  /** Types, and lets the effects happen. */
  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      this.#keyboard.write(key);
      // In real time: until it is certain that this is the key and not the start of an escape sequence.
      if (key === "\x1b") await pause(ESCAPE_WAIT_MS + 10);
      await settle();
    }
    // Until the next frame may be drawn.
    await this.clock.advance(100);
  }

  /** Sends terminal input, split into the given reads. */
  async send(...reads: readonly string[]): Promise<void> {
    for (const read of reads) this.#keyboard.write(read);
    await settle();
    await this.clock.advance(100);
  }

  async signal(signal: EndSignal): Promise<void> {
    this.#onSignal?.(signal);
    await settle();
  }

  /** The reader of lines sleeps or wakes up. */
  sleep(isAsleep: boolean): void {
    this.#lineOutcome = isAsleep ? "busy" : null;
  }

  get catchesSignals(): boolean {
    return this.#onSignal !== null;
  }

  async resize(columns: number, rows: number): Promise<void> {
    this.#size = [columns, rows];
    const { isAlternate, isCursorShown, isWrapping } = this.screen;
    this.screen = Object.assign(new TerminalScreen(columns, rows), {
      isAlternate,
      isCursorShown,
      isWrapping,
    });
    this.#onResize();
    await this.clock.advance(100);
  }

  #standardOutput(): TextOutput {
    const size = () => this.#size;
    const isTTY = this.#options.size !== undefined;
    return {
      isTTY,
      get columns() {
        return isTTY ? size()[0] : undefined;
      },
      write: (text) => {
        if (this.writes >= (this.#options.writesRead ?? Number.POSITIVE_INFINITY)) return false;
        this.writes++;
        this.stdout += text;
        if (isTTY) this.screen.write(String(text));
        return true;
      },
    };
  }

  #standardError(): TextOutput {
    return {
      isTTY: this.#options.size !== undefined,
      columns: undefined,
      write: (text) => {
        this.stderr += text;
        return true;
      },
    };
  }

  #outside(): LiveOutside {
    return {
      openLive: async (name, backend, options = {}) => {
        this.opened.push({ name, backend, options });
        const source = this.#options.interfaces[name];
        if (source instanceof Error) throw source;
        return source;
      },
      openRemote: () => Promise.reject(new Error("no test captures elsewhere")),
      openInput: () => Promise.reject(new Error("no test reads standard input")),
      runsAs: this.#options.runsAs ?? null,
      findDefaultInterface: async () => this.#options.defaultInterface ?? null,
      clock: this.clock,
      terminal: {
        size: () => ({ columns: this.#size[0], rows: this.#size[1] }),
        listen: (onKey) => {
          const stopListening = listenForKeys(this.#keyboard, onKey);
          this.isKeyboardRaw = true;
          return () => {
            stopListening();
            this.isKeyboardRaw = false;
          };
        },
        watchSize: (onResize) => {
          this.#onResize = onResize;
          return () => {
            this.#onResize = () => {};
          };
        },
        guard: (restore) => {
          this.restore = restore;
          return () => {
            this.restore = null;
          };
        },
      },
      openLines: () => {
        const { write } = this.#standardOutput();
        return {
          write: (line) => this.#lineOutcome ?? (write(line) ? "taken" : "gone"),
          finish: async (last) => void write(last),
        };
      },
      catchSignals: (onSignal) => {
        this.#onSignal = onSignal;
        return () => {
          this.#onSignal = null;
        };
      },
    };
  }
}

/** Runs the command on the office interface "eth0" until it monitors or has ended. */
export async function startLive(args: readonly string[], options: Partial<LiveRunOptions> = {}) {
  const source = await officeInterface();
  const run = await new LiveRun(args, { interfaces: { eth0: source }, ...options }).begun();
  return { run, source };
}
