/** Polls a history, one query at a time: the latest query counts, and failed ones are retried. */
import { ServerQuery } from "./server-query.ts";
import type { Trouble } from "./trouble.ts";

/** Ranges that end now advance. */
const AGAIN_MS = 60_000;
/** A server may come back. */
const RETRY_MS = 15_000;

export class PastAsking<T> {
  readonly #query: ServerQuery<T>;
  readonly #onAnswer: (answer: T) => void;
  readonly #onTrouble: (trouble: Trouble) => void;
  #asked = new URLSearchParams();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(path: string, onAnswer: (answer: T) => void, onTrouble: (trouble: Trouble) => void) {
    this.#query = new ServerQuery(path);
    this.#onAnswer = onAnswer;
    this.#onTrouble = onTrouble;
  }

  /** Polls this query from now on. */
  ask(asked: URLSearchParams): void {
    this.#asked = asked;
    void this.#ask();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#query.cancel();
  }

  async #ask(): Promise<void> {
    clearTimeout(this.#timer);
    const found = await this.#query.ask(this.#asked);
    if (found === null) return;
    if (!isTrouble(found)) this.#onAnswer(found);
    else this.#onTrouble(found);
    if (isTrouble(found) && found.isForGood) return;
    this.#timer = setTimeout(() => void this.#askAgain(), isTrouble(found) ? RETRY_MS : AGAIN_MS);
  }

  /** Hidden pages do not poll. */
  async #askAgain(): Promise<void> {
    if (document.visibilityState === "visible") await this.#ask();
    else this.#timer = setTimeout(() => void this.#askAgain(), AGAIN_MS);
  }
}

function isTrouble<T>(found: T | Trouble): found is Trouble {
  return typeof found === "object" && found !== null && "trouble" in found;
}
