/** The appearance of the page, compared with stored pictures, which `npx tsx scripts/make-pictures.ts` recreates. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startBrowser, whyNoBrowser } from "../support/page-browser.ts";
import { differenceOf, LOOKED_AT, LOOKS_FOLDER, pageLooks, whyNoLooks } from "../support/page-looks.ts";
import { IS_EXHAUSTIVE } from "../support/property-runs.ts";

/** Share of all cells. Different font smoothing changes none; a different line wrap changes some. */
const TOLERANCE = 0.01;

/** Changes something in each view. */
const CHANGES =
  ".legend,.filters,.failure ul{display:none}.h4,.h5{background:none}.c-could-be{fill:#c00}.drop{padding:1rem}";

const reason = whyNoBrowser() ?? whyNoLooks();
if (reason !== null) console.log(`how the page looks: skipped, ${reason}`);

describe.skipIf(reason !== null)("the appearance of the page at 375, 800 and 1600 px, light and dark", () => {
  let browser: Browser;
  let found: ReadonlyMap<string, Buffer>;
  const kept = (view: string) => readFileSync(join(LOOKS_FOLDER, `${view}.png`));
  const differing = async (view: string, looks: ReadonlyMap<string, Buffer>) =>
    await differenceOf(browser, kept(view), looks.get(view) ?? Buffer.alloc(0));

  beforeAll(async () => {
    browser = await startBrowser();
    found = await pageLooks(browser);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
  });

  it.each(LOOKED_AT)("is unchanged: %s", async (view) => {
    expect(await differing(view, found)).toBeLessThan(TOLERANCE);
  });

  it("differs between views", async () => {
    const [first = "", ...others] = LOOKED_AT;
    for (const view of others) {
      expect(await differenceOf(browser, kept(first), kept(view)), view).toBeGreaterThan(TOLERANCE);
    }
  });

  it.runIf(IS_EXHAUSTIVE)("changes when parts are removed, moved or lose their colour", async () => {
    const changed = await pageLooks(browser, CHANGES);
    for (const view of LOOKED_AT) expect(await differing(view, changed), view).toBeGreaterThan(TOLERANCE);
  });
});
