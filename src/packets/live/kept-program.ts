/** Capture programs started by the process that kept root, after this one has dropped it. */
import type { Socket } from "node:net";
import { InputError } from "../../errors.ts";
import { captureError } from "./capture-errors.ts";
import type { ProgramEnd, StartedProgram, StartProgram } from "./capture-program.ts";
import { type KeeperAnswer, type KeeperOrder, PASSED_SIGNALS, type PassedSignal } from "./keeper-messages.ts";
import { type RunAs, readRunAs, runAs } from "./run-as.ts";

/** The services of the process that kept root. */
export interface KeptRoot {
  /** The user that this process runs as. */
  readonly user: RunAs;
  readonly start: StartProgram;
  /** Calls `onSignal` for every signal that asks the keeper to exit; the result unsubscribes. */
  catchSignals(onSignal: (signal: PassedSignal) => void): () => void;
}

/** Whether a process that kept root has started this one. */
export function isKept(): boolean {
  return process.send !== undefined && readRunAs(process.env) !== null;
}

/** Drops root permanently if a keeper has it; null if no keeper has started this process. */
export function giveUpRoot(): KeptRoot | null {
  const user = process.send === undefined ? null : readRunAs(process.env);
  if (user === null) return null;
  const keeper = new KeeperLink();
  try {
    runAs(user);
  } catch (error) {
    const reason = (error as Error).message;
    throw new InputError("no_permission", `cannot become ${user.name}: ${reason}; --user root keeps root`);
  }
  return {
    user,
    start: keeper.start,
    catchSignals: (onSignal) => keeper.catchSignals(onSignal),
  };
}

/** State of a requested program. */
class AskedProgram {
  readonly outputs = new Map<"stdout" | "stderr", Socket>();
  readonly exited: Promise<void>;
  readonly ended: Promise<ProgramEnd>;
  isRunning = true;
  tellExited: () => void = () => {};
  tellEnded: (end: ProgramEnd) => void = () => {};
  tellRefused: (reason: string) => void = () => {};
  tellStarted: () => void = () => {};
  readonly started: Promise<string | null>;

  constructor() {
    this.exited = new Promise((resolve) => {
      this.tellExited = resolve;
    });
    this.ended = new Promise((resolve) => {
      this.tellEnded = resolve;
    });
    this.started = new Promise((resolve) => {
      this.tellStarted = () => resolve(null);
      this.tellRefused = resolve;
    });
  }

  /** The program has exited, or its state can no longer be known. */
  end(end: ProgramEnd): void {
    this.isRunning = false;
    this.tellRefused("the process that starts it is gone");
    this.tellExited();
    this.tellEnded(end);
  }
}

class KeeperLink {
  readonly #asked = new Map<number, AskedProgram>();
  readonly #listeners = new Set<(signal: PassedSignal) => void>();
  #lastId = 0;

  constructor() {
    process.on("message", (answer: KeeperAnswer, socket) => this.#hear(answer, socket as Socket | undefined));
    process.on("disconnect", () => {
      // The keeper was killed, and so were the programs it started.
      for (const asked of this.#asked.values()) {
        asked.end({ status: null, signal: "SIGKILL", startError: null });
      }
      for (const listener of this.#listeners) listener("SIGTERM");
    });
    // The channel exists as long as this process, and must not keep it alive.
    process.channel?.unref();
    // The keeper forwards them.
    for (const signal of PASSED_SIGNALS) process.on(signal, () => {});
  }

  readonly start: StartProgram = async ({ backend, args }, interfaceName) => {
    const id = ++this.#lastId;
    const asked = new AskedProgram();
    this.#asked.set(id, asked);
    process.channel?.ref();
    this.#tell({ kind: "start", id, backend, interfaceName, args });
    const refusal = await asked.started;
    process.channel?.unref();
    if (refusal !== null) {
      this.#asked.delete(id);
      throw captureError("no_permission", interfaceName, `${backend} was not started: ${refusal}`);
    }
    return this.#startedProgram(id, asked);
  };

  catchSignals(onSignal: (signal: PassedSignal) => void): () => void {
    this.#listeners.add(onSignal);
    return () => this.#listeners.delete(onSignal);
  }

  #startedProgram(id: number, asked: AskedProgram): StartedProgram {
    const [stdout, stderr] = (["stdout", "stderr"] as const).map((name) => asked.outputs.get(name) as Socket);
    for (const socket of [stdout, stderr]) socket.on("error", () => {});
    const closed = [stdout, stderr].map((socket) => new Promise((resolve) => socket.once("close", resolve)));
    return {
      stdout,
      stderr,
      exited: asked.exited,
      ended: asked.ended.then(async (end) => {
        await Promise.all(closed);
        return end;
      }),
      get isRunning() {
        return asked.isRunning;
      },
      signal: (signal) => this.#tell({ kind: "signal", id, signal }),
      endInput: () => this.#tell({ kind: "end-input", id }),
    };
  }

  #tell(order: KeeperOrder): void {
    if (process.connected) process.send?.(order, undefined, {}, () => {});
  }

  #hear(answer: KeeperAnswer, socket: Socket | undefined): void {
    if (answer.kind === "told") {
      if (answer.signal === "SIGWINCH") {
        // Makes Node update the size of its terminals.
        process.emit("SIGWINCH", "SIGWINCH");
        return;
      }
      for (const listener of this.#listeners) listener(answer.signal);
      return;
    }
    const asked = this.#asked.get(answer.id);
    if (asked === undefined) return;
    switch (answer.kind) {
      case "refused":
        asked.tellRefused(answer.reason);
        break;
      case "exited":
        asked.isRunning = false;
        asked.tellExited();
        break;
      case "ended": {
        const { status, signal, startError } = answer;
        this.#asked.delete(answer.id);
        const error = startError === null ? null : Object.assign(new Error(startError.message), startError);
        asked.end({ status, signal, startError: error });
        break;
      }
      default:
        if (socket === undefined) {
          asked.tellRefused("its output did not arrive");
          break;
        }
        asked.outputs.set(answer.kind, socket);
        if (asked.outputs.size === 2) asked.tellStarted();
    }
  }
}
