/** Reports as displayed and printed by Chromium: at every width, light and dark, on A4 and Letter. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { summarizeWithReach } from "../../../src/engine/reach.ts";
import { loadAdvice } from "../../../src/knowledge/advice/load-advice.ts";
import { renderSummary } from "../../../src/render/render-summary.ts";
import {
  isBrowserThere,
  openAddress,
  overhang,
  seriousFaults,
  startBrowser,
} from "../../support/page-browser.ts";

const CAPTURES = ["fixtures/office-morning.pcapng", "fixtures/phone-morning.pcapng"];
/** Pixels between the 14 mm margins, at 96 per inch. */
const PAPERS = [
  { format: "A4", width: Math.floor(((210 - 28) / 25.4) * 96) },
  { format: "Letter", width: Math.floor(((215.9 - 28) / 25.4) * 96) },
];

describe.skipIf(!isBrowserThere())("a report in a browser", () => {
  const folder = mkdtempSync(join(tmpdir(), "appleflow-report-"));
  const file = join(folder, "report.html");
  const { href } = pathToFileURL(file);
  let browser: Browser;
  beforeAll(async () => {
    const { summary, report } = await summarizeWithReach(CAPTURES, { everySeconds: "auto" });
    const reach = report === null ? {} : { reach: report, advice: loadAdvice() };
    writeFileSync(file, await renderSummary(summary, { format: "html", ...reach }));
    browser = await startBrowser();
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  it.each([
    [375, "light"],
    [800, "dark"],
    [1600, "light"],
    [1600, "dark"],
  ] as const)("is complete at %i px, %s, and makes no requests", async (width, scheme) => {
    const { page, context, complaints } = await openAddress(browser, href, { width, scheme });
    expect(await overhang(page)).toBeLessThanOrEqual(0);
    expect(await seriousFaults(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it.each(PAPERS)(
    "is complete on $format: nothing overflows, and no address is broken in a narrow column",
    async ({ width }) => {
      const { page, context } = await openAddress(browser, href, { width, scheme: "dark" });
      await page.emulateMedia({ media: "print" });
      expect(await overhang(page)).toBeLessThanOrEqual(0);
      expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe(
        "rgb(255, 255, 255)",
      );
      const tables = await page.$$eval("table", (all) =>
        all.map((table) => table.getBoundingClientRect().right),
      );
      expect(Math.max(...tables)).toBeLessThanOrEqual(width);
      const lines = await page.evaluate<number[]>(LINES_OF_ADDRESSES);
      expect(lines.length).toBeGreaterThan(10);
      expect(Math.max(...lines)).toBe(1);
      await context.close();
    },
  );
});

/** Returns the number of lines of each device name that is an address. */
const LINES_OF_ADDRESSES = `[...document.querySelectorAll(".matrix tbody th")]
  .map((cell) => cell.firstElementChild)
  .filter((name) => name !== null && /^[\\d.]+$/.test(name.textContent))
  .map((name) => name.getClientRects().length)`;
