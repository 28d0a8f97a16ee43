/** What the page of a history asks, and what it is told: times, comparisons, and one question after the other. */
import { describe, expect, it } from "vitest";
import { InputError } from "../../src/errors.ts";
import type { HistoryExtent, HistoryPlace } from "../../src/reports/history/history-report.ts";
import { HistoryLookUps } from "../../src/web/history-lookups.ts";
import type { FeedPast } from "../../src/web/page-feed.ts";
import { type MadeUpHistory, madeUpHistory } from "../support/made-up-history.ts";

const HOUR = 3600;
const DAY = 86_400;
const WEEK = 7 * DAY;
/** 2026-11-30T09:30:00Z */
const NOW = Date.UTC(2026, 10, 30, 9, 30) / 1000;

/** A history of the last 100 days, and the questions that its page was asked. */
function placeOf({
  extent = {},
  ...given
}: Omit<MadeUpHistory, "extent"> & { extent?: Partial<HistoryExtent> }) {
  const whole = { sensors: ["lab"], start: NOW - 100 * DAY, end: NOW, ...extent };
  const { place, questions } = madeUpHistory({ ...given, extent: whole });
  const lookUps = new HistoryLookUps(place, () => NOW * 1000);
  const past = (query: string) =>
    lookUps.lookUp("/api/history", new URLSearchParams(query)) as Promise<FeedPast>;
  return { place, questions, past };
}

const maps = (start: number, bytes: number) => ({ start, bytes, sent: bytes });
const named = (name: string, start: number, bytes: number) => ({
  ...maps(start, bytes),
  products: [name],
  families: [name],
});

describe("the time that is asked about", () => {
  it.each([
    ["range=1h", NOW - HOUR, NOW, "1h", 60],
    ["range=24h", NOW - DAY, NOW, "24h", 1800],
    ["range=7d", NOW - WEEK, NOW, "7d", 3 * HOUR],
    ["range=30d", NOW - 30 * DAY, NOW, "30d", DAY / 2],
    ["range=all", NOW - 100 * DAY, NOW, "all", 2 * DAY],
    ["", NOW - DAY, NOW, "24h", 1800],
    ["range=&from=&by=", NOW - DAY, NOW, "24h", 1800],
    ["from=2026-11-30T08:00&to=2026-11-30T08:30", NOW - 1.5 * HOUR, NOW - HOUR, null, 60],
    ["from=2026-11-30T08:00", NOW - 1.5 * HOUR, NOW, null, 120],
  ])("is that of %j", async (query, from, to, range, everySeconds) => {
    const { questions, past } = placeOf({ cells: [maps(NOW - 60, 1)] });
    expect(await past(query)).toMatchObject({ from, to, range, everySeconds });
    expect(questions[0]).toMatchObject({ from, to, everySeconds });
  });

  it.each([
    ["range=constructor", 'range: "constructor" is none of 1h, 24h, 7d, 30d, all'],
    ["from=2026-13-40T08:00", 'from: "2026-13-40T08:00" is no time: 2026-11-30T09:30, in UTC'],
    ["to=soon&range=1h", 'to: "soon" is no time: 2026-11-30T09:30, in UTC'],
    ["by=host", 'by: "host" is none of product, family, device, service, sensor'],
  ])("is none where %j is asked", async (query, message) => {
    const { past } = placeOf({ cells: [maps(NOW - 60, 1)] });
    await expect(past(query)).rejects.toMatchObject({ code: "bad_argument", message });
  });

  it("is one of products that the history has", async () => {
    const { past } = placeOf({ cells: [named("Maps", NOW - 9 * DAY, 1), named("Mail", NOW - 9 * DAY, 2)] });
    await expect(past("range=24h&product=Mpas")).rejects.toMatchObject({
      code: "bad_argument",
      message: 'product: "Mpas" is none of Mail, Maps',
    });
    expect(await past("range=24h&product=Maps")).toMatchObject({ rows: [], unknown: [] });
  });

  it("is all that there is where nothing is of the last day", async () => {
    const extent = { start: NOW - 60 * DAY, end: NOW - 50 * DAY };
    const { past } = placeOf({ extent, cells: [] });
    expect(await past("")).toMatchObject({ range: "all", from: extent.start, to: extent.end });
    expect(await past("range=7d")).toMatchObject({ range: "7d", from: NOW - WEEK, to: NOW, rows: [] });
  });

  it("is a day of nothing of a history that has nothing", async () => {
    const { past } = placeOf({ extent: { sensors: [], start: null, end: null }, cells: [] });
    expect(await past("")).toMatchObject({ from: NOW - DAY, to: NOW, start: null, rows: [], areas: [] });
  });
});

