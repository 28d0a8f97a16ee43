/**
 * Compares what is found in captures of other projects with what an independent decoder counted in them:
 *
 *   npm run check-captures [FOLDER]    default: ../shared/captures/, whose README.md has the table of counts
 *
 * Packets, bytes, and TCP/UDP flows that never end (idle timeout 0). The captures stay where they lie: their licences
 * differ. Where the folder is not there, there is nothing to compare, and that is said.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { summarize } from "../src/index.ts";
import { conservationProblems } from "../test/support/conservation.ts";

const folder = process.argv[2] ?? join(import.meta.dirname, "../../shared/captures");
const table = join(folder, "README.md");

/** `| file | packets | bytes | flows |` */
const ROW = /^\| (\S+\.pcap(?:ng)?) \| (\d+) \| (\d+) \| (\d+) \|$/gm;

process.exitCode = existsSync(table) ? await checkAll(readFileSync(table, "utf8")) : skip();

function skip(): number {
  process.stdout.write(`skipped: there is no ${table}\n`);
  return 0;
}

async function checkAll(readme: string): Promise<number> {
  const rows = [...readme.matchAll(ROW)];
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
