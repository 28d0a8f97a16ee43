/** A running capture program: writes pcap to its standard output and messages to its standard error. */
import type { InputError } from "../../errors.ts";
import type { ByteSource } from "../files/byte-source.ts";
import { captureError } from "./capture-errors.ts";
import type {
  CaptureProgram,
  ProcessCounters,
  ProcessEnd,
  StartedProgram,
  StartProgram,
} from "./capture-program.ts";
import { readLines } from "./output-lines.ts";
import { ProcessOutput } from "./process-output.ts";

/** Filters may contain host names, which the program resolves by DNS. */
const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 1_000;
const COUNTERS_INTERVAL_MS = 1_000;
const MAX_LINES = 20;

/** A program that has begun to capture. */
export class CaptureProcess {
  readonly bytes: ByteSource;
  counters: ProcessCounters;
  readonly #program: CaptureProgram;
  readonly #child: StartedProgram;
  readonly #interfaceName: string;
  readonly #output: ProcessOutput;
  readonly #lines: string[] = [];
  readonly #ended: Promise<ProcessEnd>;
  #resolveListening: () => void = () => {};
  #countersTimer: NodeJS.Timeout | null = null;
  #isStopping = false;

  private constructor(program: CaptureProgram, interfaceName: string, child: StartedProgram) {
    this.#program = program;
    this.#interfaceName = interfaceName;
    this.counters = program.firstCounters;
    this.#child = child;
    const output = new ProcessOutput(interfaceName, child.stdout, () => this.stop());
    this.bytes = output;
    this.#output = output;
    readLines(child.stderr, (line) => this.#handleLine(line));
    const abandonTimer = child.exited.then(() => this.#closeAbandonedPipes());
    this.#ended = child.ended.then(async (end) => {
      clearInterval(await abandonTimer);
      if (this.#countersTimer !== null) clearInterval(this.#countersTimer);
      return { ...end, lines: this.#lines };
    });
  }

  /**
   * Starts the program and waits until it reports that it captures, or writes something, which the reader of its bytes
   * then examines. Throws `InputError`.
   */
  static async start(
    program: CaptureProgram,
    interfaceName: string,
    start: StartProgram,
  ): Promise<CaptureProcess> {
    const capture = new CaptureProcess(
      program,
      interfaceName,
      await (program.start ?? start)(program, interfaceName),
    );
    const listening = new Promise<"listening">((resolve) => {
      capture.#resolveListening = () => resolve("listening");
    });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<"late">((resolve) => {
      if (program.startsLate !== true) timer = setTimeout(() => resolve("late"), START_TIMEOUT_MS);
    });
    const outcome = await Promise.race([listening, capture.#output.started, capture.#ended, late]);
    clearTimeout(timer);
    if (outcome === "listening" || outcome === "started") return capture;
    if (outcome !== "late") {
      throw (
        program.explain(outcome) ?? captureError("capture_ended", interfaceName, "it ended without a packet")
      );
    }
    await capture.stop();
    const seconds = START_TIMEOUT_MS / 1000;
    const detail = `${program.backend} has not begun to capture within ${seconds} s`;
    throw captureError("capture_failed", interfaceName, detail);
  }

  /** Returns why its output ended, or null if it was stopped. Ends a program that continues without output. */
  async failure(): Promise<InputError | null> {
    let wasRunning = false;
    const timer = setTimeout(() => {
      wasRunning = this.#child.isRunning;
      this.#child.signal("SIGKILL");
    }, STOP_TIMEOUT_MS);
    const end = await this.#ended;
    clearTimeout(timer);
    if (this.#isStopping) return null;
    const { backend } = this.#program;
    return wasRunning
      ? captureError("capture_ended", this.#interfaceName, `${backend} has closed its output`)
      : this.#program.explain(end);
  }

  /** Ends the program; resolves when it has exited. Its output can still be read. */
  async stop(): Promise<void> {
    if (!this.#isStopping) {
      this.#isStopping = true;
      if (this.#program.endsWithInput) this.#child.endInput();
      else this.#child.signal("SIGINT");
    }
    const timer = setTimeout(() => this.#child.signal("SIGKILL"), STOP_TIMEOUT_MS);
    // Not `ended`: that resolves only when its output has been read, which the caller may be about to do.
    await this.#child.exited;
    clearTimeout(timer);
  }

  /**
   * A wrapper may leave behind a program that it started, with both pipes open. Until a stop is requested, that program
   * is what captures; afterwards its pipes are closed rather than waiting for it.
   */
  #closeAbandonedPipes(): NodeJS.Timeout {
    return setInterval(() => {
      if (!this.#isStopping || this.#output.isPaused) return;
      this.#child.stdout.destroy();
      this.#child.stderr.destroy();
    }, STOP_TIMEOUT_MS);
  }

  #handleLine(line: string): void {
    const message = this.#program.readMessage(line);
    if (message.kind === "counters") {
      const { kind: _, ...counters } = message;
      this.counters = { ...this.counters, ...counters };
    } else if (message.kind === "listening") {
      this.#resolveListening();
      this.#requestCounters();
    } else {
      this.#lines.push(line);
      if (this.#lines.length > MAX_LINES) this.#lines.shift();
    }
  }

  #requestCounters(): void {
    const signal = this.#program.countersSignal;
    if (signal === null) return;
    this.#countersTimer = setInterval(
      () =>
        this.#output.whenDrained(() => {
          if (!this.#isStopping) this.#child.signal(signal);
        }),
      COUNTERS_INTERVAL_MS,
    );
  }
}
