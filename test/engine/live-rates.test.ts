import { describe, expect, it } from "vitest";
import { LiveRates } from "../../src/engine/live-rates.ts";
import type { FlowClass } from "../../src/evidence/attribution/evidence.ts";
import type { IntervalTraffic } from "../../src/reports/series/live-series.ts";
import type { Summary } from "../../src/reports/traffic/summary.ts";

/** Groups by id: class, named products, candidates. */
const GROUPS: Readonly<Record<string, readonly [FlowClass, string[], string[]]>> = {
  one: ["identified", ["Maps"], []],
  several: ["identified", ["Maps", "Siri"], []],
  unknown: ["apple", [], []],
  possible: ["listed", [], ["AirPlay"]],
  withdrawn: ["listed", [], ["Old"]],
  foreign: ["other", [], []],
};

/** The part of a summary that rates use, with N undecoded bytes. */
function summaryOf(undecoded: number): Summary {
  return {
    capture: { bytes: 1000 + undecoded },
    bytes: { decoded: 1000 },
    groups: Object.entries(GROUPS).map(([id, [name, products, candidates]]) => ({
      id,
      class: name,
      products,
      candidates,
    })),
    products: [
      { product: "AirPlay", kind: "apple", ended: null },
      { product: "Old", kind: "apple", ended: { how: "withdrawn" } },
    ],
  } as unknown as Summary;
}

function trafficOf(
  groups: Readonly<Record<string, number>>,
  more: Partial<IntervalTraffic> = {},
): IntervalTraffic {
  const rows = Object.entries(groups).map(([id, bytes]) => ({ id, flows: 1, packets: 1, bytes }));
  return { groups: rows, devices: [], directions: null, retold: 0, ...more };
}

describe("LiveRates", () => {
  it("counts products that evidence names, alone or beside others, never those that a port allows", () => {
    const rates = new LiveRates();
    rates.update(trafficOf({ one: 700, several: 300, possible: 9000 }), summaryOf(0), 1);
    rates.update(trafficOf({ one: 3000, possible: 20_000 }), summaryOf(0), 2);
    const { products } = rates;
    expect(["Maps", "Siri", "AirPlay"].map((name) => products.rateOf(name))).toEqual([1500, 0, 0]);
    expect(products.historyOf("Maps")).toEqual([1000, 1500]);
    expect(products.historyOf("Siri")).toEqual([300, 0]);
    expect(products.historyOf("AirPlay")).toEqual([0, 0]);
  });

  it("has rates of classes, groups, devices and directions", () => {
    const rates = new LiveRates();
    const devices = [{ id: "d", sent: 20, received: 60, groups: [] }];
    rates.update(
      trafficOf({ one: 10, several: 30 }, { devices, directions: { up: 20, down: 60 } }),
      summaryOf(0),
      2,
    );
    expect(rates.classes.rateOf("identified")).toBe(20);
    expect([rates.groups.rateOf("one"), rates.groups.rateOf("several")]).toEqual([5, 15]);
    expect([rates.sent.rateOf("d"), rates.received.rateOf("d")]).toEqual([10, 30]);
    expect([rates.directions.rateOf("up"), rates.directions.rateOf("down")]).toEqual([10, 30]);
  });

  it("splits bytes into Apple's, possible and others, each byte once", () => {
    const rates = new LiveRates();
    const moved = { one: 100, unknown: 20, possible: 30, withdrawn: 24, foreign: 6 };
    rates.update(trafficOf(moved), summaryOf(7), 1);
    expect(rates.recent()).toEqual({ apples: 120, couldBe: 30, others: 24 + 6 + 7 });
    rates.update(trafficOf({ one: 1 }), summaryOf(7), 1);
    expect(rates.recent()).toEqual({ apples: 121, couldBe: 30, others: 24 + 6 + 7 });
  });

  it("forgets intervals beyond the last 60", () => {
    const rates = new LiveRates();
    for (let i = 1; i <= 61; i++) rates.update(trafficOf({ one: i === 1 ? 1000 : 1 }), summaryOf(0), 1);
    expect(rates.recent()).toEqual({ apples: 60, couldBe: 0, others: 0 });
  });
});
