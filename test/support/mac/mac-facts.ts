/** What the simulated Mac behaves by, as a list for docs/macos.md. */
import { readFileSync } from "node:fs";

/** By their names: what is so, and where Apple's sources say it. */
export const FACTS: Readonly<Record<string, { readonly text: string; readonly source: string }>> = JSON.parse(
  readFileSync(new URL("facts.json", import.meta.url), "utf8"),
);

const BEGIN = "<!-- from test/support/mac/facts.json: npx tsx scripts/describe-mac.ts -->\n";
const END = "<!-- end -->";

/** The page with its list as the facts are now. Throws where it has no place for one. */
export function withFacts(page: string): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin < 0 || end < begin) throw new Error("no place for the facts");
  const list = Object.values(FACTS).map(({ text, source }) => `- ${text} (${source})\n`);
  return `${page.slice(0, begin + BEGIN.length)}\n${list.join("")}\n${page.slice(end)}`;
}
