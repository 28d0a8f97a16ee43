/** A clock that stands still until it is advanced. */
import type { MonitorClock } from "../../src/engine/monitor-options.ts";

/** 2026-01-31T09:30:00Z */
const BEGIN_MS = Date.UTC(2026, 0, 31, 9, 30);

interface Waiting {
  readonly until: number;
  readonly wake: () => void;
}

export class ManualClock implements MonitorClock {
  #now = 0;
  #waiting: Waiting[] = [];

  now(): number {
    return this.#now;
  }

  date(): Date {
    return new Date(BEGIN_MS + this.#now);
  }

  wait(milliseconds: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        signal.removeEventListener("abort", wake);
        this.#waiting = this.#waiting.filter((one) => one.wake !== wake);
        resolve();
      };
      this.#waiting.push({ until: this.#now + milliseconds, wake });
      signal.addEventListener("abort", wake);
    });
  }

  /** Whether anybody waits for it. */
  get isWaitedFor(): boolean {
    return this.#waiting.length > 0;
  }

  /** Advances without running timers: the duration of work. */
  spend(milliseconds: number): void {
    this.#now += milliseconds;
  }

  /** Advances from timer to timer, and lets each one's effects happen. */
  async advance(milliseconds: number): Promise<void> {
    await settle();
    const end = this.#now + milliseconds;
    for (;;) {
      const next = Math.min(...this.#waiting.map(({ until }) => until));
      if (next > end) break;
      this.#now = Math.max(this.#now, next);
      for (const { until, wake } of [...this.#waiting]) if (until <= this.#now) wake();
      await settle();
    }
    this.#now = Math.max(this.#now, end);
    await settle();
  }
}

/** Turns of the event loop: a reach snapshot yields once per product. */
const TURNS = 200;

/** Lets everything run that does not wait for anything outside this process. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await new Promise((resolve) => setImmediate(resolve));
}
