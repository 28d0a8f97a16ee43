/**
 * Writes the captures of `fixtures/` and their README, byte for byte the same on every machine:
 *
 *   npm run make-fixtures                 the captures
 *   npm run make-fixtures -- --expected   and the library's results, test/fixtures/expected/: read the diff
 */
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { allFixtures } from "./fixtures/all-fixtures.ts";
import { expectedFiles } from "./fixtures/expected-files.ts";
import { renderFixturesReadme } from "./fixtures/fixtures-readme.ts";

const ROOT = join(import.meta.dirname, "..");
const FIXTURES = join(ROOT, "fixtures");
const EXPECTED = join(ROOT, "test/fixtures/expected");

const fixtures = allFixtures();
mkdirSync(FIXTURES, { recursive: true });
for (const { name, bytes } of fixtures) writeFileSync(join(FIXTURES, name), bytes);
writeFileSync(join(FIXTURES, "README.md"), renderFixturesReadme(fixtures));
const total = fixtures.reduce((sum, { bytes }) => sum + bytes.length, 0);
process.stdout.write(`${fixtures.length} captures, ${total} bytes\n`);

// Traffic of real programs is recorded by the lab (scripts/lab.ts).
const known = new Set([...fixtures.map(({ name }) => name), "README.md", "lab"]);
const strangers = readdirSync(FIXTURES).filter((name) => !known.has(name));
if (strangers.length > 0) process.stdout.write(`not made by this script: ${strangers.join(", ")}\n`);

if (process.argv.includes("--expected")) {
  process.chdir(ROOT);
  mkdirSync(EXPECTED, { recursive: true });
  for (const { name } of fixtures) {
    for (const [file, text] of await expectedFiles(name)) writeFileSync(join(EXPECTED, file), text);
  }
  process.stdout.write("expected files written: read their diff before you commit them\n");
}
