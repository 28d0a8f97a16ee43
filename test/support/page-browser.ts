/** Debian's Chromium, for the page of `live --web` and for reports: what it draws, its requests, and its errors. */
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import axe from "axe-core";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { shellWord } from "../../src/shell-word.ts";

const PROGRAM = "/usr/bin/chromium";
const HEIGHT = 900;

/** Why pages cannot be tested here, or null if they can. */
export function whyNoBrowser(): string | null {
  return existsSync(PROGRAM) ? null : `not installed: ${PROGRAM}, which draws the page`;
}

/** Prints a note if it is missing. */
export function isBrowserThere(): boolean {
  const reason = whyNoBrowser();
  if (reason !== null) console.log(`skipped: ${reason}`);
  return reason === null;
}

/** Run as root, Chromium has no sandbox; only our own pages are opened. */
const ARGUMENTS = ["--no-sandbox"];

export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: PROGRAM, args: ARGUMENTS });
}

/** A browser that runs elsewhere: `within` makes the command line for that, for example in a namespace. */
export async function startBrowserWithin(
  within: (command: readonly string[]) => readonly string[],
): Promise<Browser> {
  const folder = mkdtempSync(join(tmpdir(), "appleflow-browser-"));
  const script = join(folder, "chromium");
  writeFileSync(script, `#!/bin/sh\nexec ${within([PROGRAM]).map(shellWord).join(" ")} "$@"\n`);
  chmodSync(script, 0o755);
  try {
    return await chromium.launch({ executablePath: script, args: ARGUMENTS });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** An open page. */
export interface SeenPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Console messages, errors and dialogs, and requests to other servers. */
  readonly complaints: string[];
}

/** How a page is displayed. */
export interface Looking {
  readonly width?: number;
  readonly scheme?: "light" | "dark";
}

/** Opens the page of `live` at its printed address, in a browser without state. */
export async function openPage(browser: Browser, url: string, looking: Looking = {}): Promise<SeenPage> {
  const seen = await openAddress(browser, url, looking);
  await seen.page.waitForSelector(".state.live");
  return seen;
}

/** Opens any address. */
export async function openAddress(
  browser: Browser,
  url: string,
  { width = 1600, scheme = "light" }: Looking = {},
): Promise<SeenPage> {
  const context = await browser.newContext({ colorScheme: scheme, viewport: { width, height: HEIGHT } });
  const page = await context.newPage();
  const complaints: string[] = [];
  watch(page, url, complaints);
  await page.goto(url);
  return { page, context, complaints };
}

/** Records errors of a page, and its requests to others than the server of `url`, or than the file itself. */
export function watch(page: Page, url: string, complaints: string[]): void {
  const own = new URL(url);
  page.on("console", (message) => complaints.push(`console: ${message.text()} ${message.location().url}`));
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("request", (asked) => {
    const isOwn =
      own.protocol === "file:" ? asked.url() === own.href : new URL(asked.url()).origin === own.origin;
    if (!isOwn) complaints.push(`asked ${asked.url()}`);
  });
  page.on("popup", (opened) => complaints.push(`opened ${opened.url()}`));
  page.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
}

/** Goes to a view by its address, and waits until it is drawn. */
export async function goTo(page: Page, hash: string): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
  await drawn(page);
}

/** Waits until the data that a view looks up has arrived. */
export async function drawn(page: Page): Promise<void> {
  await until(page, `!document.body.innerText.includes("Looking through the live flows")`);
}

/** Waits until an expression is true in the page, whose policy forbids functions from text. */
export async function until(page: Page, expression: string): Promise<void> {
  while (!(await page.evaluate<boolean>(expression))) await pause(20);
}

/** Returns the overflow beyond the right edge of a page, in pixels. */
export async function overhang(page: Page): Promise<number> {
  return await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
}

/** Returns serious or critical violations found by axe. */
export async function seriousFaults(page: Page): Promise<string[]> {
  // The page's policy forbids scripts, so it is injected from outside.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<AxeResult>("axe.run()");
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

/** Returns the cells of a table's rows as texts. */
export async function rowsOf(page: Page, selector: string): Promise<string[][]> {
  return await page.$$eval(`${selector} tbody tr`, (all) =>
    all.map((row) => [...row.children].map((cell) => cell.textContent ?? "")),
  );
}

/** Every kind of element in a page, with its attribute names: `a class href`. Sorted. */
export async function elementKinds(page: Page): Promise<string[]> {
  return await page.evaluate<string[]>(
    `[...new Set([...document.querySelectorAll("*")].map((one) => [one.localName, ...one.getAttributeNames().sort()].join(" ")))].sort()`,
  );
}

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}
