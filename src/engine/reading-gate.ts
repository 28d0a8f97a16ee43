/** Holds packets back while somebody looks through what has been counted: nothing may change between two steps. */

export class ReadingGate {
  #closed: Promise<void> | null = null;
  #open: () => void = () => {};

  /** Whether packets wait. */
  get isClosed(): boolean {
    return this.#closed !== null;
  }

  /** Lets packets pass when it is open; resolves at once then. */
  async pass(): Promise<void> {
    while (this.#closed !== null) await this.#closed;
  }

  /** Closes it for as long as `work` takes, after all that closed it before. */
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
