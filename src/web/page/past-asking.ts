/** Polls a history, one query at a time: the latest query counts, and failed ones are retried. */
import { askServer, type Trouble } from "./feed.ts";

/** Ranges that end now advance. */
const AGAIN_MS = 60_000;
/** A server may come back. */
const RETRY_MS = 15_000;

export class PastAsking<T> {
  readonly #path: string;
  readonly #onAnswer: (answer: T) => void;
  readonly #onTrouble: (message: string) => void;
  #asked = new URLSearchParams();
  #isAsking = false;
  #isClosed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(path: string, onAnswer: (answer: T) => void, onTrouble: (message: string) => void) {
    this.#path = path;
    this.#onAnswer = onAnswer;
    this.#onTrouble = onTrouble;
  }

  /** Polls this query from now on. */
  ask(asked: URLSearchParams): void {
    this.#asked = asked;
    void this.#ask();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  async #ask(): Promise<void> {
    if (this.#isAsking || this.#isClosed) return;
    clearTimeout(this.#timer);
    this.#isAsking = true;
    const text = this.#asked.toString();
    const found = await askServer<T>(this.#path, this.#asked);
    this.#isAsking = false;
    if (this.#isClosed) return;
    if (text !== this.#asked.toString()) return await this.#ask();
    this.#timer = setTimeout(() => void this.#askAgain(), isTrouble(found) ? RETRY_MS : AGAIN_MS);
    if (isTrouble(found)) this.#onTrouble(found.trouble);
    else this.#onAnswer(found);
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
