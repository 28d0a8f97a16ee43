/** The page of a history with hostile names of devices, products and sensors, which is sometimes unavailable or slow. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { InputError } from "../../src/errors.ts";
import { loadAdvice } from "../../src/knowledge/advice/load-advice.ts";
import type { HistoryPlace } from "../../src/reports/history/history-report.ts";
import { HistoryPage } from "../../src/web/history-page.ts";
import { readPageFiles } from "../../src/web/page-files.ts";
import { HOSTILE_NAMES } from "../support/hostile-captures.ts";
import { madeUpHistory } from "../support/made-up-history.ts";
import { isBrowserThere, openPage, startBrowser, until } from "../support/page-browser.ts";
import { askPast, rowsOf } from "../support/past-browser.ts";

const HOUR = 3600;
const DAY = 86_400;
const HIDDEN = ["\u202e", "\u200b", "\ufeff", "\u0007", "\u001b"];
/** The current hour. */
const NOW = Math.floor(Date.now() / 1000 / HOUR) * HOUR;

describe.skipIf(!isBrowserThere())("the history page with hostile names", () => {
  let browser: Browser;
  let page: HistoryPage;
  /** The error shown in place of an answer. */
  let trouble: string | null = null;
  /** Whether questions wait for ever, and the signals of those that do. */
  let isStuck = false;
  const stuck: AbortSignal[] = [];
  beforeAll(async () => {
    browser = await startBrowser();
    const cells = HOSTILE_NAMES.map((name, i) => ({
      ...{ start: NOW - HOUR * (i + 2), products: [name], families: [name], service: name },
      ...{ party: "device" as const, deviceId: name, deviceName: name, sensor: name },
      ...{ bytes: 1000 * (i + 1), sent: 10, received: 20, packets: 2, flows: 1, retoldBytes: 3 },
    }));
    const { place } = madeUpHistory({
      extent: { sensors: HOSTILE_NAMES, start: NOW - 30 * DAY, end: NOW },
      cells,
      fail: () => {
        if (trouble !== null) throw new InputError("cannot_read", trouble);
      },
    });
    const setting = {
      address: { host: "127.0.0.1", port: 0 },
      files: readPageFiles({ isLive: false, history: `<b onmouseover="x">"'&${HOSTILE_NAMES[0]}` }),
      token: null,
      advice: loadAdvice(),
    };
    const slow: HistoryPlace = {
      ...place,
      ask: (question, signal) => {
        if (!isStuck || signal === undefined) return place.ask(question, signal);
        stuck.push(signal);
        return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
      },
    };
    page = await HistoryPage.open(setting, slow, {}, () => NOW * 1000);
  });
  afterAll(async () => {
    page.close();
    await browser.close();
  });

  it("executes and displays no hidden content of devices, products, sensors and the history", async () => {
    const seen = await openPage(browser, page.url);
    for (const view of [
      "#/history?range=7d&compare=week",
      "#/history?range=7d&by=device",
      "#/history?range=7d&by=sensor&compare=week",
      "#/devices?range=7d",
      "#/history?device=%3Cscript%3Ealert(1)%3C%2Fscript%3E",
      "#/constructor",
    ]) {
      await askPast(seen.page, view);
      await until(seen.page, `document.querySelector("#device")?.options.length !== 1`);
      expect(await seen.page.$$eval("script", (all) => all.map(({ src }) => new URL(src).pathname))).toEqual([
        "/page.js",
      ]);
      expect(
        await seen.page.$$eval("img, style, iframe, [onload], [onerror], [onmouseover]", (all) => all.length),
      ).toBe(0);
      const text = (await seen.page.textContent("body")) ?? "";
      expect(HIDDEN.filter((letter) => text.includes(letter))).toEqual([]);
      expect(await seen.page.textContent("header")).toContain('<b onmouseover="x">"\'&');
    }
    await askPast(seen.page, "#/history?range=7d&by=sensor");
    expect(await seen.page.textContent("main")).toContain("<script>alert(1)</script>");
    expect(seen.complaints).toEqual([]);
    await seen.context.close();
  });

  it("shows the server's error, and the data once it can be queried again", async () => {
    const seen = await openPage(browser, page.url);
    await askPast(seen.page, "#/history?range=7d");
    const rows = await rowsOf(seen.page);
    trouble = "clickhouse://stats.example:8123/appleflow: nothing is listening there\u202e";
    await askPast(seen.page, "#/history?range=7d&by=family");
    const alert = await seen.page.textContent("[role=alert]");
    expect(alert).toContain(
      "cannot be queried: clickhouse://stats.example:8123/appleflow: nothing is listening there\\u202e",
    );
    expect(await rowsOf(seen.page)).toEqual(rows);
    trouble = null;
    await askPast(seen.page, "#/history?range=24h&by=family");
    expect(await seen.page.isVisible("[role=alert]")).toBe(false);
    // The browser's message for status 503.
    expect(seen.complaints.filter((text) => !text.includes("503"))).toEqual([]);
    await seen.context.close();
  });

  it("gives up queries when another one is asked, and when the view is closed, without an error", async () => {
    const seen = await openPage(browser, page.url);
    await askPast(seen.page, "#/history?range=7d");
    const rows = await rowsOf(seen.page);
    isStuck = true;
    const goTo = (hash: string) => seen.page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
    await goTo("#/history?range=24h");
    await expect.poll(() => stuck.length).toBe(1);
    await goTo("#/history?range=30d");
    await expect.poll(() => stuck.map(({ aborted }) => aborted)).toEqual([true, false]);
    expect(await seen.page.isVisible("[role=alert]")).toBe(false);
    await goTo("#/capture");
    await expect.poll(() => stuck.every(({ aborted }) => aborted)).toBe(true);
    isStuck = false;
    await askPast(seen.page, "#/history?range=7d");
    await expect.poll(() => rowsOf(seen.page)).toEqual(rows);
    expect(seen.complaints).toEqual([]);
    await seen.context.close();
  });
});
