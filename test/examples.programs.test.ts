/** The scripts of examples/ do what their headers say, on the fixtures, with the built program. */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { summarize } from "../src/engine/summarize.ts";

const PHONE = "fixtures/phone-morning.pcapng";
const OFFICE = "fixtures/office-morning.pcapng";

const hasJq = spawnSync("jq", ["--version"]).status === 0;
if (!hasJq) console.warn("jq is not installed: examples/products-by-device.sh is not tried");
const hasDuckDb = await import("@duckdb/node-api").then(
  () => true,
  () => false,
);
if (!hasDuckDb) console.warn("@duckdb/node-api is not installed: examples/busy-minutes.mjs is not tried");

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "appleflow-examples-"));
  // The scripts call the program by name.
  mkdirSync(join(folder, "bin"));
  const program = join(folder, "bin", "appleflow");
  writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${resolve("dist/cli/main.cjs")}" "$@"\n`);
  chmodSync(program, 0o755);
});
afterAll(() => rmSync(folder, { recursive: true }));

function runExample(name: string, ...args: readonly string[]) {
  const script = `examples/${name}`;
  const [program, before] = name.endsWith(".mjs") ? [process.execPath, [script]] : ["sh", [script]];
  const PATH = [join(folder, "bin"), process.env.PATH].join(delimiter);
  const { status, stdout, stderr } = spawnSync(program, [...before, ...args], {
    encoding: "utf8",
    env: { ...process.env, PATH },
  });
  return { status, stdout, stderr, lines: stdout.trimEnd().split("\n") };
}

describe("examples", () => {
  it("have a line each in their README, and a usage text", () => {
    const scripts = readdirSync("examples").filter((name) => name !== "README.md");
    const readme = readFileSync("examples/README.md", "utf8");
    const named = [...readme.matchAll(/^\| \[([^\]]+)\]\(([^)]+)\)/gm)].map(([, name, target]) => [
      name,
      target,
    ]);
    expect(named.map(([name]) => name).sort()).toEqual(scripts.sort());
    for (const [name, target] of named) expect(target).toBe(name);
    for (const script of scripts) {
      expect(readFileSync(`examples/${script}`, "utf8").split("\n").length).toBeLessThan(45);
      const { status, stderr } = runExample(script);
      expect([script, status]).toEqual([script, 1]);
      expect(stderr).toContain("usage: ");
    }
  });

  it.skipIf(!hasJq)("products-by-device.sh adds up to the identified bytes, each end once", async () => {
    const { status, stderr, lines } = runExample("products-by-device.sh", PHONE);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(lines[0]).toMatch(/^iPhone\tiCloud Key Value Store\t\d+$/);
    const { devices, groups } = await summarize([PHONE]);
    const identified = new Set(groups.filter((group) => group.class === "identified").map(({ id }) => id));
    const bytes = devices
      .flatMap((device) => device.groups)
      .filter(({ id }) => identified.has(id))
      .reduce((sum, { sent, received }) => sum + sent + received, 0);
    expect(lines.reduce((sum, line) => sum + Number(line.split("\t")[2]), 0)).toBe(bytes);
    // A truncated capture has results too.
    expect(runExample("products-by-device.sh", "fixtures/cut-record.pcap").status).toBe(0);
    expect(runExample("products-by-device.sh", "package.json").status).not.toBe(0);
  });

  it.skipIf(!hasDuckDb)("busy-minutes.mjs finds the busiest minutes in a Parquet table", async () => {
    const table = join(folder, "minutes.parquet");
    const made = spawnSync(
      process.execPath,
      ["dist/cli/main.cjs", "summarize", PHONE, "--every", "1m", "--format", "parquet", "-o", table],
      { encoding: "utf8" },
    );
    expect(made.stderr).toBe("");
    const { status, stderr, lines } = runExample("busy-minutes.mjs", table);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const { series } = await summarize([PHONE], { everySeconds: 60 });
    const most = Math.max(
      ...(series?.buckets ?? []).flatMap(({ groups }) => groups.map(({ bytes }) => bytes)),
    );
    const [minute, what, bytes] = lines[0].split("\t");
    expect(minute).toMatch(/^2026-10-12 06:4\d$/);
    expect(what).not.toBe("");
    expect(Number(bytes)).toBeGreaterThanOrEqual(most);
    const amounts = lines.map((line) => Number(line.split("\t")[2]));
    expect(amounts).toEqual(amounts.toSorted((a, b) => b - a));
  });

  it("unknown-names.mjs lists names of Apple's servers without a known product", async () => {
    const { status, stderr, lines } = runExample("unknown-names.mjs", PHONE);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(lines.map((line) => line.split("\t")[0])).toEqual(["assets.cdn-apple.com", "(no name)"]);
    const { classes } = await summarize([PHONE], { idleTimeoutSeconds: 300 });
    expect(lines.reduce((sum, line) => sum + Number(line.split("\t")[1]), 0)).toBe(classes.apple.bytes);
    const refused = runExample("unknown-names.mjs", "-", "-");
    expect([refused.status, refused.stderr]).toEqual([
      1,
      'bad_argument: standard input ("-") is named twice, but can be read only once\n',
    ]);
  });

  it("check-capture.sh writes an expectation, then checks captures against it", () => {
    const expected = join(folder, "expected.json");
    const first = runExample("check-capture.sh", PHONE, expected);
    expect([first.status, first.stdout]).toEqual([0, `${expected} is new: nothing was checked\n`]);
    const again = runExample("check-capture.sh", PHONE, expected);
    expect([again.status, again.lines.at(-1)]).toEqual([0, "as expected"]);
    const other = runExample("check-capture.sh", OFFICE, expected);
    expect(other.status).toBe(5);
    expect(other.stdout).toMatch(/^::error /m);
    expect(runExample("check-capture.sh", "package.json", expected).status).toBe(3);
  });

  it("daily-report.sh writes a page, and prints only what fails", () => {
    const [captures, reports] = ["captures", "reports"].map((name) => join(folder, name));
    for (const name of [captures, reports]) mkdirSync(name);
    copyFileSync("fixtures/lab/apple-facetime.pcapng", join(captures, "2026-01-31-09.pcapng"));
    const quiet = runExample("daily-report.sh", captures, reports, "2026-01-31");
    expect([quiet.status, quiet.stdout, quiet.stderr]).toEqual([0, "", ""]);
    expect(readFileSync(join(reports, "2026-01-31.html"), "utf8")).toMatch(/^<!doctype html>/i);
    copyFileSync("fixtures/lab/fault-refused.pcap", join(captures, "2026-02-01-09.pcap"));
    const loud = runExample("daily-report.sh", captures, reports, "2026-02-01");
    expect(loud.stdout).toContain("refused");
    const none = runExample("daily-report.sh", captures, reports, "2026-02-02");
    expect([none.status, none.stdout]).toEqual([1, `no capture of 2026-02-02 in ${captures}\n`]);
  });
});
