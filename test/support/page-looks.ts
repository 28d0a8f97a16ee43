/**
 * The appearance of the page's views in coarse form: each at three widths, light and dark, side by side in one picture whose
 * pixels are the mean colours of 16 by 16 cells. That is small enough to store, and hides different font smoothing in other
 * Chromium releases; moved, missing or recoloured parts remain visible. The page uses Debian's DejaVu, whatever the machine
 * has.
 */
import { existsSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { type PageFiles, readPageFiles } from "../../src/web/page-files.ts";
import { drawn, openPage } from "./page-browser.ts";
import { steadyPage } from "./steady-page.ts";

export const LOOKS_FOLDER = "test/web/looks";
export const LOOKED_AT = ["now", "devices", "connections", "reach", "capture"] as const;
const FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf";
const FONT_STYLE = `
*{font-family:"DejaVu Sans",sans-serif!important;transition:none!important;caret-color:transparent!important}
code,pre{font-family:"DejaVu Sans Mono",monospace!important}
`;
const WIDTHS = [375, 800, 1600];
const SCHEMES = ["light", "dark"] as const;
/** Side of a cell in pixels. */
const CELL = 16;
/** Distinct levels per colour channel, which improves compression of the picture. */
const LEVEL = 8;
/** Minimum difference of a cell's channel to count. */
const SEEN = 20;

/** Why appearances cannot be compared here, or null if they can. */
export function whyNoLooks(): string | null {
  return existsSync(FONT) ? null : `not installed: ${FONT} (fonts-dejavu-core)`;
}

/** The pictures as PNG, by view. `style`: added to the page's own. */
export async function pageLooks(browser: Browser, style = ""): Promise<ReadonlyMap<string, Buffer>> {
  const steady = await steadyPage({ files: styled(FONT_STYLE + style) });
  const canvas = await (await browser.newContext()).newPage();
  const shots = new Map<string, string[]>(LOOKED_AT.map((view) => [view, []]));
  for (const width of WIDTHS) {
    for (const scheme of SCHEMES) {
      const { page, context } = await openPage(browser, steady.url, { width, scheme });
      for (const [i, view] of LOOKED_AT.entries()) {
        await page.keyboard.press(String(i + 1));
        await page.waitForSelector(`.views a[aria-current][href="#/${view}"]`);
        await drawn(page);
        shots.get(view)?.push((await page.screenshot()).toString("base64"));
      }
      await context.close();
    }
  }
  const sheets = new Map<string, Buffer>();
  for (const [view, pictures] of shots) {
    const sheet = await canvas.evaluate<string>(`(${SHEET})(${JSON.stringify(pictures)}, ${CELL}, ${LEVEL})`);
    sheets.set(view, Buffer.from(sheet, "base64"));
  }
  await canvas.context().close();
  await steady.close();
  return sheets;
}

/** Share of cells that differ between two pictures, 0 to 1; 1 if their sizes differ. */
export async function differenceOf(browser: Browser, one: Buffer, other: Buffer): Promise<number> {
  const page: Page = await browser.newPage();
  const both = JSON.stringify([one, other].map((picture) => picture.toString("base64")));
  const part = await page.evaluate<number>(`(${DIFFERENCE})(${both}, ${SEEN})`);
  await page.close();
  return part;
}

function styled(style: string): PageFiles {
  const files = new Map(readPageFiles());
  const css = files.get("/page.css");
  if (css !== undefined) files.set("/page.css", { ...css, text: css.text + style });
  return files;
}

/** Runs in the browser, which decodes PNG: turns an array of them into pixel colours. */
const PIXELS = `async (pictures) => await Promise.all(pictures.map(async (text) => {
  const blob = await (await fetch("data:image/png;base64," + text)).blob();
  const image = await createImageBitmap(blob);
  const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
  context.drawImage(image, 0, 0);
  return context.getImageData(0, 0, image.width, image.height);
}))`;

const SHEET = `async (pictures, cell, level) => {
  const images = await (${PIXELS})(pictures);
  const sizes = images.map(({ width, height }) => [Math.floor(width / cell), Math.floor(height / cell)]);
  const canvas = new OffscreenCanvas(
    sizes.reduce((sum, [width]) => sum + width, 0),
    Math.max(...sizes.map(([, height]) => height)),
  );
  const context = canvas.getContext("2d");
  let left = 0;
  for (const [i, { width, data }] of images.entries()) {
    const [columns, rows] = sizes[i];
    const small = context.createImageData(columns, rows);
    for (let row = 0; row < rows; row++) for (let column = 0; column < columns; column++) {
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0;
        for (let y = 0; y < cell; y++) for (let x = 0; x < cell; x++) {
          sum += data[((row * cell + y) * width + column * cell + x) * 4 + channel];
        }
        small.data[(row * columns + column) * 4 + channel] = Math.round(sum / cell / cell / level) * level;
      }
      small.data[(row * columns + column) * 4 + 3] = 255;
    }
    context.putImageData(small, left, 0);
    left += columns;
  }
  const bytes = new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer());
  return btoa(String.fromCharCode(...bytes));
}`;

const DIFFERENCE = `async (pictures, seen) => {
  const [one, other] = await (${PIXELS})(pictures);
  if (one.width !== other.width || one.height !== other.height) return 1;
  let differing = 0;
  for (let i = 0; i < one.data.length; i += 4) {
    if ([0, 1, 2].some((channel) => Math.abs(one.data[i + channel] - other.data[i + channel]) > seen)) differing++;
  }
  return differing / (one.data.length / 4);
}`;
