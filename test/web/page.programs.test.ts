/** The page of `live --web` in a browser: its numbers, its keys, dropped captures, many devices. */
import { readFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { summarize } from "../../src/index.ts";
import { formatBytes, formatCount } from "../../src/render/render-units.ts";
import { eventText } from "../../src/web/event-streams.ts";
import { readPageFiles } from "../../src/web/page-files.ts";
import { PageServer } from "../../src/web/page-server.ts";
import { largeHistory, largeInterval } from "../support/large-feed.ts";
import { isBrowserThere, openPage, rowsOf, startBrowser, until } from "../support/page-browser.ts";
import { PageCommand } from "../support/page-command.ts";

/** True when only connections with this port remain. */
const FOUND = `(() => {
  const rows = [...document.querySelectorAll("tbody tr")];
  return rows.length > 0 && rows.every((row) => row.textContent.includes("5223"));
})()`;

describe.skipIf(!isBrowserThere())("the live page in a browser", () => {
  let browser: Browser;
  let office: PageCommand;
  beforeAll(async () => {
    browser = await startBrowser();
    office = PageCommand.reading([readFileSync("fixtures/office-morning.pcapng")]);
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await office.end();
  });

  it("shows the numbers of the JSON", async () => {
    const { page, context } = await openPage(browser, await office.url);
    const record = office.lines.at(-1);
    if (record === undefined) throw new Error("no line was written");
    const rows = await rowsOf(page, "section[aria-labelledby=products]");
    const named = record.products.filter(({ identified, oneOf }) => identified.packets + oneOf.packets > 0);
    expect(named.length).toBeGreaterThan(0);
    expect(rows.map(([name, , , total]) => [name, total])).toEqual(
      named.map(({ product, identified, oneOf }) => [product, formatBytes(identified.bytes + oneOf.bytes)]),
    );
    const sections = await rowsOf(page, "section[aria-labelledby=classes]");
    const { identified, apple } = record.classes;
    expect(sections.slice(0, 2).map(([, bytes, , packets]) => [bytes, packets])).toEqual(
      [identified, apple].map(({ bytes, packets }) => [formatBytes(bytes), formatCount(packets)]),
    );
    await context.close();
  });

  it("works by keyboard alone: to a view, to a connection, and to its explanation", async () => {
    const { page, context } = await openPage(browser, await office.url);
    await page.keyboard.press("3");
    await page.waitForSelector("#search");
    await page.keyboard.press("/");
    await page.keyboard.type("5223");
    await until(page, FOUND);
    expect(page.url()).toContain("search=5223");
    const isRow = `document.activeElement.closest("tbody") !== null`;
    for (let i = 0; i < 20 && !(await page.evaluate(isRow)); i++) await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await until(page, `document.querySelector(".why")?.textContent.includes("result") === true`);
    const why = await page.textContent(".why");
    expect(why).toMatch(/5223, .* 1:\S+=servicetcp\/5223 .*resultidentified as Push notifications/);
    await page.keyboard.press("1");
    await page.waitForSelector("#throughput");
    await context.close();
  });

  it("reopens a view by its address, with the cookie alone", async () => {
    const { page, context } = await openPage(browser, await office.url);
    const { origin } = new URL(await office.url);
    expect(await page.evaluate("document.cookie")).toBe("");
    await page.goto(`${origin}/#/reach`);
    await page.waitForSelector("article.failure");
    expect(await page.title()).toBe("Reach – appleflow live");
    await context.close();
  });

  it("shows the report of a dropped capture", async () => {
    const { page, context, complaints } = await openPage(browser, await office.url);
    await page.keyboard.press("5");
    await page.setInputFiles("#capture", "fixtures/office-morning.pcapng");
    const opened = context.waitForEvent("page");
    await page.click(".reports a");
    const report = await opened;
    await report.waitForSelector("h1");
    expect(await report.textContent("h1")).toBe("office-morning.pcapng");
    expect(await report.textContent("body")).toContain("595");
    await page.setInputFiles("#capture", "README.md");
    await page.waitForSelector("text=README.md was not read");
    // The browser's message for status 422.
    expect(complaints.filter((text) => !text.includes("422"))).toEqual([`opened ${report.url()}`]);
    await context.close();
  });

  it("draws 1,000 devices and 200 products within 500 ms, and an update within 50 ms", async () => {
    const base = await summarize(["fixtures/office-morning.pcapng"]);
    let second = 0;
    const event = () => eventText("interval", largeInterval(base, second++));
    const server = await PageServer.listen({ host: "127.0.0.1", port: 0 }, readPageFiles(), null, {
      firstEvents: () => eventText("history", largeHistory()) + event(),
      lookUp: () => undefined,
      take: async () => ({ status: 503, reason: "" }),
      report: () => undefined,
    });
    const { page, context, complaints } = await openPage(browser, server.url);
    for (const view of ["#/now", "#/devices", "#/device/mac%3A7", "#/product/Product%202"]) {
      const drawn = await page.evaluate<number>(drawingTime(view));
      await page.evaluate(OBSERVE);
      for (let i = 0; i < 5; i++) {
        server.send(event());
        await until(page, `updates.length > ${i}`);
      }
      const updates = await page.evaluate<number[]>("updates");
      console.log(`${view}: drawn in ${Math.round(drawn)} ms, updated in ${updates.map(Math.round)} ms`);
      expect(drawn, view).toBeLessThan(500);
      // The median, because other programs run at the same time.
      expect(updates.sort((a, b) => a - b)[2], view).toBeLessThan(50);
    }
    expect(complaints).toEqual([]);
    await context.close();
    server.close();
  });
});

/** Milliseconds until a view is drawn and laid out. */
function drawingTime(hash: string): string {
  return `(async () => {
    const beganAt = performance.now();
    const opened = new Promise((resolve) => addEventListener("hashchange", resolve, { once: true }));
    location.hash = ${JSON.stringify(hash)};
    await opened;
    document.body.getBoundingClientRect();
    return performance.now() - beganAt;
  })()`;
}
/** Records how long each update takes: parsing, drawing and layout. */
const OBSERVE = `globalThis.updates = [];
  globalThis.observer?.disconnect();
  globalThis.observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) updates.push(duration);
  });
  observer.observe({ type: "measure" });`;
