/** Totals of packets that became rows together. */
import { RUN_END, RUN_FIRST, RUN_TIMES, RUN_WORDS, RUNS, RUNS_AT } from "./layout.ts";

/** One reused view of all runs in the kernel's memory; contains the values of the run loaded last. */
export class RowRun {
  /** Bytes on the wire. */
  bytes = 0;
  /** Seconds and nanoseconds, first and last in time; `NO_TIME` if none of the packets has a time. */
  readonly times = new Uint32Array(4);
  /** For a read-ahead run: the first record, and the one after the last. */
  first = 0;
  end = 0;
  readonly #words: Uint32Array;
  readonly #doubles: Float64Array;

  constructor(memory: SharedArrayBuffer) {
    this.#words = new Uint32Array(memory, RUNS_AT, RUNS * RUN_WORDS);
    this.#doubles = new Float64Array(memory, RUNS_AT, (RUNS * RUN_WORDS) / 2);
  }

  load(run: number): void {
    const at = run * RUN_WORDS;
    const words = this.#words;
    this.bytes = this.#doubles[at / 2];
    for (let i = 0; i < 4; i++) this.times[i] = words[at + RUN_TIMES + i];
    this.first = words[at + RUN_FIRST];
    this.end = words[at + RUN_END];
  }

  /** Stores which records belong to a run that the kernel has just made. */
  store(run: number, first: number, end: number): void {
    const at = run * RUN_WORDS;
    this.#words[at + RUN_FIRST] = first;
    this.#words[at + RUN_END] = end;
  }
}
