/** How fast the traffic grows that evidence names a product for. */
import type { Claims, Summary } from "../reports/traffic/summary.ts";
import { RateTable } from "./rate-table.ts";

/** Bytes that evidence names a product for, alone or beside others; never what only a port allows. */
export function namedBytes({ identified, oneOf }: Pick<Claims, "identified" | "oneOf">): number {
  return identified.bytes + oneOf.bytes;
}

/** Rates of named bytes per product, from one summary to the next, later one of the same packets. */
export class ProductRates {
  readonly #table = new RateTable<string>();

  /** Notes the summary at the end of an interval of `seconds` (above 0). */
  update({ products }: Pick<Summary, "products">, seconds: number): void {
    this.#table.update(
      products.map((product) => [product.product, namedBytes(product)] as const),
      seconds,
    );
  }

  /** Bytes per second in the last interval; 0 for a product without traffic. */
  rateOf(product: string): number {
    return this.#table.rateOf(product);
  }

  /** Bytes per second of the last intervals, oldest first; owned by the caller. As many as there were, at most 60. */
  historyOf(product: string): number[] {
    return this.#table.historyOf(product);
  }
}
