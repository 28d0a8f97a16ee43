/** A program that captures: writes pcap to its standard output, and what it has to say to its standard error. */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import type { InputError } from "../../errors.ts";
import type { ByteSource } from "../files/byte-source.ts";
import { captureError } from "./capture-errors.ts";
import type { BackendName, LiveCounters } from "./live-source.ts";
import { ProcessOutput } from "./process-output.ts";

/** Counters of one run of a program. */
export type ProcessCounters = Omit<LiveCounters, "received">;

/** What one line of standard error means. */
export type CaptureMessage =
  | { readonly kind: "listening" }
  | ({ readonly kind: "counters" } & Partial<ProcessCounters>)
  | { readonly kind: "other" };

/** How a program ended. */
export interface ProcessEnd {
  /** Exit status, or null after a signal. */
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The error of starting it (ENOENT: there is no such program), or null. */
  readonly startError: NodeJS.ErrnoException | null;
  /** Its last lines of standard error, but for counters. */
  readonly lines: readonly string[];
}

/** What a backend knows of its program. */
export interface CaptureProgram {
  readonly backend: BackendName;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Counters before the program has told any: 0, or null where it never will. */
  readonly firstCounters: ProcessCounters;
  /** Whether it writes as soon as it captures, and not with its first packet only. */
  readonly writesAtOnce: boolean;
  readMessage(line: string): CaptureMessage;
  /** Why it ended, or did not begin. */
  explain(end: ProcessEnd): InputError;
  /** Signal that has it tell its counters, or null: it tells them unasked. */
  readonly countersSignal: NodeJS.Signals | null;
  /** Whether the end of its standard input ends it, rather than SIGINT. */
  readonly endsWithInput: boolean;
}

/** Filters may hold names of hosts, which the program asks a name server for. */
const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 1_000;
const COUNTERS_INTERVAL_MS = 1_000;
const MAX_LINES = 20;

/** Programs that run; none of them may outlive this process. */
const running = new Set<ChildProcess>();

function killAll(): void {
  for (const child of running) child.kill("SIGKILL");
}

/** A program that has begun to capture. */
export class CaptureProcess {
  readonly bytes: ByteSource;
  counters: ProcessCounters;
  readonly #program: CaptureProgram;
  readonly #child: ChildProcess;
  readonly #interfaceName: string;
  readonly #output: ProcessOutput;
  readonly #lines: string[] = [];
  readonly #ended: Promise<ProcessEnd>;
  #tellListening: () => void = () => {};
  #asking: NodeJS.Timeout | null = null;
  #isStopping = false;

  private constructor(program: CaptureProgram, interfaceName: string) {
    this.#program = program;
    this.#interfaceName = interfaceName;
    this.counters = program.firstCounters;
    const child = spawn(program.command, program.args, {
      env: program.env,
      stdio: [program.endsWithInput ? "pipe" : "ignore", "pipe", "pipe"],
    });
    this.#child = child;
    if (running.size === 0) process.once("exit", killAll);
    running.add(child);
    const stdout = child.stdout as Readable;
    const output = new ProcessOutput(interfaceName, stdout, () => this.stop());
    this.bytes = output;
    this.#output = output;
    const errors = createInterface({ input: child.stderr as Readable });
    errors.on("line", (line) => this.#hear(line));
    // Nobody listens any more to a program that has ended.
    child.stdin?.on("error", () => {});
    child.once("exit", () => this.#letGo());
    this.#ended = new Promise((resolve) => {
      let startError: NodeJS.ErrnoException | null = null;
      child.on("error", (error) => {
        startError ??= error;
      });
      child.on("close", (status, signal) => {
        running.delete(child);
        if (running.size === 0) process.off("exit", killAll);
        if (this.#asking !== null) clearInterval(this.#asking);
        resolve({ status: startError === null ? status : null, signal, startError, lines: this.#lines });
      });
    });
  }

  /**
   * Starts the program and waits until it says that it captures, or writes something: what that is, the reader of its
   * bytes will find out. Throws `InputError`.
   */
  static async start(program: CaptureProgram, interfaceName: string): Promise<CaptureProcess> {
    const capture = new CaptureProcess(program, interfaceName);
    const listening = new Promise<"listening">((resolve) => {
      capture.#tellListening = () => resolve("listening");
    });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<"late">((resolve) => {
      timer = setTimeout(() => resolve("late"), START_TIMEOUT_MS);
    });
    const outcome = await Promise.race([listening, capture.#output.begun, capture.#ended, late]);
    clearTimeout(timer);
    if (outcome === "listening" || outcome === "begun") return capture;
    if (outcome !== "late") throw program.explain(outcome);
    await capture.stop();
    const seconds = START_TIMEOUT_MS / 1000;
    const detail = `${program.backend} has not begun to capture within ${seconds} s`;
    throw captureError("capture_failed", interfaceName, detail);
  }

  /** Once its output has ended: why, or null where it was stopped. Ends a program that goes on without output. */
  async failure(): Promise<InputError | null> {
    let hasOutlived = false;
    const timer = setTimeout(() => {
      hasOutlived = this.#isRunning;
      this.#child.kill("SIGKILL");
    }, STOP_TIMEOUT_MS);
    const end = await this.#ended;
    clearTimeout(timer);
    if (this.#isStopping) return null;
    const { backend } = this.#program;
    return hasOutlived
      ? captureError("capture_ended", this.#interfaceName, `${backend} has closed its output`)
      : this.#program.explain(end);
  }

  /** Ends the program, and resolves when it is gone. What it wrote can still be read. */
  async stop(): Promise<void> {
    if (!this.#isStopping) {
      this.#isStopping = true;
      if (this.#program.endsWithInput) (this.#child.stdin as Writable).end();
      else this.#child.kill("SIGINT");
    }
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), STOP_TIMEOUT_MS);
    await new Promise<void>((resolve) => {
      // Not "close": that comes only when its output has been read, which the caller of this may be about to do.
      if (!this.#isRunning) resolve();
      else this.#child.once("exit", () => resolve()).once("error", () => resolve());
    });
    clearTimeout(timer);
  }

  get #isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /**
   * A wrapper may leave the program behind that it has started, with both pipes open. As long as nobody has asked for the
   * end, that one is what captures; then nobody waits for it, and it finds its pipe broken.
   */
  #letGo(): void {
    const timer = setInterval(() => {
      if (!this.#isStopping || this.#output.isHeldBack) return;
      this.#child.stdout?.destroy();
      this.#child.stderr?.destroy();
    }, STOP_TIMEOUT_MS);
    this.#child.once("close", () => clearInterval(timer));
  }

  #hear(line: string): void {
    const message = this.#program.readMessage(line);
    if (message.kind === "counters") {
      const { kind: _, ...counters } = message;
      this.counters = { ...this.counters, ...counters };
    } else if (message.kind === "listening") {
      this.#tellListening();
      this.#askForCounters();
    } else {
      this.#lines.push(line);
      if (this.#lines.length > MAX_LINES) this.#lines.shift();
    }
  }

  #askForCounters(): void {
    const signal = this.#program.countersSignal;
    if (signal === null) return;
    this.#asking = setInterval(
      () =>
        this.#output.whenDry(() => {
          if (!this.#isStopping) this.#child.kill(signal);
        }),
      COUNTERS_INTERVAL_MS,
    );
  }
}
