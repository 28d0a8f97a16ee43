/**
 * Runs lab sessions and stores their captures in `fixtures/lab/`. As root, on Debian:
 *
 *   npm run lab -- NAME...    these sessions
 *   npm run lab -- --all      all of them
 *   npm run lab -- --list     their names
 *
 * Exit status 1 if a session failed, 2 for wrong usage.
 */
import { userInfo } from "node:os";
import { abandonSessions, runSession } from "./lab/session-run.ts";
import { listSessions, loadSession } from "./lab/sessions.ts";

const USAGE = "usage: npm run lab -- NAME...|--all|--list\n";
const INTERRUPTED = 130;

const words = process.argv.slice(2);
if (words.length === 0 || words.some((word) => word.startsWith("--") && !/^--(all|list)$/.test(word))) {
  process.stderr.write(USAGE);
  process.exitCode = 2;
} else if (words.includes("--list")) {
  for (const name of listSessions()) process.stdout.write(`${name}\n`);
} else if (userInfo().uid !== 0) {
  process.stderr.write("the lab makes network namespaces: run it as root\n");
  process.exitCode = 2;
} else {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => {
      void abandonSessions().then(() => process.exit(INTERRUPTED));
    });
  }
  await runSessions(words.includes("--all") ? listSessions() : words);
}

/** One after the other: each has the whole machine to itself, and a failure does not affect the others. */
async function runSessions(names: readonly string[]): Promise<void> {
  const captured: string[] = [];
  const failed: string[] = [];
  const rows = new Set<string>();
  for (const name of names) {
    const started = performance.now();
    try {
      const session = await loadSession(name);
      const bytes = await runSession(session);
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      process.stdout.write(`${name}: ${bytes} bytes, ${seconds} s\n`);
      captured.push(name);
      for (const row of session.rows) rows.add(row);
    } catch (error) {
      process.stdout.write(`${name}: FAILED: ${error instanceof Error ? error.message : String(error)}\n`);
      failed.push(name);
    }
  }
  const sorted = [...rows].sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
  process.stdout.write(`\nrows: ${sorted.join(" ")} (${sorted.length})\n`);
  process.stdout.write(`failed: ${failed.length === 0 ? "none" : failed.join(" ")}\n`);
  process.stdout.write(`${captured.length} captured, ${failed.length} failed\n`);
  if (failed.length > 0) process.exitCode = 1;
}
