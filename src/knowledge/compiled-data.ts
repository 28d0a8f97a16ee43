/**
 * The data files as the build leaves them (`scripts/compile-data.ts`): checked once and kept as what was read from them, so that a
 * start parses only what it needs. Lines of JSON, each a name and its value, in ASCII. They lie beside the folders of the bundles:
 * sources have none there, and read the data files themselves, as does whoever names another folder of data.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

const FILE = join(import.meta.dirname, "../data.jsonl");

let lines: readonly string[] | null = null;

/** The value of a name, as the build wrote it and owned by the caller; null where nothing is compiled. */
export function compiledData(name: string): unknown {
  lines ??= readLines();
  const begin = `["${name}",`;
  const line = lines.find((one) => one.startsWith(begin));
  return line === undefined ? null : (JSON.parse(line) as [string, unknown])[1];
}

/** The line of a value, without its end. */
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
