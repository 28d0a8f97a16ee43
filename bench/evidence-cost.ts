/**
 * What looking beyond the port costs: `npx tsx bench/evidence-cost.ts [--rounds N] [CAPTURE...]`. Whole processes with
 * and without `--no-evidence`, by turns, over a capture of real handshakes (the lab's, replicated; made here) and over
 * the captures named.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { replicateCaptures } from "./generator/replicate.ts";
import { findMeter, measureRun, type RunMeasure } from "./runner/meter.ts";
import { median } from "./runner/statistics.ts";

const PROJECT = fileURLToPath(new URL("../", import.meta.url));
const PROGRAM = join(PROJECT, "dist/cli/main.cjs");
const FOLDER = join(PROJECT, "bench/captures/full");
const HANDSHAKES = join(FOLDER, "handshakes.pcap");
const COPIES = 400;
const TIMEOUT_SECONDS = 120;

const { values, positionals } = parseArgs({
  options: { rounds: { type: "string", default: "7" } },
  allowPositionals: true,
});
const rounds = Number(values.rounds);

if (!existsSync(HANDSHAKES)) {
  mkdirSync(FOLDER, { recursive: true });
  const lab = join(PROJECT, "fixtures/lab");
  const sessions = readdirSync(lab).filter((name) => /^apple-.*\.pcap(ng)?$/.test(name));
  const { packets } = await replicateCaptures(
    sessions.sort().map((name) => join(lab, name)),
    COPIES,
    HANDSHAKES,
  );
  console.log(`made ${HANDSHAKES}: ${COPIES} copies of ${sessions.length} sessions, ${packets} packets`);
}

const meter = findMeter();
const scratch = mkdtempSync(join(tmpdir(), "appleflow-bench-"));
try {
  for (const capture of [HANDSHAKES, ...positionals]) await compare(capture);
} finally {
  rmSync(scratch, { recursive: true });
}

async function compare(capture: string): Promise<void> {
  const all = { without: [] as RunMeasure[], with: [] as RunMeasure[] };
  for (let round = -1; round < rounds; round++) {
    for (const [name, options] of [["without", ["--no-evidence"]] as const, ["with", []] as const]) {
      const args = ["summarize", capture, "--format", "json", "--no-progress", ...options];
      const { measure } = await measureRun(
        meter,
        [process.execPath, PROGRAM, ...args],
        scratch,
        TIMEOUT_SECONDS,
      );
      // The first round brings the capture into the page cache.
      if (round >= 0) all[name].push(measure);
    }
  }
  const wall = (name: "without" | "with") => median(all[name].map(({ wallSeconds }) => wallSeconds));
  const cpu = (name: "without" | "with") =>
    median(all[name].map(({ cpuSeconds }) => cpuSeconds ?? Number.NaN));
  console.log(
    `${basename(capture)}: ${wall("without").toFixed(2)} s by ports, ${wall("with").toFixed(2)} s with evidence: ` +
      `${(wall("with") / wall("without")).toFixed(2)} times (CPU ${(cpu("with") / cpu("without")).toFixed(2)})`,
  );
}
