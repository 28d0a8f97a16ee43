/**
 * Makes the picture of the README: the page of a fixture as Chromium draws it. Run it by hand when the page has changed:
 * `npx tsx scripts/make-pictures.ts [CHROMIUM]`. The letters are those of the machine that it runs on.
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { summarizeWithReach } from "../src/engine/reach.ts";
import { loadAdvice } from "../src/knowledge/advice/load-advice.ts";
import { renderSummary } from "../src/render/render-summary.ts";

const FIXTURE = "fixtures/phone-morning.pcapng";
const PICTURE = "docs/pictures/report.png";
/** Of the window, and how many pixels of the picture one of the page is. */
const SIZE = "1100,1660";
const SCALE = 0.75;
/** Chromium's number of the light colours. */
const LIGHT = 1;
const MOST_BYTES = 200_000;

const [browser = "chromium"] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "appleflow-pictures-"));
try {
  const page = join(folder, "page.html");
  writeFileSync(page, await pageOf(FIXTURE));
  const drawn = join(folder, "page.png");
  draw(page, drawn);
  const { size } = statSync(drawn);
  if (size > MOST_BYTES) throw new Error(`the picture has ${size} bytes, ${MOST_BYTES} are allowed`);
  mkdirSync(dirname(PICTURE), { recursive: true });
  copyFileSync(drawn, PICTURE);
  console.log(`${PICTURE}: ${size} bytes`);
} finally {
  rmSync(folder, { recursive: true });
}

async function pageOf(capture: string): Promise<string> {
  const { summary, report } = await summarizeWithReach([capture], { everySeconds: "auto" });
  const reach = report === null ? {} : { reach: report, advice: loadAdvice() };
  return renderSummary(summary, { format: "html", ...reach });
}

function draw(page: string, file: string): void {
  const { status, error, stderr } = spawnSync(
    browser,
    [
      "--headless=new",
      "--disable-gpu",
      "--hide-scrollbars",
      // Root has no sandbox; the page is our own.
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
      `--user-data-dir=${join(folder, "profile")}`,
      `--blink-settings=preferredColorScheme=${LIGHT}`,
      `--force-device-scale-factor=${SCALE}`,
      `--window-size=${SIZE}`,
      `--screenshot=${file}`,
      pathToFileURL(page).href,
    ],
    { encoding: "utf8", timeout: 60_000 },
  );
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${browser} ended with ${status}: ${stderr}`);
}
