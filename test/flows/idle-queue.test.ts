import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { IdleQueue } from "../../src/flows/idle-queue.ts";
import { propertyRuns } from "../support/property-runs.ts";

type Command = { push: number } | "pop" | { refileBy: number } | { advance: number; to: number };

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 4, arbitrary: fc.nat(50).map((push) => ({ push })) },
  { weight: 2, arbitrary: fc.constant<Command>("pop") },
  { weight: 2, arbitrary: fc.nat(60).map((refileBy) => ({ refileBy })) },
  { weight: 1, arbitrary: fc.record({ advance: fc.nat(), to: fc.nat(60) }) },
);

describe("IdleQueue", () => {
  it("returns no record when empty", () => {
    const queue = new IdleQueue();
    expect([queue.record, queue.time, queue.size]).toEqual([0, Number.POSITIVE_INFINITY, 0]);
    queue.push(7, 3);
    queue.pop();
    expect([queue.record, queue.time, queue.size]).toEqual([0, Number.POSITIVE_INFINITY, 0]);
  });

  it("returns records in time order, allows the first to be rescheduled, and grows", () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 3000, size: "max" }), (commands) => {
        const queue = new IdleQueue();
        const model = new Map<number, number>();
        let next = 1;
        for (const one of commands) {
          if (typeof one === "object" && "push" in one) {
            model.set(next, one.push);
            queue.push(next++, one.push);
          } else if (typeof one === "object" && "advance" in one) {
            const records = [...model.keys()];
            if (records.length === 0) continue;
            const record = records[one.advance % records.length];
            queue.advance(record, one.to);
            model.set(record, Math.min(one.to, model.get(record) ?? one.to));
          } else if (model.size > 0) {
            const top = queue.record;
            const time = queue.time;
            expect(model.get(top)).toBe(time);
            expect(time).toBe(Math.min(...model.values()));
            if (one === "pop") {
              model.delete(top);
              queue.pop();
            } else {
              model.set(top, time + one.refileBy);
              queue.refile(time + one.refileBy);
            }
          }
        }
        expect(queue.size).toBe(model.size);
        const left = [...model.values()].sort((a, b) => a - b);
        for (const time of left) {
          expect(queue.time).toBe(time);
          queue.pop();
        }
        expect(queue.record).toBe(0);
      }),
      { numRuns: propertyRuns(40) },
    );
  });

  it("returns flows without a time first", () => {
    const queue = new IdleQueue();
    queue.push(1, 5);
    queue.push(2, Number.NEGATIVE_INFINITY);
    expect(queue.record).toBe(2);
    queue.refile(9);
    expect(queue.record).toBe(1);
  });
});
