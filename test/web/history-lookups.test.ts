/** Queries of the history page, and their answers: time ranges, comparisons, and one query after the other. */
import { describe, expect, it } from "vitest";
import { InputError } from "../../src/errors.ts";
import type { HistoryExtent, HistoryPlace } from "../../src/reports/history/history-report.ts";
import { HistoryLookUps } from "../../src/web/history-lookups.ts";
import { emptyText } from "../../src/web/page/history-words.ts";
import type { FeedPast } from "../../src/web/page-feed.ts";
import { type MadeUpHistory, madeUpHistory } from "../support/made-up-history.ts";

const HOUR = 3600;
const DAY = 86_400;
const WEEK = 7 * DAY;
/** 2026-11-30T09:30:00Z */
const NOW = Date.UTC(2026, 10, 30, 9, 30) / 1000;
const LEAP_DAY = Date.UTC(2024, 1, 29) / 1000;

/** A history of the last 100 days, and the queries that its page sent. */
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

describe("the time range of a history query", () => {
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
    ["from=2024-02-29T00:00:00Z&to=2024-02-29T00:30Z", LEAP_DAY, LEAP_DAY + HOUR / 2, null, 60],
    // Before the history, and in the future.
    ["to=2024-02-29T00:00", LEAP_DAY, LEAP_DAY, null, 60],
    ["from=2026-11-30T10:30", NOW + HOUR, NOW + HOUR, null, 60],
  ])("is that of %j", async (query, from, to, range, everySeconds) => {
    const { questions, past } = placeOf({ cells: [maps(NOW - 60, 1)] });
    expect(await past(query)).toMatchObject({ from, to, range, everySeconds });
    expect(questions[0]).toMatchObject({ from, to, everySeconds });
  });

  it.each([
    ["range=constructor", 'range: "constructor" is not one of 1h, 24h, 7d, 30d, all'],
    ["from=2026-13-40T08:00", 'from: "2026-13-40T08:00" is not a time such as 2026-11-30T09:30, in UTC'],
    ["from=2026-02-31T08:00", 'from: "2026-02-31T08:00" is not a time such as 2026-11-30T09:30, in UTC'],
    ["to=2026-02-29T08:00Z", 'to: "2026-02-29T08:00Z" is not a time such as 2026-11-30T09:30, in UTC'],
    ["from=2026-11-30T08:30&to=2026-11-30T08:00", "from must be before to"],
    ["from=2026-11-30T08:30&to=2026-11-30T08:30:00Z", "from must be before to"],
    ["to=soon&range=1h", 'to: "soon" is not a time such as 2026-11-30T09:30, in UTC'],
    ["by=host", 'by: "host" is not one of product, family, device, service, sensor'],
  ])("is refused for the query %j", async (query, message) => {
    const { past } = placeOf({ cells: [maps(NOW - 60, 1)] });
    await expect(past(query)).rejects.toMatchObject({ code: "bad_argument", message });
  });

  it("reports a product that the history does not have, until it has it", async () => {
    const cells = [named("Maps", NOW - 9 * DAY, 1)];
    const { past } = placeOf({ cells });
    const none = await past("range=24h&product=FaceTime");
    expect(none).toMatchObject({ rows: [], unknown: ["product"] });
    expect(emptyText(none, new URLSearchParams("product=FaceTime"))).toBe(
      "No product in this history is called FaceTime.",
    );
    expect(await past("range=24h&product=Maps")).toMatchObject({ rows: [], unknown: [] });
    cells.push(named("FaceTime", NOW - HOUR, 2));
    expect(await past("range=24h&product=FaceTime")).toMatchObject({
      rows: [{ name: "FaceTime", bytes: 2 }],
      unknown: [],
    });
  });

  it("covers everything if the last day is empty", async () => {
    const extent = { start: NOW - 60 * DAY, end: NOW - 50 * DAY };
    const { past } = placeOf({ extent, cells: [] });
    expect(await past("")).toMatchObject({ range: "all", from: extent.start, to: extent.end });
    expect(await past("range=7d")).toMatchObject({ range: "7d", from: NOW - WEEK, to: NOW, rows: [] });
  });

  it("is the last day for an empty history", async () => {
    const { past } = placeOf({ extent: { sensors: [], start: null, end: null }, cells: [] });
    expect(await past("")).toMatchObject({ from: NOW - DAY, to: NOW, start: null, rows: [], areas: [] });
  });
});

