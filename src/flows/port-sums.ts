/** What the flows of one service port add up to, where they were added up by the kernel (`kernel/assembly/port-sums.ts`). */
import type { Kernel } from "../kernel/kernel.ts";
import {
  PORTS,
  SUM_BYTES,
  SUM_DOUBLES,
  SUM_FIRST_NANOSECONDS,
  SUM_FIRST_SECONDS,
  SUM_FLOWS,
  SUM_LAST_NANOSECONDS,
  SUM_LAST_SECONDS,
  SUM_PACKETS,
  SUM_PORT,
  SUM_WORDS,
} from "../kernel/layout.ts";

/** Shows the sums of a kernel, one after the other: moved from sum to sum, so borrowed wherever it is given. */
export class PortSums {
  readonly #words: Int32Array;
  readonly #doubles: Float64Array;
  readonly #used: number;
  /** Where the sum begins in either. */
  #word = 0;
  #double = 0;

  constructor({ sumWords, sumDoubles, usedSums }: Kernel) {
    this.#words = sumWords;
    this.#doubles = sumDoubles;
    this.#used = usedSums;
  }

  /** Moves on to the first or the next sum; false when there are no more. */
  next(): boolean {
    this.#word += SUM_WORDS;
    this.#double += SUM_DOUBLES;
    return this.#word <= this.#used * SUM_WORDS;
  }

  /** `Transport`. */
  get transport(): 0 | 1 {
    return this.#words[this.#word + SUM_PORT] < PORTS ? 0 : 1;
  }

  get port(): number {
    return this.#words[this.#word + SUM_PORT] % PORTS;
  }

  get flows(): number {
    return this.#doubles[this.#double + SUM_FLOWS];
  }

  get packets(): number {
    return this.#doubles[this.#double + SUM_PACKETS];
  }

  get bytesFromOriginator(): number {
    return this.#doubles[this.#double + SUM_BYTES];
  }

  get bytesFromResponder(): number {
    return this.#doubles[this.#double + SUM_BYTES + 1];
  }

  /** Time of the earliest packet, and of the latest. */
  get firstSeconds(): number {
    return this.#words[this.#word + SUM_FIRST_SECONDS] >>> 0;
  }

  get firstNanoseconds(): number {
    return this.#words[this.#word + SUM_FIRST_NANOSECONDS];
  }

  get lastSeconds(): number {
    return this.#words[this.#word + SUM_LAST_SECONDS] >>> 0;
  }

  get lastNanoseconds(): number {
    return this.#words[this.#word + SUM_LAST_NANOSECONDS];
  }
}
