import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ProgressBar, progressLine } from "../../src/cli/progress-bar.ts";
import { runCli } from "./run-cli.ts";
import { CaptureFolder, officeCapture } from "./sample-captures.ts";

let folder: CaptureFolder;
let office: string;

beforeAll(() => {
  folder = new CaptureFolder();
  office = folder.put("office.pcap", officeCapture());
});
afterAll(() => folder.remove());

const SLOW = { columns: 80, stderrTTY: true, tickMs: 1500 };

describe("the progress bar", () => {
  it("appears on a terminal when reading takes longer than a second, and is erased at the end", async () => {
    const { status, stdout, stderr } = await runCli(["summarize", office], SLOW);
    expect(status).toBe(0);
    expect(stderr).toMatch(/\[=+\] 100% {2}[\d.]+ MB\/s {2}0 s left/);
    // Back to the first column with the line cleared, so that nothing remains.
    expect(stderr.endsWith("\x1b[1G\x1b[2K")).toBe(true);
    expect(stdout).toContain("10 packets");
  });

  it("appears while the table goes to a file", async () => {
    const args = ["summarize", office, "--output", folder.file("table.txt")];
    const { columns: _, ...noTerminal } = SLOW;
    expect((await runCli(args, noTerminal)).stderr).toContain("MB/s");
  });

  it("leaves cursor and line wrapping alone, in case the program is interrupted", async () => {
    const { stderr } = await runCli(["summarize", office], SLOW);
    expect(stderr).not.toContain("\x1b[?");
  });

  const cases: [string, string[], object][] = [
    ["a short read", [], { ...SLOW, tickMs: 1 }],
    ["--no-progress", ["--no-progress"], SLOW],
    ["JSON", ["--format", "json"], SLOW],
    ["a pipe as standard error", [], { ...SLOW, stderrTTY: false }],
    ["a pipe as standard output", [], { stderrTTY: true, tickMs: 1500 }],
  ];
  it.each(cases)("is not shown for %s", async (_, args, options) => {
    expect((await runCli(["summarize", office, ...args], options)).stderr).toBe("");
  });
});

/** A bar on a terminal with its clock, and what it has written. */
function barOn(columns: number) {
  const written: string[] = [];
  const clock = { now: 0 };
  const write = (text: string) => written.push(text) > 0;
  const bar = new ProgressBar({
    argv: [],
    env: {},
    stdin: { isTTY: true },
    stdout: { isTTY: true, columns, write },
    stderr: { isTTY: true, columns, write },
    now: () => clock.now,
    endAtOnce: () => undefined,
    endBySignal: () => undefined,
  });
  return { bar, clock, written };
}

const HALF = { source: "x.pcap", packets: 1, bytesRead: 50_000_000, totalBytes: 100_000_000 };

describe("ProgressBar", () => {
  it("draws at most ten times a second, however often it is updated", () => {
    const { bar, clock, written } = barOn(80);
    for (clock.now = 0; clock.now < 3000; clock.now++) bar.update({ ...HALF, bytesRead: clock.now * 10_000 });
    bar.stop();
    expect(written.length).toBeGreaterThan(15);
    expect(written.length).toBeLessThanOrEqual(21);
    expect(written[0]).toBe("\x1b[1G[==----------------------]  10%  10 MB/s  9 s left\x1b[0K");
    expect(written.at(-1)).toBe("\x1b[1G\x1b[2K");
  });

  it("keeps moving while nothing is read, writes changes only, and stops with the reading", async () => {
    const { bar, clock, written } = barOn(80);
    clock.now = 2000;
    bar.update(HALF);
    clock.now = 4000;
    await expect.poll(() => written.length).toBe(2);
    expect(written[1]).toContain("13 MB/s  4 s left");
    bar.stop();
    clock.now = 8000;
    await new Promise((resolve) => setTimeout(resolve, 250));
    bar.stop();
    expect(written).toHaveLength(3);
  });

  it("fits into a narrow terminal", () => {
    const { bar, clock, written } = barOn(20);
    clock.now = 2000;
    bar.update(HALF);
    bar.stop();
    expect(written[0]).toBe("\x1b[1G[============-------\x1b[0K");
  });
});

describe("progressLine", () => {
  const progress = {
    source: "x.pcap",
    packets: 12_300_000,
    bytesRead: 250_000_000,
    totalBytes: 1_000_000_000,
  };

  it("shows progress, rate and time left", () => {
    expect(progressLine(progress, 2)).toBe("[======------------------]  25%  125 MB/s  6 s left");
    expect(progressLine(progress, 100)).toContain("2.5 MB/s  5 min 0 s left");
    expect(progressLine({ ...progress, bytesRead: 1000 }, 20)).toContain(" h ");
  });

  it("shows packets and rate if the total is unknown", () => {
    expect(progressLine({ ...progress, totalBytes: null }, 2)).toBe("12.3 million packets  125 MB/s");
    expect(progressLine({ ...progress, totalBytes: 5 }, 2)).toBe("12.3 million packets  125 MB/s");
  });

  it("shows nothing before anything is read", () => {
    expect(progressLine(null, 2)).toBe("");
    expect(progressLine({ ...progress, bytesRead: 0 }, 2)).toContain("0%  0.0 MB/s");
  });
});
