/** Capture programs started by the process that kept root, after this one has dropped it. */
import type { Socket } from "node:net";
import { InputError } from "../../errors.ts";
import { captureError } from "./capture-errors.ts";
import type { ProgramEnd, StartProgram } from "./capture-program.ts";
import { type KeeperAnswer, type KeeperOrder, PASSED_SIGNALS, type PassedSignal } from "./keeper-messages.ts";
import { RequestedProgram } from "./requested-program.ts";
import { type RunAs, readRunAs, runAs } from "./run-as.ts";

/** The services of the process that kept root. */
export interface RootKeeper {
  /** The user that this process runs as. */
  readonly user: RunAs;
  readonly start: StartProgram;
  /** Calls `onSignal` for every signal that asks the keeper to exit; the result unsubscribes. */
  catchSignals(onSignal: (signal: PassedSignal) => void): () => void;
}

/** Whether a process that kept root has started this one. */
export function hasKeeper(): boolean {
  return process.send !== undefined && readRunAs(process.env) !== null;
}

/** Drops root permanently if a keeper has it; null if no keeper has started this process. */
export function dropRoot(): RootKeeper | null {
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

/** End of a program whose keeper was killed. */
const KILLED: ProgramEnd = { status: null, signal: "SIGKILL", startError: null };

function ignoreSignal(): void {}

class KeeperLink {
  readonly #requested = new Map<number, RequestedProgram>();
  readonly #listeners = new Set<(signal: PassedSignal) => void>();
  #lastId = 0;
  /** Requests without an answer, which the channel has to stay open for. */
  #starting = 0;

  constructor() {
    process.on("message", (answer: KeeperAnswer, socket) =>
      this.#handleAnswer(answer, socket as Socket | undefined),
    );
    process.on("disconnect", () => {
      // The keeper was killed, and so were the programs it started.
      for (const requested of this.#requested.values()) requested.end(KILLED);
      for (const listener of this.#listeners) listener("SIGTERM");
      for (const signal of PASSED_SIGNALS) process.off(signal, ignoreSignal);
    });
    // The channel exists as long as this process, and must not keep it alive.
    process.channel?.unref();
    // The keeper forwards them.
    for (const signal of PASSED_SIGNALS) process.on(signal, ignoreSignal);
  }

  readonly start: StartProgram = async ({ backend, args }, interfaceName) => {
    const id = ++this.#lastId;
    const requested = new RequestedProgram();
    this.#requested.set(id, requested);
    if (this.#starting++ === 0) process.channel?.ref();
    this.#send({ kind: "start", id, backend, interfaceName, args });
    // Without a keeper there is no answer.
    if (!process.connected) requested.end(KILLED);
    const refusal = await requested.started;
    if (--this.#starting === 0) process.channel?.unref();
    if (refusal !== null) {
      this.#requested.delete(id);
      throw captureError("no_permission", interfaceName, `${backend} was not started: ${refusal}`);
    }
    return requested.program(
      (signal) => this.#send({ kind: "signal", id, signal }),
      () => this.#send({ kind: "end-input", id }),
    );
  };

  catchSignals(onSignal: (signal: PassedSignal) => void): () => void {
    this.#listeners.add(onSignal);
    return () => this.#listeners.delete(onSignal);
  }

  #send(order: KeeperOrder): void {
    if (process.connected) process.send?.(order, undefined, {}, () => {});
  }

  #handleAnswer(answer: KeeperAnswer, socket: Socket | undefined): void {
    if (answer.kind === "signal") {
      if (answer.signal === "SIGWINCH") {
        // Makes Node update the size of its terminals.
        process.emit("SIGWINCH", "SIGWINCH");
        return;
      }
      for (const listener of this.#listeners) listener(answer.signal);
      return;
    }
    const requested = this.#requested.get(answer.id);
    if (requested === undefined) return;
    switch (answer.kind) {
      case "refused":
        requested.resolveRefused(answer.reason);
        break;
      case "exited":
        requested.isRunning = false;
        requested.resolveExited();
        break;
      case "ended": {
        const { status, signal, startError } = answer;
        this.#requested.delete(answer.id);
        const error = startError === null ? null : Object.assign(new Error(startError.message), startError);
        requested.end({ status, signal, startError: error });
        break;
      }
      default:
        if (socket === undefined) {
          this.#send({ kind: "signal", id: answer.id, signal: "SIGKILL" });
          requested.resolveRefused("its output did not arrive");
          break;
        }
        requested.takeOutput(answer.kind, socket);
    }
  }
}
