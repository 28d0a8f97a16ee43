/**
 * Limits the time spent on examining packets per second of capture time: a flood of expensive packets must not keep live
 * packets from being counted. Skipped packets are counted.
 */

/** Packets of several interfaces are not in order; a larger step back means that the clock was changed. */
const LEEWAY_SECONDS = 10;

export class EvidenceBudget {
  /** Packets that were not examined. */
  leftOut = 0;
  readonly #share: number;
  readonly #now: () => number;
  #second = 0;
  #spentMs = 0;
  #begunAt = 0;

  /**
   * @param share of one CPU: 0.5 is 500 ms for each second of capture time
   * @param now milliseconds, like `performance.now`
   */
  constructor(share: number, now: () => number) {
    this.#share = share;
    this.#now = now;
  }

  /** Whether a packet of this second may be examined; call `end` when done. */
  begin(second: number): boolean {
    if (second > this.#second || second < this.#second - LEEWAY_SECONDS) {
      this.#second = second;
      this.#spentMs = 0;
    }
    if (this.#spentMs >= this.#share * 1000) {
      this.leftOut++;
      return false;
    }
    this.#begunAt = this.#now();
    return true;
  }

  end(): void {
    this.#spentMs += this.#now() - this.#begunAt;
  }
}
