/**
 * Compares the results for published captures of other projects with the counts of an independent decoder: packets, bytes,
 * and TCP/UDP flows that never end (idle timeout 0).
 *
 *   npm run check:captures -- DIR
 *
 * The captures are not part of the project, because their licences differ; so CI does not run this. DIR/README.md has a table
 * with a row `| file | packets | bytes | flows |` for each capture of DIR.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { summarize } from "../src/engine/summarize.ts";
import { conservationProblems } from "../test/support/conservation.ts";

const ROW = /^\| (\S+\.pcap(?:ng)?) \| (\d+) \| (\d+) \| (\d+) \|$/gm;

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error(
    "usage: npm run check:captures -- DIR, with captures and a README.md that has a table of their counts",
  );
  process.exitCode = 1;
} else {
  process.exitCode = await checkAll(folder);
}

async function checkAll(folder: string): Promise<number> {
  const rows = [...readFileSync(join(folder, "README.md"), "utf8").matchAll(ROW)];
  let failed = rows.length === 0 ? 1 : 0;
  for (const [, file, ...counts] of rows) {
    const wanted = counts.map(Number);
    const summary = await summarize([join(folder, file)], { idleTimeoutSeconds: 0 });
    const { packets, bytes, sources } = summary.capture;
    const found = [packets, bytes, summary.flows.total];
    const problems = conservationProblems(summary);
    const error = sources[0].error?.message;
    if (error !== undefined) problems.push(error);
    for (const [i, what] of ["packets", "bytes", "flows"].entries()) {
      if (found[i] !== wanted[i]) problems.push(`${what}: ${found[i]} instead of ${wanted[i]}`);
    }
    if (problems.length > 0) failed++;
    process.stdout.write(`${problems.length === 0 ? "same" : "differs"}  ${file}  ${problems.join("; ")}\n`);
  }
  process.stdout.write(`${rows.length - failed} passed, ${failed} failed\n`);
  return failed === 0 ? 0 : 1;
}
