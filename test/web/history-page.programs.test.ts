/** The page of `serve` in a browser: its views at every width, light and dark, by keyboard alone, with hostile names. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import axe from "axe-core";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { importBuckets } from "../../src/history/import-buckets.ts";
import { formatBytes } from "../../src/render/render-units.ts";
import type { BucketRow } from "../../src/reports/history/bucket-row.ts";
import { printedUrl } from "../support/asked-page.ts";
import { bucketRow, historyFolder } from "../support/history-rows.ts";
import { isBrowserThere, openPage, startBrowser, until } from "../support/page-browser.ts";
import { answered, askPast, rowsOf } from "../support/past-browser.ts";

const HOUR = 3600;
const PROGRAM = "dist/cli/main.cjs";
const VIEWS = [
  "#/history",
  "#/history?range=7d&by=device&compare=week",
  "#/history?range=30d&by=service&compare=week",
  "#/history?from=2020-01-01T00:00&to=2020-01-02T00:00",
  "#/devices?range=7d",
  "#/capture",
];
const PRODUCTS = [
  "Maps",
  "iCloud Photos",
  "FaceTime",
  "App Store",
  "Siri",
  "Find My",
  "Apple Music",
  "Weather",
];
const DEVICES = ["annas-iphone", "studio-mac", "living-room-tv"];
/** The current hour. */
const NOW = Math.floor(Date.now() / 1000 / HOUR) * HOUR;

/**
 * Traffic of every device with every product in each hour of a day, and less of it in two hours of each of the nine days
 * before.
 */
function tenDays(): BucketRow[] {
  const hours = Array.from({ length: 240 }, (_, hour) => ({ hour, start: NOW - (240 - hour) * HOUR })).filter(
    ({ hour }) => hour >= 216 || hour % 12 === 0,
  );
  return hours.flatMap(({ start, hour }) =>
    PRODUCTS.flatMap((product, i) =>
      DEVICES.flatMap((name, k) => {
        const down = 10_000 * (i + 1) * (k + 1) * (hour >= 216 ? 3 : 1);
        const group = { groupId: `g${i}`, products: [product], families: [`Family ${i % 3}`] };
        const own = { deviceId: `mac:${k}`, deviceName: `${name}.local`, deviceAddress: `192.168.7.${k}` };
        return [
          bucketRow(start, { ...group, ...own, sentBytes: 100, receivedBytes: down, flows: 1 }),
          bucketRow(start, {
            ...group,
            party: "outside",
            deviceId: null,
            sentBytes: down,
            receivedBytes: 100,
          }),
        ];
      }),
    ),
  );
}

