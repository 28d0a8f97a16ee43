import { describe, expect, it } from "vitest";
import { ClassRates } from "../../src/engine/class-rates.ts";
import { FLOW_CLASSES } from "../../src/evidence/attribution/evidence.ts";
import type { Summary } from "../../src/reports/traffic/summary.ts";

/** As much of a summary as rates look at: bytes of classes, and what of `listed` could be Apple's. */
function summaryOf(
  classes: Readonly<Partial<Record<(typeof FLOW_CLASSES)[number], number>>>,
  couldBe: number,
  undecoded = 0,
): Summary {
  const bytesOf = (name: (typeof FLOW_CLASSES)[number]) => ({ bytes: classes[name] ?? 0 });
  const all = FLOW_CLASSES.reduce((sum, name) => sum + bytesOf(name).bytes, undecoded);
  return {
    capture: { bytes: all },
    classes: Object.fromEntries(FLOW_CLASSES.map((name) => [name, bytesOf(name)])),
    apple: {
      identified: bytesOf("identified"),
      unknownProduct: bytesOf("apple"),
      couldBe: { bytes: couldBe },
    },
  } as unknown as Summary;
}

describe("ClassRates", () => {
  it("tells each class's bytes per second", () => {
    const rates = new ClassRates();
    rates.update(summaryOf({ identified: 100, listed: 40 }, 0), 1);
    rates.update(summaryOf({ identified: 300, listed: 40, other: 10 }, 0), 2);
    expect(FLOW_CLASSES.map((name) => rates.rateOf(name))).toEqual([100, 0, 5, 0, 0, 0]);
  });

  it("tells Apple's bytes, those that could be and the others apart, each byte once", () => {
    const rates = new ClassRates();
    rates.update(summaryOf({ identified: 100, apple: 20, listed: 50, range: 4, unlisted: 6 }, 30, 7), 1);
    expect(rates.recent()).toEqual({ apples: 120, couldBe: 30, others: 24 + 6 + 7 });
  });

  it("forgets what is older than 60 intervals", () => {
    const rates = new ClassRates();
    for (let i = 1; i <= 61; i++) rates.update(summaryOf({ identified: 1000 + i }, 0), 1);
    expect(rates.recent()).toEqual({ apples: 60, couldBe: 0, others: 0 });
  });
});
