/** The version of the program that reports name. */
import { readFileSync } from "node:fs";

let known: string | null = null;

/** The version in package.json, which lies as far from `src/` as from `dist/`. */
export function programVersion(): string {
  if (known === null) {
    const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
    known = (JSON.parse(text) as { version: string }).version;
  }
  return known;
}
