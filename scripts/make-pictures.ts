/**
 * Makes the pictures of the README - the page of `live --web`, and the report of a capture, both from fixtures - and those
 * that `test/web/page-looks.programs.test.ts` compares with the page. Run it by hand when their content has changed, and look
 * at each: `npx tsx scripts/make-pictures.ts`. It needs Debian's Chromium; the README's fonts are the machine's.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { summarizeWithReach } from "../src/engine/reach.ts";
import { loadAdvice } from "../src/knowledge/advice/load-advice.ts";
import { renderSummary } from "../src/render/render-summary.ts";
import { startBrowser } from "../test/support/page-browser.ts";
import { LOOKS_FOLDER, pageLooks } from "../test/support/page-looks.ts";
import { steadyPage } from "../test/support/steady-page.ts";

const FIXTURE = "fixtures/phone-morning.pcapng";
const REPORT = "docs/pictures/report.png";
const PAGE = "docs/pictures/page.png";
/** Page size in pixels, and picture pixels per page pixel. */
const SHOWN = { report: { width: 1100, height: 1360 }, page: { width: 1100, height: 800 } };
const SCALE = 0.75;
/** A moment with traffic of several families. */
const SECONDS = 195;
/** Size limits for the README's pictures together, and for the others together. */
const MOST_BYTES = 200_000;

const browser = await startBrowser();
const folder = mkdtempSync(join(tmpdir(), "appleflow-pictures-"));
try {
  const file = join(folder, "report.html");
  writeFileSync(file, await reportOf(FIXTURE));
  const steady = await steadyPage({ fixtures: [FIXTURE], seconds: SECONDS });
  keep([
    [REPORT, await draw(browser, pathToFileURL(file).href, SHOWN.report, "h1")],
    [PAGE, await draw(browser, steady.url, SHOWN.page, ".state.live")],
  ]);
  await steady.close();
  const looks = await pageLooks(browser);
  keep([...looks].map(([view, picture]) => [join(LOOKS_FOLDER, `${view}.png`), picture]));
} finally {
  rmSync(folder, { recursive: true });
  await browser.close();
}

function keep(pictures: readonly (readonly [string, Buffer])[]): void {
  const size = pictures.reduce((sum, [, { length }]) => sum + length, 0);
  if (size > MOST_BYTES) throw new Error(`the pictures have ${size} bytes, ${MOST_BYTES} are allowed`);
  for (const [path, picture] of pictures) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, picture);
    console.log(`${path}: ${picture.length} bytes`);
  }
}

async function reportOf(capture: string): Promise<string> {
  const { summary, report } = await summarizeWithReach([capture], { everySeconds: "auto" });
  const reach = report === null ? {} : { reach: report, advice: loadAdvice() };
  return renderSummary(summary, { format: "html", ...reach });
}

async function draw(
  chromium: Browser,
  url: string,
  viewport: { readonly width: number; readonly height: number },
  ready: string,
): Promise<Buffer> {
  const context = await chromium.newContext({
    colorScheme: "light",
    viewport,
    deviceScaleFactor: SCALE,
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  await page.goto(url);
  await page.waitForSelector(ready);
  const picture = await page.screenshot();
  await context.close();
  return picture;
}
