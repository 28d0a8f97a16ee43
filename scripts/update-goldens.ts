/**
 * Writes what the command line prints now as what the golden table expects, and prints each difference: read them
 * before you commit. Run as `npm run update-goldens`.
 */
import { mkdirSync, readdirSync, unlinkSync, writeFileSync } from "node:fs";
import { expectedFile, readExpected, runGolden } from "../test/golden/run-golden.ts";
import { GOLDENS } from "../test/golden/table.ts";

const FOLDER = new URL("../test/golden/expected/", import.meta.url);

mkdirSync(FOLDER, { recursive: true });
let changed = 0;
let wrong = 0;
for (const golden of GOLDENS) {
  const { text, status } = await runGolden(golden);
  if (status !== golden.status) {
    console.log(`${golden.name}: status ${status}, the table says ${golden.status}`);
    wrong++;
  }
  const before = readExpected(golden);
  if (text === before) continue;
  changed++;
  console.log(`${golden.name}: ${before === null ? "new" : "changed"}`);
  if (before !== null) printDifference(before, text);
  writeFileSync(expectedFile(golden), text);
}
for (const file of readdirSync(FOLDER)) {
  if (GOLDENS.some(({ name }) => `${name}.txt` === file)) continue;
  console.log(`${file}: no row names it any more, removed`);
  unlinkSync(new URL(file, FOLDER));
  changed++;
}
console.log(`${GOLDENS.length} rows, ${changed} files written or removed, ${wrong} wrong statuses`);
if (wrong > 0) process.exitCode = 1;

/** The lines between what both have at their beginning and at their end. */
function printDifference(before: string, after: string): void {
  const old = before.split("\n");
  const now = after.split("\n");
  let start = 0;
  while (start < Math.min(old.length, now.length) && old[start] === now[start]) start++;
  let end = 0;
  const most = Math.min(old.length, now.length) - start;
  while (end < most && old[old.length - 1 - end] === now[now.length - 1 - end]) end++;
  console.log(`  line ${start + 1}`);
  for (const line of old.slice(start, old.length - end)) console.log(`  - ${line}`);
  for (const line of now.slice(start, now.length - end)) console.log(`  + ${line}`);
}
