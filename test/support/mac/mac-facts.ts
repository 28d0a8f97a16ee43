/** The behaviour of the simulated Mac, as a list for docs/macos.md. */
import { readFileSync } from "node:fs";

/** By name: the fact, and its place in Apple's sources. */
export const FACTS: Readonly<Record<string, { readonly text: string; readonly source: string }>> = JSON.parse(
  readFileSync(new URL("facts.json", import.meta.url), "utf8"),
);

const BEGIN = "<!-- from test/support/mac/facts.json: npx tsx scripts/describe-mac.ts -->\n";
const END = "<!-- end -->";

/** Returns the page with its list updated to the current facts. Throws if it has no place for the list. */
export function withFacts(page: string): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin < 0 || end < begin) throw new Error("no place for the facts");
  const list = Object.values(FACTS).map(({ text, source }) => `- ${text} (${source})\n`);
  return `${page.slice(0, begin + BEGIN.length)}\n${list.join("")}\n${page.slice(end)}`;
}