describe("a comparison with the week before", () => {
  it("has what each row was, what is new and what is no more", async () => {
    const { past, questions } = placeOf({
      cells: [
        maps(NOW - HOUR, 300),
        named("FaceTime", NOW - HOUR, 50),
        maps(NOW - WEEK - HOUR, 100),
        named("iCloud", NOW - WEEK - HOUR, 70),
        { ...maps(NOW - HOUR, 9), class: "other", products: [] },
      ],
    });
    const { rows, total, before } = await past("range=24h&compare=week");
    expect(rows.map(({ name, bytes, before: was }) => [name, bytes, was])).toEqual([
      ["Maps", 300, 100],
      ["FaceTime", 50, 0],
      ["iCloud", 0, 70],
      ["(others')", 9, 0],
    ]);
    expect([total, before?.total, before?.weeks]).toEqual([359, 170, 1]);
    expect(questions[1]).toMatchObject({ from: NOW - WEEK - DAY, to: NOW - WEEK, everySeconds: 1800 });
    expect((await past("range=24h")).before).toBeNull();
  });

  it("goes back so many weeks that no time is compared with itself", async () => {
    const { past, questions } = placeOf({ cells: [] });
    expect((await past("range=30d&compare=week")).before).toMatchObject({ weeks: 5 });
    expect(questions[1]).toMatchObject({ from: NOW - 30 * DAY - 5 * WEEK, to: NOW - 5 * WEEK });
    // What is still to come is compared with nothing.
    const { before } = await past("from=2026-11-30T08:30&to=2026-12-30T00:00&compare=week");
    expect(before).toMatchObject({ weeks: 1, from: NOW - HOUR - WEEK, to: NOW - WEEK });
  });

  it("has nothing to compare with where nothing was recorded, and says where only a part was", async () => {
    const young = placeOf({ extent: { start: NOW - 2 * DAY }, cells: [maps(NOW - HOUR, 300)] });
    const { rows, before } = await young.past("range=24h&compare=week");
    expect([rows[0].before, before?.total]).toEqual([null, null]);
    const begun = NOW - WEEK - 600;
    const { past } = placeOf({ extent: { start: begun }, cells: [maps(NOW - HOUR, 300)] });
    const part = await past("range=24h&compare=week");
    expect([part.rows[0].before, part.before?.begins]).toEqual([0, begun]);
  });

  it("says where the week before is kept in longer buckets", async () => {
    const cells = [maps(NOW - HOUR, 1), maps(NOW - WEEK - HOUR, 1)];
    const { place } = placeOf({ cells });
    const rolledUp = placeOf({ cells, kept: HOUR });
    const mixed: HistoryPlace = {
      ...place,
      ask: (question) => ((question.to ?? 0) < NOW ? rolledUp.place : place).ask(question),
    };
    const lookUps = new HistoryLookUps(mixed, () => NOW * 1000);
    const past = await (lookUps.lookUp(
      "/api/history",
      new URLSearchParams("range=24h&compare=week"),
    ) as Promise<FeedPast>);
    expect(past.before?.keptSeconds).toBe(HOUR);
    expect(
      (await placeOf({ cells, kept: HOUR }).past("range=24h&compare=week")).before?.keptSeconds,
    ).toBeNull();
  });
});

