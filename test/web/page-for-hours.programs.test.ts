/** Twelve hours of the page, on a test clock and in a browser: neither page nor server uses more memory at the end. */

import type { Browser, CDPSession, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadAdvice } from "../../src/knowledge/advice/load-advice.ts";
import { openCapture } from "../../src/packets/files/open-capture.ts";
import { LivePage } from "../../src/web/live-page.ts";
import { readPageFiles } from "../../src/web/page-files.ts";
import { appleList, appleRules } from "../support/analyze.ts";
import { endlessTraffic } from "../support/endless-traffic.ts";
import { FakeLiveSource } from "../support/fake-live-source.ts";
import { readRecords } from "../support/memory-source.ts";
import { openPage, startBrowser, until, whyNoBrowser } from "../support/page-browser.ts";
import { IS_EXHAUSTIVE } from "../support/property-runs.ts";
import { retainedBytes } from "../support/retained-memory.ts";
import { RunningMonitor } from "../support/running-monitor.ts";

const HOURS = 12;
/** Seconds between updates. */
const INTERVAL = 10;
const IDLE = 60;
/** Views in rotation. */
const VIEWS = ["#/now", "#/devices", "#/connections", "#/product/iCloud", "#/reach", "#/capture"];
const OF_A_VIEW = 30;
const OF_AN_HOUR = 3600 / INTERVAL;
/** When everything bounded is full: the hour of the chart, clients, names. */
const SETTLED = 3;

const reason = whyNoBrowser() ?? (IS_EXHAUSTIVE ? null : "npm run test:long has it");
if (reason !== null) console.log(`twelve hours of the page: skipped, ${reason}`);

interface Held {
  readonly hour: number;
  /** Megabytes used by the page's script and by this process, which serves it and monitors. */
  readonly page: number;
  readonly server: number;
  /** Document nodes and listeners. */
  readonly nodes: number;
  readonly listeners: number;
}

describe.skipIf(reason !== null)("the live page over twelve hours", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
  });

  it("uses no more memory at the end than after three hours", { timeout: 0 }, async () => {
    const fixture = await readRecords(await openCapture("fixtures/office-morning.pcapng"));
    const begun = BigInt(Date.UTC(2026, 0, 31, 9, 30)) * 1_000_000n;
    const timeOf = (step: number) => begun + BigInt(step * INTERVAL) * 1_000_000_000n;
    const source = new FakeLiveSource(endlessTraffic(fixture, timeOf));
    const reading = { services: appleList, rules: appleRules, idleTimeoutSeconds: IDLE };
    const setting = { files: readPageFiles(), token: null, advice: loadAdvice() };
    const live = await LivePage.open({ address: { host: "127.0.0.1", port: 0 }, ...setting }, reading, null);
    const running = new RunningMonitor([source], {
      idleTimeoutSeconds: IDLE,
      intervalSeconds: INTERVAL,
      watchesReach: true,
      tellsDevices: true,
      onInterval: (report, view) => live.show(report, view),
    });
    source.release(1);
    await running.clock.advance(INTERVAL * 1000);
    const { page, context, complaints } = await openPage(browser, live.url);
    await page.evaluate(COUNT);
    const tools = await context.newCDPSession(page);
    const held: Held[] = [];
    for (let i = 0; i < HOURS * OF_AN_HOUR; i++) {
      if (i % OF_A_VIEW === 0) {
        await page.evaluate(`location.hash = ${JSON.stringify(VIEWS[(i / OF_A_VIEW) % VIEWS.length])}`);
      }
      source.release(1);
      await running.clock.advance(INTERVAL * 1000);
      await page.evaluate(DRAWN);
      if ((i + 1) % OF_AN_HOUR === 0) held.push(await weigh((i + 1) / OF_AN_HOUR, page, tools));
    }
    const updates = await page.evaluate<number>("updates");
    console.table(held);
    console.log(`${updates} of ${HOURS * OF_AN_HOUR} intervals were drawn`);
    // Updates that come too fast are skipped, as in live operation.
    expect(updates).toBeGreaterThan(HOURS * OF_AN_HOUR * 0.5);
    const settled = held[SETTLED - 1];
    const last = held.at(-1);
    if (settled === undefined || last === undefined) throw new Error("nothing was weighed");
    expect(last.page).toBeLessThan(settled.page * 1.1 + 0.5);
    expect(last.nodes).toBeLessThan(settled.nodes * 1.1);
    expect(last.listeners).toBeLessThan(settled.listeners * 1.1);
    expect(last.server).toBeLessThan(settled.server * 1.1 + 5);
    expect(complaints).toEqual([]);
    await context.close();
    await running.end();
    live.close();
  });
});

/** Returns what is held in the view Now after garbage collection. */
async function weigh(hour: number, page: Page, tools: CDPSession): Promise<Held> {
  await page.evaluate(`location.hash = "#/now"`);
  await until(page, `document.querySelector("#throughput") !== null`);
  await tools.send("HeapProfiler.collectGarbage");
  const { usedSize } = await tools.send("Runtime.getHeapUsage");
  const { nodes, jsEventListeners } = await tools.send("Memory.getDOMCounters");
  const megabytes = (bytes: number) => Math.round(bytes / 1e5) / 10;
  return {
    hour,
    page: megabytes(usedSize),
    server: megabytes(retainedBytes()),
    nodes,
    listeners: jsEventListeners,
  };
}

/** Counts draws. */
const COUNT = `globalThis.updates = 0;
  globalThis.drawn = () => {};
  new PerformanceObserver((list) => { updates += list.getEntries().length; drawn(); }).observe({ type: "measure" });`;
/** Waits for the next draw, but not long: a skipped interval has none. */
const DRAWN = `new Promise((resolve) => { globalThis.drawn = resolve; setTimeout(resolve, 15); })`;
