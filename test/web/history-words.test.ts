/** Texts of the History view. */
import { describe, expect, it } from "vitest";
import {
  differenceText,
  emptyText,
  headlineText,
  noteTexts,
  tickText,
} from "../../src/web/page/history-words.ts";
import type { FeedPast, FeedPastBefore } from "../../src/web/page-feed.ts";

const HOUR = 3600;
/** 2026-11-30T09:30:00Z */
const NOW = Date.UTC(2026, 10, 30, 9, 30) / 1000;
const BEFORE: FeedPastBefore = {
  weeks: 1,
  from: 0,
  to: 1,
  total: 1_000_000_000,
  begins: null,
  keptSeconds: null,
};

function past(fields: Partial<FeedPast>): FeedPast {
  return {
    range: "1h",
    from: NOW - HOUR,
    to: NOW,
    start: 0,
    end: NOW,
    by: "product",
    everySeconds: 60,
    firstColumn: 0,
    columns: 1,
    areas: [],
    rows: [],
    rowCount: 0,
    total: 2_200_000_000,
    retold: 0,
    before: null,
    sensors: [],
    unknown: [],
    ...fields,
  };
}

describe("the differences of a history, in words,", () => {
  it.each([
    [2_200_000_000, 1_000_000_000, "1.2 GB more"],
    [5, 305, "300 B less"],
    [7, 7, "as much"],
    [0, 0, "as much"],
    [7, null, "nothing to compare with"],
  ])("for %i and %j are %s", (now, before, text) => {
    expect(differenceText(now, before)).toBe(text);
  });

  it("are one sentence with the time and the amount", () => {
    const time = "2.2 GB from 2026-11-30 08:30 to 2026-11-30 09:30 UTC";
    expect(headlineText(past({}))).toBe(time);
    expect(headlineText(past({ before: BEFORE }))).toBe(`${time}, 1.2 GB more than the week before`);
    expect(headlineText(past({ before: { ...BEFORE, weeks: 5 } }))).toBe(
      `${time}, 1.2 GB more than 5 weeks before`,
    );
    expect(headlineText(past({ before: { ...BEFORE, total: 2_200_000_000 } }))).toBe(
      `${time}, as much as the week before`,
    );
    expect(headlineText(past({ before: { ...BEFORE, total: null } }))).toBe(
      `${time}; nothing to compare with: nothing was recorded the week before`,
    );
  });

  it("mention what is not exact", () => {
    const before = { ...BEFORE, begins: NOW, keptSeconds: HOUR };
    expect(noteTexts(past({ by: "device", retold: 1000, before }))).toEqual([
      "Sent and received: by that device; what two devices sent each other is in both rows.",
      "The history begins at 2026-11-30 09:30 UTC: it covers only part of the week before.",
      expect.stringMatching(/^For the week before, only buckets of 1 h are kept/),
      expect.stringMatching(/^1\.0 kB were counted while/),
    ]);
    expect(noteTexts(past({ before: { ...before, total: null } }))).toEqual([
      "Sent and received: by devices of the local network; what they sent each other is in both columns.",
    ]);
  });
});

describe("the times and empty results of a history, in words,", () => {
  it("include the day below an axis longer than a day", () => {
    expect([tickText(NOW, HOUR), tickText(NOW, 7 * 86_400), tickText(NOW, 99 * 86_400)]).toEqual([
      "09:30",
      "11-30 09:30",
      "2026-11-30",
    ]);
  });

  it("state whether the name, the time or the history is empty", () => {
    const asked = new URLSearchParams({ device: "nobody" });
    expect(emptyText(past({ unknown: ["device"] }), asked)).toBe(
      "No device in this history is called nobody.",
    );
    expect(emptyText(past({}), asked)).toMatch(/^There is no such traffic from 2026-11-30 08:30/);
    expect(emptyText(past({}), new URLSearchParams())).toMatch(/^There is no traffic from 2026-11-30 08:30/);
    expect(emptyText(past({ start: null }), asked)).toBe("This history is empty.");
  });
});
