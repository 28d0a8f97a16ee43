/** Which products existed when a flow began (docs/contract.md, "Products"). */
import type { Product } from "../../knowledge/port-list/product.ts";
import { NO_TIME } from "../../net/moment.ts";

/** A packet before 2000 (UTC) is from a device whose clock was never set: nobody knows when it was sent. */
const FIRST_CREDIBLE_SECOND = 946_684_800;

/** Times of a set of products. Between two of the days on which one began or closed, the answers are the same. */
export class ProductTimes {
  readonly #boundaries: readonly number[];

  /** @param products whose times count; none: every product exists at any time */
  constructor(products: readonly Product[]) {
    const times = products.flatMap(({ begunAtSeconds, closedAtSeconds }) => [
      begunAtSeconds ?? [],
      closedAtSeconds ?? [],
    ]);
    this.#boundaries = [...new Set(times.flat())].sort((a, b) => a - b);
  }

  /** The number of the period that a time (seconds since 1970) is in; -1 for `NO_TIME` and times that cannot be believed. */
  periodOf(seconds: number): number {
    if (seconds === NO_TIME || seconds < FIRST_CREDIBLE_SECOND) return -1;
    let period = this.#boundaries.length;
    while (period > 0 && seconds < this.#boundaries[period - 1]) period--;
    return period;
  }

  /** Whether a product had begun and not closed by a time (seconds since 1970); where that is not known it may have. */
  isAlive({ begunAtSeconds, closedAtSeconds }: Product, seconds: number): boolean {
    if (seconds === NO_TIME || seconds < FIRST_CREDIBLE_SECOND || this.#boundaries.length === 0) return true;
    return (
      (begunAtSeconds === null || seconds >= begunAtSeconds) &&
      (closedAtSeconds === null || seconds < closedAtSeconds)
    );
  }
}
