/** Holds packets back while counted flows are searched: nothing may change between two steps. */

export class ReadingGate {
  #closed: Promise<void> | null = null;
  #open: () => void = () => {};

  /** Whether packets wait. */
  get isClosed(): boolean {
    return this.#closed !== null;
  }

  /** Resolves when packets may pass: immediately if it is open. */
  async pass(): Promise<void> {
    while (this.#closed !== null) await this.#closed;
  }

  /** Closes it while `work` runs, after all earlier work. */
  async whileClosed<T>(work: () => Promise<T>): Promise<T> {
    await this.pass();
    this.#closed = new Promise((resolve) => {
      this.#open = resolve;
    });
    try {
      return await work();
    } finally {
      this.#closed = null;
      this.#open();
    }
  }
}
