/** State of a program that the process with root privileges was requested to start. */
import type { Socket } from "node:net";
import type { ProgramEnd, StartedProgram } from "./capture-program.ts";

export class RequestedProgram {
  readonly exited: Promise<void>;
  isRunning = true;
  resolveExited: () => void = () => {};
  resolveRefused: (reason: string) => void = () => {};
  /** Resolves with null when both outputs are there, or with the reason why it was not started. */
  readonly started: Promise<string | null>;
  readonly #outputs = new Map<"stdout" | "stderr", Socket>();
  readonly #closed: Promise<unknown>[] = [];
  readonly #ended: Promise<ProgramEnd>;
  #resolveEnded: (end: ProgramEnd) => void = () => {};
  #resolveStarted: () => void = () => {};

  constructor() {
    this.exited = new Promise((resolve) => {
      this.resolveExited = resolve;
    });
    this.#ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
    this.started = new Promise((resolve) => {
      this.#resolveStarted = () => resolve(null);
      this.resolveRefused = resolve;
    });
  }

  /** Receives an output. A program that fails at once may have closed it before the other one arrives. */
  takeOutput(name: "stdout" | "stderr", socket: Socket): void {
    socket.on("error", () => {});
    this.#closed.push(new Promise((resolve) => socket.once("close", resolve)));
    this.#outputs.set(name, socket);
    if (this.#outputs.size === 2) this.#resolveStarted();
  }

  /** The program has exited, or its state can no longer be known. */
  end(end: ProgramEnd): void {
    this.isRunning = false;
    this.resolveRefused("the process that starts it is gone");
    this.resolveExited();
    this.#resolveEnded(end);
  }

  /** The program, once it has started. */
  program(signal: StartedProgram["signal"], endInput: StartedProgram["endInput"]): StartedProgram {
    const [stdout, stderr] = (["stdout", "stderr"] as const).map((name) => this.#outputs.get(name) as Socket);
    const isRunning = () => this.isRunning;
    return {
      stdout,
      stderr,
      exited: this.exited,
      ended: this.#ended.then(async (end) => {
        await Promise.all(this.#closed);
        return end;
      }),
      get isRunning() {
        return isRunning();
      },
      signal,
      endInput,
    };
  }
}
