/** Queries one path of the server, one query at a time: each cancels the one before. */
import type { Trouble } from "./trouble.ts";

export class ServerQuery<T> {
  readonly #path: string;
  #cancelling = new AbortController();

  constructor(path: string) {
    this.#path = path;
  }

  /** The answer; the server's message if it cannot answer; null if the query was cancelled. */
  async ask(asked: URLSearchParams): Promise<T | Trouble | null> {
    this.cancel();
    this.#cancelling = new AbortController();
    const { signal } = this.#cancelling;
    const found = await this.#answer(asked, signal);
    return signal.aborted ? null : found;
  }

  /** The server gives up a query that nobody waits for. */
  cancel(): void {
    this.#cancelling.abort();
  }

  async #answer(asked: URLSearchParams, signal: AbortSignal): Promise<T | Trouble> {
    try {
      const answer = await fetch(`${this.#path}?${asked}`, { signal });
      if (answer.ok) return (await answer.json()) as T;
      return { trouble: (await answer.text()).trim(), isForGood: answer.status === 400 };
    } catch {
      return { trouble: "no connection to appleflow", isForGood: false };
    }
  }
}