describe("the comparison with the week before", () => {
  it("has the earlier amount of each row, new rows and rows that disappeared", async () => {
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

  it("goes back as many weeks as needed to avoid overlap", async () => {
    const { past, questions } = placeOf({ cells: [] });
    expect((await past("range=30d&compare=week")).before).toMatchObject({ weeks: 5 });
    expect(questions[1]).toMatchObject({ from: NOW - 30 * DAY - 5 * WEEK, to: NOW - 5 * WEEK });
    // The future is not compared.
    const { before } = await past("from=2026-11-30T08:30&to=2026-12-30T00:00&compare=week");
    expect(before).toMatchObject({ weeks: 1, from: NOW - HOUR - WEEK, to: NOW - WEEK });
  });

  it("is empty if nothing was recorded, and reports a partial recording", async () => {
    const young = placeOf({ extent: { start: NOW - 2 * DAY }, cells: [maps(NOW - HOUR, 300)] });
    const { rows, before } = await young.past("range=24h&compare=week");
    expect([rows[0].before, before?.total]).toEqual([null, null]);
    const begun = NOW - WEEK - 600;
    const { past } = placeOf({ extent: { start: begun }, cells: [maps(NOW - HOUR, 300)] });
    const part = await past("range=24h&compare=week");
    expect([part.rows[0].before, part.before?.begins]).toEqual([0, begun]);
  });

  it("reports that the week before has longer buckets", async () => {
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

describe("the chart of a history", () => {
  it("has six separate areas, the rest as one, and each byte in its column", async () => {
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
    // Subtracted bytes are not an area below the axis.
    expect(areas.at(-1)?.bytes.every((bytes) => bytes === 0)).toBe(true);
  });
});

describe("queries of a history", () => {
  it("run one after the other, and are refused beyond a limit", async () => {
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
    expect(refused[0]).toMatchObject({ reason: { message: "traffic: too many queries are waiting" } });
    await expect(lookUps.lookUp("/api/history", new URLSearchParams())).resolves.toMatchObject({ rows: [] });
  });

  it("end when their client has gone, or are not started at all", async () => {
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

  it("leave their places to others when their client has gone", async () => {
    const { place } = placeOf({ cells: [] });
    let answer = () => {};
    const isAnswering = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const slow: HistoryPlace = { ...place, extent: () => isAnswering.then(() => place.extent()) };
    const lookUps = new HistoryLookUps(slow, () => NOW * 1000);
    const ask = (signal?: AbortSignal) => lookUps.lookUp("/api/history", new URLSearchParams(), signal);
    const leaving = Array.from({ length: 16 }, () => new AbortController());
    const left = Promise.allSettled(leaving.map(({ signal }) => ask(signal)));
    for (const client of leaving) client.abort();
    // Each place is free once: there is none for a 17th.
    const outcomes = Promise.allSettled([...leaving.map(() => ask()), ask(), ask(AbortSignal.abort())]);
    answer();
    expect((await left).filter(({ status }) => status === "fulfilled")).toEqual([]);
    expect((await outcomes).map(({ status }) => status)).toEqual([
      ...new Array(16).fill("fulfilled"),
      "rejected",
      "rejected",
    ]);
    await Promise.all(leaving.map(() => ask()));
  });

  it.each(["/api/history", "/api/history/choices", "/api/history/devices"])(
    "end while %s waits for the time span of the history",
    async (path) => {
      const { place, questions } = placeOf({ cells: [] });
      const stuck: HistoryPlace = {
        ...place,
        extent: (signal) =>
          new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason))),
      };
      const lookUps = new HistoryLookUps(stuck, () => NOW * 1000);
      const gone = new Error("gone");
      const leaving = new AbortController();
      const answer = expect(lookUps.lookUp(path, new URLSearchParams(), leaving.signal)).rejects.toBe(gone);
      await new Promise((resolve) => setTimeout(resolve, 1));
      leaving.abort(gone);
      await answer;
      expect(questions).toEqual([]);
    },
    5_000,
  );

  it("are answered again after one has failed", async () => {
    const { place } = placeOf({ cells: [] });
    let isDown = true;
    const flaky: HistoryPlace = {
      ...place,
      ask: (question) =>
        isDown
          ? Promise.reject(new InputError("cannot_read", "traffic: nothing is listening there"))
          : place.ask(question),
    };
    const lookUps = new HistoryLookUps(flaky, () => NOW * 1000);
    for (const path of ["/api/history", "/api/history/choices", "/api/history/devices"]) {
      await expect(lookUps.lookUp(path, new URLSearchParams())).rejects.toThrow("nothing is listening there");
    }
    isDown = false;
    for (const path of ["/api/history", "/api/history/choices", "/api/history/devices"]) {
      await expect(lookUps.lookUp(path, new URLSearchParams())).resolves.toBeDefined();
    }
    expect(lookUps.lookUp("/api/flows", new URLSearchParams())).toBeUndefined();
  });
});
