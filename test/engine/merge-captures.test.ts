/** Captures that overlap in time are merged: the parts of a capture together give the result of the whole. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { openCapture } from "../../src/packets/files/open-capture.ts";
import { type MemoryRecord, readRecords } from "../support/memory-source.ts";
import { propertyRuns, SWEEP_STEP } from "../support/property-runs.ts";
import { type Clock, randomCapture } from "../support/random-traffic.ts";
import {
  duplicatesOf,
  PartFolder,
  pcapngOf,
  reachOf,
  splitBy,
  splitByCount,
  splitBySender,
  splitByTime,
  summaryOf,
} from "../support/split-capture.ts";
import { toMemoryRecord } from "../support/traffic.ts";

const LAB = "fixtures/lab";
let folder = new PartFolder();
beforeEach(() => {
  folder.remove();
  folder = new PartFolder();
});
afterAll(() => folder.remove());

const put = (parts: readonly (readonly MemoryRecord[])[]) => folder.put(parts.map(pcapngOf));

/** Records of a random capture, each with a part number, and an order of the parts. */
function dealtCapture(clock: Clock) {
  return fc.tuple(
    randomCapture(clock, 200).filter((records) => records.length > 0),
    fc.array(fc.nat(4), { minLength: 1, maxLength: 200, size: "max" }),
    fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 }),
  );
}

const inOrder = (names: readonly string[], order: readonly number[]) =>
  order.flatMap((i) => (i < names.length ? [names[i]] : []));

describe("parts of a capture", () => {
  it("give the summary of the whole however records are distributed and parts are named", async () => {
    await fc.assert(
      fc.asyncProperty(dealtCapture("steady"), async ([traffic, deal, order]) => {
        const records = traffic.map(toMemoryRecord);
        const parts = put(splitBy(records, (_, i) => deal[i % deal.length]));
        expect(await summaryOf(inOrder(parts, order))).toBe(await summaryOf(put([records])));
      }),
      { numRuns: propertyRuns(250) },
    );
  });

  it("give the summary of the whole if it is split between packets of the same time", async () => {
    await fc.assert(
      fc.asyncProperty(dealtCapture("forward"), async ([traffic, deal, order]) => {
        const records = traffic.map(toMemoryRecord);
        // The order of two parts that begin at the same time is undefined.
        let part = 0;
        let start = records[0].time;
        const parts = splitBy(records, ({ time }, i) => {
          if (part < 4 && deal[i % deal.length] === 0 && time !== start) {
            part++;
            start = time;
          }
          return part;
        });
        expect(await summaryOf(inOrder(put(parts), order))).toBe(await summaryOf(put([records])));
      }),
      { numRuns: propertyRuns(250) },
    );
  });

  it("give the same result in any order of names, whatever their clocks do", async () => {
    await fc.assert(
      fc.asyncProperty(dealtCapture("wild"), async ([traffic, deal, order]) => {
        const names = put(splitBy(traffic.map(toMemoryRecord), (_, i) => deal[i % deal.length]));
        expect(await summaryOf(inOrder(names, order))).toBe(await summaryOf(names));
        expect(await duplicatesOf(inOrder(names, order))).toBe(await duplicatesOf(names));
        expect(await reachOf(inOrder(names, order))).toBe(await reachOf(names));
      }),
      { numRuns: propertyRuns(250) },
    );
  });

  const captures = readdirSync(LAB).filter((name) => /\.pcap(ng)?$/.test(name));
  it.each(captures)("of a lab session give the summary of the whole: %s", async (name) => {
    const records = await readRecords(await openCapture(join(LAB, name)));
    const [file] = put([records]);
    const whole = await summaryOf([file]);
    const attempts = await reachOf([file]);
    const bySender = put(splitBySender(records));
    expect(await summaryOf(bySender)).toBe(whole);
    expect(await reachOf(bySender.reverse())).toBe(attempts);
    const splits = [
      splitBySender(records),
      splitByCount(records, 7),
      splitByTime(records, 1_000_000_000n),
      splitBy(records, ({ linkType }) => linkType),
    ];
    for (const parts of splits.slice(0, splits.length / SWEEP_STEP))
      expect(await summaryOf(put(parts).reverse())).toBe(whole);
  });
});