describe.skipIf(!isBrowserThere())("the history page in a browser", () => {
  let browser: Browser;
  let folder: string;
  let remove: () => void;
  let child: ChildProcess;
  let url: string;
  beforeAll(async () => {
    browser = await startBrowser();
    ({ folder, remove } = historyFolder());
    await importBuckets({ folder, sensor: "lab" }, [{ name: "ten-days", start: null }], tenDays());
    child = spawn(process.execPath, [PROGRAM, "serve", folder]);
    let printed = "";
    child.stdout?.on("data", (chunk) => {
      printed += chunk;
    });
    url = await printedUrl({ text: () => printed, wait: () => pause(20) });
  });
  afterAll(async () => {
    await browser.close();
    child?.kill("SIGKILL");
    remove();
  });

  it.each([
    [375, "light"],
    [375, "dark"],
    [800, "light"],
    [1600, "dark"],
  ] as const)(
    "is complete at %i px, %s: no overflow, no serious axe violation, no console error",
    async (width, scheme) => {
      const { page, context, complaints } = await openPage(browser, url, { width, scheme });
      for (const view of VIEWS) {
        await askPast(page, view);
        const room = await page.evaluate<[number, number]>(
          "[document.documentElement.scrollWidth, innerWidth]",
        );
        expect(room[0], `${view} at ${width}`).toBeLessThanOrEqual(room[1]);
        // The page's policy forbids scripts, so it is injected from outside.
        await page.evaluate(axe.source);
        const { violations } = await page.evaluate<AxeResult>("axe.run()");
        const faults = violations
          .filter(({ impact }) => impact === "serious" || impact === "critical")
          .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
        expect(faults, view).toEqual([]);
      }
      expect(complaints).toEqual([]);
      await context.close();
    },
  );

  it("has only history views, with the numbers of the history command", async () => {
    const { page, context } = await openPage(browser, url);
    expect(await page.$$eval(".views a", (all) => all.map(({ textContent }) => textContent))).toEqual([
      "History",
      "Devices",
      "Capture",
    ]);
    for (const by of ["product", "device", "sensor"]) {
      await askPast(page, `#/history?range=7d&by=${by}`);
      const args = [PROGRAM, "history", folder, "--since", "7d", "--by", by, "--format", "json"];
      const { stdout } = spawnSync(process.execPath, args, { encoding: "utf8" });
      const told: Told[] = JSON.parse(stdout).rows;
      const shown = (await rowsOf(page)).map(([name, sent, received, bytes]) => [
        name,
        sent,
        received,
        bytes,
      ]);
      expect(shown, by).toEqual(
        told.map(({ name, sent, received, bytes }) => [name, ...[sent, received, bytes].map(formatBytes)]),
      );
    }
    await context.close();
  });

  it("shows the change since the week before in each row", async () => {
    const { page, context } = await openPage(browser, url);
    await askPast(page, "#/history?range=24h&compare=week");
    expect(await page.textContent(".headline")).toMatch(/^\d.*, \d\S+ \wB more than the week before$/);
    for (const row of await rowsOf(page)) expect(row[5]).toMatch(/^\d\S+ [kM]B more$/);
    await askPast(page, "#/history?range=7d&compare=week");
    expect(await page.textContent("main")).toContain("it covers only part of the week before");
    await askPast(page, "#/history?range=30d&compare=week");
    expect(await page.textContent(".headline")).toMatch(/; nothing to compare with: nothing was recorded/);
    for (const row of await rowsOf(page)) expect(row.slice(4, 6)).toEqual(["–", "nothing to compare with"]);
    await context.close();
  });

  it("works by keyboard alone, keeps the focus, and stores its state in the address", async () => {
    const { page, context, complaints } = await openPage(browser, url);
    await page.keyboard.press("2");
    await page.waitForSelector(".matrix tbody a");
    await page.keyboard.press("1");
    await answered(page);
    const focused = "document.activeElement.textContent";
    const tabTo = async (condition: string) => {
      for (let i = 0; i < 60 && !(await page.evaluate<boolean>(condition)); i++)
        await page.keyboard.press("Tab");
      expect(await page.evaluate<boolean>(condition), condition).toBe(true);
    };
    await tabTo(`${focused} === "7 days"`);
    await page.keyboard.press("Enter");
    await answered(page);
    expect(await page.evaluate(focused)).toBe("7 days");
    await tabTo(`${focused} === "Device"`);
    await page.keyboard.press("Enter");
    await tabTo(`document.activeElement.id === "device"`);
    await until(page, `document.querySelectorAll("#device option").length === 4`);
    await page.keyboard.press("ArrowDown");
    await tabTo(`document.activeElement.id === "compare"`);
    await page.keyboard.press("Space");
    await answered(page);
    const { hash } = new URL(page.url());
    const asked = new URLSearchParams(hash.split("?")[1]);
    expect(Object.fromEntries(asked)).toEqual({
      range: "7d",
      by: "device",
      device: "mac:2",
      compare: "week",
    });
    await until(page, `document.querySelectorAll("section[aria-labelledby=rows] tbody tr").length === 1`);
    const before = await rowsOf(page);
    await page.reload();
    await page.waitForSelector(".state.live");
    await answered(page);
    expect(await rowsOf(page)).toEqual(before);
    expect(await page.evaluate(`document.querySelector("#compare").checked`)).toBe(true);
    // From a device to its products, and back with the browser's back key.
    await page.click("section[aria-labelledby=rows] tbody a");
    await until(page, `document.querySelectorAll("section[aria-labelledby=rows] tbody tr").length === 8`);
    await page.goBack();
    await until(page, `document.querySelectorAll("section[aria-labelledby=rows] tbody tr").length === 1`);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("accepts a custom time range, and refuses one that ends before it begins", async () => {
    const { page, context } = await openPage(browser, url);
    await answered(page);
    const text = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 16);
    await page.fill("#from", text(NOW - 3 * HOUR));
    await page.fill("#to", text(NOW - 4 * HOUR));
    await page.click(".own button");
    expect(await page.evaluate(`document.querySelector("#to").validationMessage`)).toContain("later");
    expect(page.url()).not.toContain("from=");
    await page.fill("#to", text(NOW - HOUR));
    await page.click(".own button");
    const bytes = 2 * 3 * 36 * (1 + 2 + 3) * 10_000 + 2 * PRODUCTS.length * DEVICES.length * 100;
    // The address changes first, then the query is sent.
    const shown = `document.querySelector(".headline").textContent.startsWith("${formatBytes(bytes)} from ")`;
    await until(page, `location.hash.includes("from=") && ${shown}`);
    expect(await page.textContent(".headline")).toMatch(new RegExp(`^${formatBytes(bytes)} from `));
    await context.close();
  });

  it("does not shift its layout when the query changes", async () => {
    const { page, context } = await openPage(browser, url);
    await askPast(page, "#/history?range=24h");
    const tops = `[".past", ".headline", ".chart", "#rows"].map((one) => document.querySelector(one).getBoundingClientRect().top)`;
    const before = await page.evaluate(tops);
    for (const hash of [
      "#/history?range=7d",
      "#/history?range=24h&compare=week",
      "#/history?range=24h&by=family",
    ]) {
      await askPast(page, hash);
      const after = await page.evaluate<number[]>(tops);
      expect(after.slice(0, 3), hash).toEqual((before as number[]).slice(0, 3));
    }
    await context.close();
  });
});

interface Told {
  readonly name: string;
  readonly bytes: number;
  readonly sent: number;
  readonly received: number;
}

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}
