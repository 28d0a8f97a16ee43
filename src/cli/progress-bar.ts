/** How far the reading has come, on standard error, for a reading that takes longer than a second. */
import { SingleBar } from "cli-progress";
import type { Progress } from "../index.ts";
import type { Environment, TextOutput } from "./environment.ts";

/** Shorter readings show nothing. */
const DELAY_MS = 1000;
const BAR_WIDTH = 24;

export class ProgressBar {
  readonly #now: () => number;
  readonly #output: TextOutput;
  readonly #start: number;
  #bar: SingleBar | null = null;
  #progress: Progress | null = null;

  constructor({ now, stderr }: Environment) {
    this.#now = now;
    this.#output = stderr;
    this.#start = now();
  }

  /** Cheap until the bar is shown. */
  update(progress: Progress): void {
    this.#progress = progress;
    if (this.#bar === null) {
      if (this.#now() - this.#start < DELAY_MS) return;
      this.#bar = this.#show();
    }
    this.#bar.update(progress.bytesRead);
  }

  /** Takes the bar away. */
  stop(): void {
    this.#bar?.stop();
    this.#bar = null;
  }

  #show(): SingleBar {
    const bar = new SingleBar({
      stream: this.#output as unknown as NodeJS.WritableStream,
      format: () => progressLine(this.#progress, (this.#now() - this.#start) / 1000),
      clearOnComplete: true,
      // Nothing of the terminal is changed, so nothing is left changed when the program is interrupted.
      linewrap: true,
      hideCursor: null,
      gracefulExit: false,
    });
    bar.start(this.#progress?.totalBytes ?? 0, 0);
    return bar;
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
