/** Which products existed when a flow began (docs/contract.md, "Products"). */
import type { Product } from "../../knowledge/port-list/product.ts";
import { NO_TIME } from "../../net/moment.ts";

/** A packet from before 2000 (UTC) is from a device whose clock was never set: its time is unknown. */
const FIRST_CREDIBLE_SECOND = 946_684_800;

/** Times of a set of products. Between two dates on which one was introduced or closed, answers are the same. */
export class ProductTimes {
  readonly #boundaries: readonly number[];

  /** @param products whose times count; if empty, every product exists at any time */
  constructor(products: readonly Product[]) {
    const times = products.flatMap(({ begunAtSeconds, closedAtSeconds }) => [
      begunAtSeconds ?? [],
      closedAtSeconds ?? [],
    ]);
    this.#boundaries = [...new Set(times.flat())].sort((a, b) => a - b);
  }

  /** Number of the period that contains a time (seconds since 1970); -1 for `NO_TIME` and implausible times. */
  periodOf(seconds: number): number {
    if (seconds === NO_TIME || seconds < FIRST_CREDIBLE_SECOND) return -1;
    let period = this.#boundaries.length;
    while (period > 0 && seconds < this.#boundaries[period - 1]) period--;
    return period;
  }

  /** Whether a product had been introduced and not closed by a time (seconds since 1970); true if unknown. */
  isAlive({ begunAtSeconds, closedAtSeconds }: Product, seconds: number): boolean {
    if (seconds === NO_TIME || seconds < FIRST_CREDIBLE_SECOND || this.#boundaries.length === 0) return true;
    return (
      (begunAtSeconds === null || seconds >= begunAtSeconds) &&
      (closedAtSeconds === null || seconds < closedAtSeconds)
    );
  }
}
