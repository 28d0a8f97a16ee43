/** Captures that overlap in time, as cut by other programs, from pipes, and with few open files. */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openCapture } from "../../src/packets/files/open-capture.ts";
import type { Summary } from "../../src/reports/traffic/summary.ts";
import { readRecords } from "../support/memory-source.ts";
import { PartFolder, pcapngOf, splitBy, summaryOf } from "../support/split-capture.ts";

const PROGRAM = "dist/cli/main.cjs";
const CAPTURE = "fixtures/lab/apple-names.pcapng";

let folder: PartFolder;
beforeAll(() => {
  folder = new PartFolder();
});
afterAll(() => folder.remove());

/** The part of the result that does not depend on the order of names. */
function totalsOf(stdout: string): Omit<Summary, "capture"> {
  const { capture: _, ...totals } = JSON.parse(stdout);
  return totals;
}

const whole = (path: string): Omit<Summary, "capture"> =>
  totalsOf(
    execFileSync(process.execPath, [PROGRAM, "summarize", path, "--format", "json"], { encoding: "utf8" }),
  );

const hasEditcap = spawnSync("editcap", ["--version"], { stdio: "ignore" }).status === 0;
if (!hasEditcap) console.info("editcap is not installed: captures are not cut by it");

describe.skipIf(!hasEditcap)("parts of a capture made by editcap", () => {
  it.each(["-c 10", "-i 1"])(
    "give the summary of the whole capture with %s, in any order",
    async (option) => {
      const name = `cut${option.replaceAll(" ", "")}`;
      execFileSync("editcap", [...option.split(" "), CAPTURE, join(folder.path, `${name}.pcapng`)]);
      const parts = readdirSync(folder.path).filter((file) => file.startsWith(name));
      expect(parts.length).toBeGreaterThan(2);
      const paths = parts.toSorted().map((file) => join(folder.path, file));
      const expected = await summaryOf([CAPTURE]);
      expect(await summaryOf(paths)).toBe(expected);
      expect(await summaryOf(paths.reverse())).toBe(expected);
    },
  );
});

it("more overlapping captures than can be open are read, and reported", async () => {
  const records = await readRecords(await openCapture(CAPTURE));
  const paths = folder.put(splitBy(records, (_, i) => i % 100).map(pcapngOf));
  expect(paths).toHaveLength(100);
  const command = `ulimit -n 64 && exec "$0" "$@"`;
  const args = ["-c", command, process.execPath, PROGRAM, "summarize", ...paths];
  const json = spawnSync("bash", [...args, "--format", "json"], { encoding: "utf8" });
  expect(json.status).toBe(0);
  expect(json.stderr).toMatch(
    /^appleflow: \d+ packets were counted after later ones of other captures: .*\n$/,
  );
  const { capture }: Summary = JSON.parse(json.stdout);
  expect(capture.packets).toBe(records.length);
  expect(capture.sources.every(({ complete }) => complete)).toBe(true);
  expect(capture.sources.some(({ weirds }) => (weirds?.merged_late ?? 0) > 0)).toBe(true);
  const table = spawnSync("bash", args, { encoding: "utf8" });
  expect(table.status).toBe(0);
  expect(table.stdout).toContain("packets were counted after later ones of other captures");
});

it("a pipe is read on its own, between the files named before and after it", async () => {
  const records = await readRecords(await openCapture(CAPTURE));
  const third = Math.floor(records.length / 3);
  const parts = splitBy(records, (_, i) => Math.min(2, Math.floor(i / third)));
  const [first, second, last] = folder.put(parts.map(pcapngOf));
  const fifo = join(folder.path, "fifo");
  execFileSync("mkfifo", [fifo]);
  const child = spawn(process.execPath, [PROGRAM, "summarize", first, fifo, last, "--format", "json"]);
  let stdout = "";
  child.stdout.on("data", (chunk) => {
    stdout += chunk;
  });
  createWriteStream(fifo).end(readFileSync(second));
  const [status] = await once(child, "close");
  expect(status).toBe(0);
  expect(totalsOf(stdout)).toEqual(whole(folder.put([pcapngOf(records)])[0]));
  expect(JSON.parse(stdout).capture.sources.map(({ name }: { name: string }) => name)).toEqual([
    first,
    fifo,
    last,
  ]);
});