describe("the chart", () => {
  it("has six areas of their own, the rest as one, and each byte in its column", async () => {
    const cells = [1, 2, 3, 4, 5, 6, 7, 8].map((number) =>
      named(`Product ${number}`, NOW - number * HOUR, 100 * number),
    );
    const taken = { ...maps(NOW - HOUR, -30), class: "not-decoded" as const, products: [] };
    const { past } = placeOf({ cells: [...cells, taken] });
    const { areas, columns, firstColumn, everySeconds } = await past("range=24h");
    expect([columns, everySeconds, NOW - DAY - firstColumn]).toEqual([48, 1800, 0]);
    expect(areas.map(({ name, isRest, total }) => [name, isRest, total])).toEqual([
      ...[8, 7, 6, 5, 4, 3].map((number) => [`Product ${number}`, false, 100 * number]),
      ["2 more", true, 300],
      ["(not decoded)", false, -30],
    ]);
    expect(areas[0]?.bytes.indexOf(800)).toBe((24 - 8) * 2);
    // What was taken back is no area below the axis.
    expect(areas.at(-1)?.bytes.every((bytes) => bytes === 0)).toBe(true);
  });
});

describe("questions of a history", () => {
  it("follow on one another, and more than can wait are refused", async () => {
    let asking = 0;
    let most = 0;
    const { place } = placeOf({ cells: [] });
    const slow: HistoryPlace = {
      ...place,
      ask: async (question) => {
        most = Math.max(most, ++asking);
        await new Promise((resolve) => setTimeout(resolve, 1));
        asking--;
        return await place.ask(question);
      },
    };
    const lookUps = new HistoryLookUps(slow, () => NOW * 1000);
    const asked = Array.from({ length: 40 }, () => lookUps.lookUp("/api/history", new URLSearchParams()));
    const outcomes = await Promise.allSettled(asked);
    expect(most).toBe(1);
    const refused = outcomes.filter(({ status }) => status === "rejected");
    expect(refused).toHaveLength(24);
    expect(refused[0]).toMatchObject({ reason: { message: "traffic: too many questions wait already" } });
    await expect(lookUps.lookUp("/api/history", new URLSearchParams())).resolves.toMatchObject({ rows: [] });
  });

  it("ends when nobody waits for its answer any more, and is not begun then", async () => {
    const { place, questions } = placeOf({ cells: [] });
    const heard: (AbortSignal | undefined)[] = [];
    const slow: HistoryPlace = {
      ...place,
      ask: (question, signal) => {
        heard.push(signal);
        if (heard.length > 1) return place.ask(question);
        return new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
      },
    };
    const lookUps = new HistoryLookUps(slow, () => NOW * 1000);
    const leaving = new AbortController();
    const ask = (signal?: AbortSignal) => lookUps.lookUp("/api/history", new URLSearchParams(), signal);
    const [first, waiting, other] = [ask(leaving.signal), ask(leaving.signal), ask()];
    const outcomes = Promise.allSettled([first, waiting, other]);
    await expect.poll(() => heard.length).toBe(1);
    leaving.abort();
    expect((await outcomes).map(({ status }) => status)).toEqual(["rejected", "rejected", "fulfilled"]);
    expect(heard).toHaveLength(2);
    expect(questions).toHaveLength(1);
  });

  it("are answered again after one that failed", async () => {
    const { place } = placeOf({ cells: [] });
    let isDown = true;
    const flaky: HistoryPlace = {
      ...place,
      ask: (question) =>
        isDown
          ? Promise.reject(new InputError("cannot_read", "traffic: nothing listens there"))
          : place.ask(question),
    };
    const lookUps = new HistoryLookUps(flaky, () => NOW * 1000);
    for (const path of ["/api/history", "/api/history/choices", "/api/history/devices"]) {
      await expect(lookUps.lookUp(path, new URLSearchParams())).rejects.toThrow("nothing listens there");
    }
    isDown = false;
    for (const path of ["/api/history", "/api/history/choices", "/api/history/devices"]) {
      await expect(lookUps.lookUp(path, new URLSearchParams())).resolves.toBeDefined();
    }
    expect(lookUps.lookUp("/api/flows", new URLSearchParams())).toBeUndefined();
  });
});
