/** Debian's Chromium, for the page of `live --web`: what it draws, whom it asks, what it complains of. */
import { existsSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";

const PROGRAM = "/usr/bin/chromium";

/** Says so where it is missing. */
export function isBrowserThere(): boolean {
  const isThere = existsSync(PROGRAM);
  if (!isThere) console.log(`skipped: ${PROGRAM} is not there, which draws the page`);
  return isThere;
}

export function startBrowser(): Promise<Browser> {
  // Whoever runs the tests as root has no sandbox of Chromium's; only pages of ours are opened.
  return chromium.launch({ executablePath: PROGRAM, args: ["--no-sandbox"] });
}

/** A page that is looked at. */
export interface SeenPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the console said, errors and dialogs, and whom it asked but its own server. */
  readonly complaints: string[];
}

/** Opens `url`, the printed one, in a browser that has never been there. */
export async function openPage(
  browser: Browser,
  url: string,
  width = 1600,
  colorScheme: "light" | "dark" = "light",
): Promise<SeenPage> {
  const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 } });
  const page = await context.newPage();
  const complaints: string[] = [];
  const { origin } = new URL(url);
  page.on("console", (message) => complaints.push(`console: ${message.text()} ${message.location().url}`));
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("request", (asked) => {
    if (new URL(asked.url()).origin !== origin) complaints.push(`asked ${asked.url()}`);
  });
  page.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(url);
  await page.waitForSelector(".state.live");
  return { page, context, complaints };
}

/** Goes to a view by its address, and waits until it is drawn. */
export async function goTo(page: Page, hash: string): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
  await until(page, `!document.body.innerText.includes("Looking through the live flows")`);
}

/** Waits until an expression is true in the page, whose policy lets no function of a text run there. */
export async function until(page: Page, expression: string): Promise<void> {
  while (!(await page.evaluate<boolean>(expression))) await pause(20);
}
