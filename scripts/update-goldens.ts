/**
 * Updates the expected output of the golden table, the goldens of the lab's captures, the lab's README and docs/cli.md;
 * prints each difference: read them before you commit. Run as `npm run update-goldens`.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { loadServiceTable } from "../src/knowledge/port-list/load-service-table.ts";
import { expectedFile, runGolden } from "../test/golden/run-golden.ts";
import { GOLDENS } from "../test/golden/table.ts";
import { labGoldenFile, labGoldenNames, renderLabGolden } from "../test/lab/lab-golden.ts";
import { readAllCaptured } from "./lab/captured-session.ts";
import { renderLabReadme } from "./lab/lab-readme.ts";
import { allCommands } from "./reference/all-commands.ts";
import { markdownReference } from "./reference/markdown-reference.ts";

const TABLE_FOLDER = new URL("../test/golden/expected/", import.meta.url);
const LAB_FOLDER = new URL("../test/lab/expected/", import.meta.url);
const CLI_REFERENCE = new URL("../docs/cli.md", import.meta.url);
const LAB_README = new URL("../fixtures/lab/README.md", import.meta.url);

let changed = 0;
let wrong = 0;
for (const golden of GOLDENS) {
  const { text, status } = await runGolden(golden);
  if (status !== golden.status) {
    console.log(`${golden.name}: status ${status}, the table says ${golden.status}`);
    wrong++;
  }
  update(golden.name, expectedFile(golden), text);
}
removeStrangers(TABLE_FOLDER, new Set(GOLDENS.map(({ name }) => `${name}.txt`)));

const captured = await readAllCaptured();
for (const session of captured) {
  const { session: name } = session.truth;
  update(`lab/${name}`, labGoldenFile(name), await renderLabGolden(session));
}
removeStrangers(LAB_FOLDER, new Set(labGoldenNames()));
update("fixtures/lab/README.md", LAB_README, renderLabReadme(loadServiceTable(), captured));
update("docs/cli.md", CLI_REFERENCE, markdownReference(await allCommands()));

console.log(
  `${GOLDENS.length} rows, ${captured.length} lab captures, ${changed} files written or removed, ${wrong} wrong statuses`,
);
if (wrong > 0) process.exitCode = 1;

/** Writes a file whose text has changed, and prints the difference. */
function update(name: string, file: URL, text: string): void {
  mkdirSync(new URL("./", file), { recursive: true });
  const before = existsSync(file) ? readFileSync(file, "utf8") : null;
  if (text === before) return;
  changed++;
  console.log(`${name}: ${before === null ? "new" : "changed"}`);
  if (before !== null) printDifference(before, text);
  writeFileSync(file, text);
}

function removeStrangers(folder: URL, known: ReadonlySet<string>): void {
  for (const file of readdirSync(folder)) {
    if (known.has(file)) continue;
    console.log(`${file}: nothing names it any more, removed`);
    unlinkSync(new URL(file, folder));
    changed++;
  }
}

/** The lines between the common beginning and the common end. */
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
