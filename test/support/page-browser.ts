/** Debian's Chromium, for the page of `live --web` and for reports: what it draws, whom it asks, what it complains of. */
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import axe from "axe-core";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { shellWord } from "../../src/shell-word.ts";

const PROGRAM = "/usr/bin/chromium";
const HEIGHT = 900;

/** Why pages cannot be looked at here, or null where they can. */
export function whyNoBrowser(): string | null {
  return existsSync(PROGRAM) ? null : `not installed: ${PROGRAM}, which draws the page`;
}

/** Says so where it is missing. */
export function isBrowserThere(): boolean {
  const reason = whyNoBrowser();
  if (reason !== null) console.log(`skipped: ${reason}`);
  return reason === null;
}

/** Whoever runs the tests as root has no sandbox of Chromium's; only pages of ours are opened. */
const ARGUMENTS = ["--no-sandbox"];

export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: PROGRAM, args: ARGUMENTS });
}

/** One that runs elsewhere: `within` makes the command for that, as that of a namespace. */
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

/** A page that is looked at. */
export interface SeenPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the console said, errors and dialogs, and whom it asked but its own server. */
  readonly complaints: string[];
}

/** How a page is looked at. */
export interface Looking {
  readonly width?: number;
  readonly scheme?: "light" | "dark";
}

/** Opens the page of `live`, by the printed address, in a browser that has never been there. */
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

/** Notes what a page complains of, and asks of others than the server of `url`; of a file: than itself. */
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

/** Waits until what a view looks up is there. */
export async function drawn(page: Page): Promise<void> {
  await until(page, `!document.body.innerText.includes("Looking through the live flows")`);
}

/** Waits until an expression is true in the page, whose policy lets no function of a text run there. */
export async function until(page: Page, expression: string): Promise<void> {
  while (!(await page.evaluate<boolean>(expression))) await pause(20);
}

/** How far what a page shows hangs over its right edge, in pixels. */
export async function overhang(page: Page): Promise<number> {
  return await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
}

/** What axe finds that is serious or worse. */
export async function seriousFaults(page: Page): Promise<string[]> {
  // The policy lets no script in; it is put in from beside the page.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<AxeResult>("axe.run()");
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

/** The cells of a table's rows, as texts. */
export async function rowsOf(page: Page, selector: string): Promise<string[][]> {
  return await page.$$eval(`${selector} tbody tr`, (all) =>
    all.map((row) => [...row.children].map((cell) => cell.textContent ?? "")),
  );
}

/** Every kind of element in a page, with the names of its attributes: `a class href`. Sorted. */
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
