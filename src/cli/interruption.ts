/**
 * Ctrl-C while captures are read. The first one stops reading, and what was read is reported; later ones, and any
 * after reading has ended, end the process as usual.
 */
import { STATUS_INTERRUPTED } from "./exit-status.ts";

export class Interruption {
  readonly #controller = new AbortController();
  readonly #onRelease: (() => void)[] = [];
  #isReleased = false;
  readonly #interrupt = () => {
    this.release();
    this.#controller.abort();
  };

  /** Waits for Ctrl-C from now on. */
  constructor() {
    process.on("SIGINT", this.#interrupt);
  }

  /** Aborted by the first Ctrl-C. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The exit status of a command whose reading would have had `status`. */
  statusOf(status: number): number {
    return this.signal.aborted ? STATUS_INTERRUPTED : status;
  }

  /** Calls `onRelease` when Ctrl-C is no longer handled here; immediately if that is already so. */
  whenReleased(onRelease: () => void): void {
    if (this.#isReleased) onRelease();
    else this.#onRelease.push(onRelease);
  }

  /** Reading has ended. May be called more than once. */
  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    process.off("SIGINT", this.#interrupt);
    for (const onRelease of this.#onRelease) onRelease();
  }
}
