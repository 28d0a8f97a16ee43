/** Sums by device and group, compared with a Map. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OTHERS, OUTSIDE } from "../../../src/evidence/devices/tenancies.ts";
import type { AttributedFlow } from "../../../src/reports/collector.ts";
import { DeviceTotals } from "../../../src/reports/devices/device-totals.ts";
import { appleList } from "../../support/analyze.ts";

/** The part of a flow that is used; each service port is a separate group here. */
function flowOf(
  [from, to, servicePort, sent, received]: readonly number[],
  attribution: object,
): AttributedFlow {
  return {
    flow: { transport: 0, bytes: (side: number) => (side === 0 ? sent : received) },
    servicePort,
    attribution,
    tenancyAt: (side: number) => (side === 0 ? from : to),
  } as unknown as AttributedFlow;
}

const index = fc.oneof(fc.constantFrom(OTHERS, OUTSIDE, 0, 1, 70_000), fc.nat({ max: 600 }));
const flow = fc.tuple(
  index,
  index,
  fc.constantFrom(80, 443, 5223, 548),
  fc.nat({ max: 9 }),
  fc.nat({ max: 9 }),
);

describe("the totals of devices", () => {
  it("include what each end sent and received, and its flows once", () => {
    fc.assert(
      fc.property(fc.array(flow, { maxLength: 1500, size: "max" }), (flows) => {
        const totals = new DeviceTotals(appleList);
        const attribution = {};
        const sums = new Map<number, number[]>();
        for (const [from, to, port, sent, received] of flows) {
          totals.add(flowOf([from, to, port, sent, received], attribution));
          const add = (end: number, out: number, into: number, count: number) => {
            const [a = 0, b = 0, c = 0] = sums.get(end) ?? [];
            sums.set(end, [a + out, b + into, c + count]);
          };
          add(from, sent, received, 1);
          add(to, received, sent, to === from ? 0 : 1);
        }
        expect(totals.indexes.sort((a, b) => a - b)).toEqual([...sums.keys()].sort((a, b) => a - b));
        const copy = totals.copy();
        for (const [end, sum] of sums) {
          const rows = copy.of([end]);
          expect(new Set(rows.map(({ group }) => group)).size).toBe(rows.length);
          const total = (key: "sent" | "received" | "flows") => rows.reduce((all, row) => all + row[key], 0);
          expect([total("sent"), total("received"), total("flows")]).toEqual(sum);
        }
      }),
      { numRuns: 25 },
    );
  });
});
