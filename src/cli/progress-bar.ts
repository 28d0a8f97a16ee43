/** Progress of reading on standard error, shown if reading takes longer than a second. */
import type { Progress } from "../engine/read-captures.ts";
import type { Environment, TextOutput } from "./environment.ts";
import { DEFAULT_COLUMNS } from "./terminal-style.ts";

/** Shorter readings show nothing. */
const DELAY_MS = 1000;
/** Time between two redraws. */
const REDRAW_MS = 100;
const BAR_WIDTH = 24;
/** ECMA-48: CHA, EL. */
const FIRST_COLUMN = "\x1b[1G";
const CLEAR_TO_END = "\x1b[0K";
const CLEAR_LINE = "\x1b[2K";

export class ProgressBar {
  readonly #now: () => number;
  readonly #output: TextOutput;
  readonly #start: number;
  #progress: Progress | null = null;
  /** Redraws while nothing is read; null while the bar is hidden. */
  #timer: NodeJS.Timeout | null = null;
  #drawnAt = Number.NEGATIVE_INFINITY;
  #drawn = "";

  constructor({ now, stderr }: Environment) {
    this.#now = now;
    this.#output = stderr;
    this.#start = now();
  }

  /** Cheap until the bar is shown, and between two redraws. */
  update(progress: Progress): void {
    this.#progress = progress;
    const now = this.#now();
    if (this.#timer === null) {
      if (now - this.#start < DELAY_MS) return;
      this.#timer = setInterval(() => this.#draw(this.#now()), REDRAW_MS);
    }
    if (now - this.#drawnAt >= REDRAW_MS) this.#draw(now);
  }

  /** Removes the bar. */
  stop(): void {
    if (this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
    this.#output.write(`${FIRST_COLUMN}${CLEAR_LINE}`);
  }

  /** Changes no terminal settings, so none need restoring when the program is interrupted. */
  #draw(now: number): void {
    this.#drawnAt = now;
    const line = progressLine(this.#progress, (now - this.#start) / 1000);
    // A longer line would wrap, and its beginning would remain.
    const shown = line.slice(0, this.#output.columns ?? DEFAULT_COLUMNS);
    if (shown === this.#drawn) return;
    this.#drawn = shown;
    this.#output.write(`${FIRST_COLUMN}${shown}${CLEAR_TO_END}`);
  }
}

/** `[=====-----]  45%  120 MB/s  3 s left`; without a known size `12.3 M packets  1.2 Mpps`. */
export function progressLine(progress: Progress | null, seconds: number): string {
  if (progress === null || seconds <= 0) return "";
  const { packets, bytesRead, totalBytes } = progress;
  const rate = bytesRead / seconds;
  const rateText = `${(rate / 1e6).toFixed(rate < 1e7 ? 1 : 0)} MB/s`;
  if (totalBytes === null || totalBytes <= 0 || bytesRead > totalBytes) {
    return `${(packets / 1e6).toFixed(1)} million packets  ${rateText}`;
  }
  const part = bytesRead / totalBytes;
  const done = Math.round(part * BAR_WIDTH);
  const bar = "=".repeat(done) + "-".repeat(BAR_WIDTH - done);
  const left = rate > 0 ? `  ${timeText((totalBytes - bytesRead) / rate)} left` : "";
  return `[${bar}] ${String(Math.floor(part * 100)).padStart(3)}%  ${rateText}${left}`;
}

function timeText(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60
    ? `${minutes} min ${whole % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
