/** Programs that capture, started by the process that has kept root: this one has given it up. */
import type { Socket } from "node:net";
import { InputError } from "../../errors.ts";
import { AskedProgram } from "./asked-program.ts";
import { captureError } from "./capture-errors.ts";
import type { StartProgram } from "./capture-program.ts";
import { type KeeperAnswer, type KeeperOrder, PASSED_SIGNALS, type PassedSignal } from "./keeper-messages.ts";
import { type RunAs, readRunAs, runAs } from "./run-as.ts";

/** Root, as what this process can still ask for. */
export interface KeptRoot {
  /** What this process runs as. */
  readonly user: RunAs;
  readonly start: StartProgram;
  /** Calls `onSignal` for every signal that asks the keeper to end; the result ends that. */
  catchSignals(onSignal: (signal: PassedSignal) => void): () => void;
}

/** Whether a process that has kept root has started this one. */
export function isKept(): boolean {
  return process.send !== undefined && readRunAs(process.env) !== null;
}

/** Gives root up for good where a keeper has it; null where none has started this process. */
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

class KeeperLink {
  readonly #asked = new Map<number, AskedProgram>();
  readonly #listeners = new Set<(signal: PassedSignal) => void>();
  #lastId = 0;

  constructor() {
    process.on("message", (answer: KeeperAnswer, socket) => this.#hear(answer, socket as Socket | undefined));
    process.on("disconnect", () => {
      // Who keeps root was killed; so is what it has started.
      for (const asked of this.#asked.values()) {
        asked.end({ status: null, signal: "SIGKILL", startError: null });
      }
      for (const listener of this.#listeners) listener("SIGTERM");
    });
    // It is there as long as this process is: what this process does decides how long.
    process.channel?.unref();
    // The keeper passes them on.
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
    return asked.program(
      (signal) => this.#tell({ kind: "signal", id, signal }),
      () => this.#tell({ kind: "end-input", id }),
    );
  };

  catchSignals(onSignal: (signal: PassedSignal) => void): () => void {
    this.#listeners.add(onSignal);
    return () => this.#listeners.delete(onSignal);
  }

  #tell(order: KeeperOrder): void {
    if (process.connected) process.send?.(order, undefined, {}, () => {});
  }

  #hear(answer: KeeperAnswer, socket: Socket | undefined): void {
    if (answer.kind === "told") {
      if (answer.signal === "SIGWINCH") {
        // Node looks at the size of its terminals.
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
          asked.tellRefused("its output did not come");
          break;
        }
        asked.takeOutput(answer.kind, socket);
    }
  }
}
