import { describe, expect, it } from "vitest";
import { HISTORY_LENGTH, ProductRates } from "../../src/engine/product-rates.ts";
import type { ProductSummary, Summary } from "../../src/reports/traffic/summary.ts";

/** As much of a summary as rates look at. */
function summaryOf(estimates: Readonly<Record<string, number>>): Pick<Summary, "products"> {
  const products = Object.entries(estimates).map(([product, estimate]) => ({
    product,
    bytes: { sole: 0, estimate, possible: estimate },
  }));
  return { products: products as unknown as readonly ProductSummary[] };
}

describe("ProductRates", () => {
  it("is what the estimate grew by in a second", () => {
    const rates = new ProductRates();
    rates.update(summaryOf({ FaceTime: 1000 }), 1);
    rates.update(summaryOf({ FaceTime: 4000, Mail: 50 }), 2);
    expect([rates.rateOf("FaceTime"), rates.rateOf("Mail"), rates.rateOf("Maps")]).toEqual([1500, 25, 0]);
    expect(rates.historyOf("FaceTime")).toEqual([1000, 1500]);
    expect(rates.historyOf("Mail")).toEqual([0, 25]);
    expect(rates.historyOf("Maps")).toEqual([0, 0]);
  });

  it("is never below 0 when better evidence takes a flow away, and goes on from there", () => {
    const rates = new ProductRates();
    rates.update(summaryOf({ FaceTime: 1000 }), 1);
    rates.update(summaryOf({ FaceTime: 200 }), 1);
    rates.update(summaryOf({ FaceTime: 500 }), 1);
    expect(rates.historyOf("FaceTime")).toEqual([1000, 0, 300]);
  });

  it("is 0 for a product that is in no summary any more", () => {
    const rates = new ProductRates();
    rates.update(summaryOf({ FaceTime: 1000 }), 1);
    rates.update(summaryOf({}), 1);
    expect(rates.historyOf("FaceTime")).toEqual([1000, 0]);
  });

  it("remembers 60 intervals, oldest first", () => {
    const rates = new ProductRates();
    let bytes = 0;
    for (let i = 1; i <= HISTORY_LENGTH + 7; i++) {
      bytes += i;
      rates.update(summaryOf({ FaceTime: bytes }), 1);
    }
    const expected = Array.from({ length: HISTORY_LENGTH }, (_, i) => i + 8);
    expect(rates.historyOf("FaceTime")).toEqual(expected);
    expect(rates.rateOf("FaceTime")).toBe(HISTORY_LENGTH + 7);
  });
});
