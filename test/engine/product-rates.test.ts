import { describe, expect, it } from "vitest";
import { ProductRates } from "../../src/engine/product-rates.ts";
import type { ProductSummary } from "../../src/reports/traffic/summary.ts";

/** As much of a product's summary as rates look at. */
function product(name: string, identified: number, oneOf: number, possible: number): ProductSummary {
  const traffic = (bytes: number) => ({ flows: 1, packets: 1, bytes });
  return {
    product: name,
    identified: traffic(identified),
    oneOf: traffic(oneOf),
    possible: traffic(possible),
    possibleOnly: traffic(possible),
  } as unknown as ProductSummary;
}

describe("ProductRates", () => {
  it("is what evidence names, alone or beside others, and never what a port allows", () => {
    const rates = new ProductRates();
    rates.update({ products: [product("FaceTime", 700, 300, 0), product("AirPlay", 0, 0, 9000)] }, 1);
    rates.update({ products: [product("FaceTime", 3700, 300, 50), product("AirPlay", 0, 0, 20_000)] }, 2);
    expect([rates.rateOf("FaceTime"), rates.rateOf("AirPlay"), rates.rateOf("Maps")]).toEqual([1500, 0, 0]);
    expect(rates.historyOf("FaceTime")).toEqual([1000, 1500]);
    expect(rates.historyOf("AirPlay")).toEqual([0, 0]);
  });
});
