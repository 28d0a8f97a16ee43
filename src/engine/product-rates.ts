/** How fast each product's traffic grows, and how fast it has grown lately: fixed memory per product. */
import type { Summary } from "../reports/traffic/summary.ts";

/** Intervals whose rates are kept. */
export const HISTORY_LENGTH = 60;

interface ProductHistory {
  /** Bytes of the estimate at the last look. */
  bytes: number;
  /** Bytes per second; the ring's newest one stands before `#next`. */
  readonly ring: Float64Array;
}

/** Rates from one summary to the next, later one of the same packets. */
export class ProductRates {
  readonly #products = new Map<string, ProductHistory>();
  #next = 0;
  #intervals = 0;

  /** Notes the summary at the end of an interval of so many seconds (above 0). */
  update({ products }: Pick<Summary, "products">, seconds: number): void {
    for (const { ring } of this.#products.values()) ring[this.#next] = 0;
    for (const { product, bytes } of products) {
      let history = this.#products.get(product);
      if (history === undefined) {
        history = { bytes: 0, ring: new Float64Array(HISTORY_LENGTH) };
        this.#products.set(product, history);
      }
      // An estimate sinks when better evidence gives a flow to others: that is no traffic.
      history.ring[this.#next] = Math.max(0, bytes.estimate - history.bytes) / seconds;
      history.bytes = bytes.estimate;
    }
    this.#next = (this.#next + 1) % HISTORY_LENGTH;
    this.#intervals = Math.min(this.#intervals + 1, HISTORY_LENGTH);
  }

  /** Bytes per second in the last interval; 0 for a product without traffic. */
  rateOf(product: string): number {
    return this.#products.get(product)?.ring[(this.#next + HISTORY_LENGTH - 1) % HISTORY_LENGTH] ?? 0;
  }

  /** Bytes per second of the last intervals, oldest first; owned by the caller. As many as there were, at most 60. */
  historyOf(product: string): number[] {
    const ring = this.#products.get(product)?.ring;
    const first = this.#next + HISTORY_LENGTH - this.#intervals;
    return Array.from({ length: this.#intervals }, (_, i) => ring?.[(first + i) % HISTORY_LENGTH] ?? 0);
  }
}
