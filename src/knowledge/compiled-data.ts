/**
 * Data files as compiled by the build (`scripts/compile-data.ts`): checked once, with the parsed content stored as lines of
 * JSON in ASCII, each a name and its value, so that a start parses only what it needs. The compiled file lies beside the
 * folders of the bundles; when running from sources there is none, and the data files themselves are read, as with another
 * data folder.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

const FILE = join(import.meta.dirname, "../data.jsonl");

let lines: readonly string[] | null = null;

/** Returns the value of a name, as written by the build; owned by the caller. null if nothing is compiled. */
export function compiledData(name: string): unknown {
  lines ??= readLines();
  const begin = `["${name}",`;
  const line = lines.find((one) => one.startsWith(begin));
  return line === undefined ? null : (JSON.parse(line) as [string, unknown])[1];
}

/** Returns the line of a value, without a line end. */
export function compiledLine(name: string, value: unknown): string {
  const text = JSON.stringify([name, value]);
  return text.replace(
    /[\u0080-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function readLines(): readonly string[] {
  try {
    return readFileSync(FILE, "latin1").split("\n");
  } catch {
    return [];
  }
}
