/** The views of a history in a browser. */
import type { Page } from "playwright-core";
import { until } from "./page-browser.ts";

/** Goes to an address within the page, and waits for the answer. */
export async function askPast(page: Page, hash: string): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
  await answered(page);
}

export async function answered(page: Page): Promise<void> {
  await until(page, `document.querySelector("[aria-busy=true]") === null`);
}

/** Returns the texts of a table's rows. */
export function rowsOf(page: Page): Promise<string[][]> {
  return page.$$eval("section[aria-labelledby=rows] tbody tr", (all) =>
    all.map((row) => [...row.children].map((cell) => cell.querySelector("bdi, span")?.textContent ?? "")),
  );
}
