/** The program version given in reports. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

let known: string | null = null;

/** The version in package.json, which is equally far from `src/` and `dist/`. */
export function programVersion(): string {
  if (known === null) {
    const text = readFileSync(join(import.meta.dirname, "../../package.json"), "utf8");
    known = (JSON.parse(text) as { version: string }).version;
  }
  return known;
}
