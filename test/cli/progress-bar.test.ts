import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { progressLine } from "../../src/cli/progress-bar.ts";
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
  it("is shown on a terminal when reading takes longer than a second, and taken away", async () => {
    const { status, stdout, stderr } = await runCli(["summarize", office], SLOW);
    expect(status).toBe(0);
    expect(stderr).toMatch(/\[=+\] 100% {2}[\d.]+ MB\/s {2}0 s left/);
    // Back to the first column, and the line cleared: nothing is left of it.
    expect(stderr.endsWith("\x1b[1G\x1b[2K")).toBe(true);
    expect(stdout).toContain("10 packets");
  });

  it("is shown while the table goes to a file", async () => {
    const args = ["summarize", office, "--output", folder.file("table.txt")];
    const { columns: _, ...noTerminal } = SLOW;
    expect((await runCli(args, noTerminal)).stderr).toContain("MB/s");
  });

  it("leaves cursor and line wrapping as they are, should the program be interrupted", async () => {
    const { stderr } = await runCli(["summarize", office], SLOW);
    expect(stderr).not.toContain("\x1b[?");
  });

  const cases: [string, string[], object][] = [
    ["a short reading", [], { ...SLOW, tickMs: 1 }],
    ["--no-progress", ["--no-progress"], SLOW],
    ["JSON", ["--format", "json"], SLOW],
    ["a pipe as standard error", [], { ...SLOW, stderrTTY: false }],
    ["a pipe as standard output", [], { stderrTTY: true, tickMs: 1500 }],
  ];
  it.each(cases)("is not shown for %s", async (_, args, options) => {
    expect((await runCli(["summarize", office, ...args], options)).stderr).toBe("");
  });
});

describe("progressLine", () => {
  const progress = {
    source: "x.pcap",
    packets: 12_300_000,
    bytesRead: 250_000_000,
    totalBytes: 1_000_000_000,
  };

  it("shows part, rate and time left", () => {
    expect(progressLine(progress, 2)).toBe("[======------------------]  25%  125 MB/s  6 s left");
    expect(progressLine(progress, 100)).toContain("2.5 MB/s  5 min 0 s left");
    expect(progressLine({ ...progress, bytesRead: 1000 }, 20)).toContain(" h ");
  });

  it("shows packets and rate where the whole is not known", () => {
    expect(progressLine({ ...progress, totalBytes: null }, 2)).toBe("12.3 million packets  125 MB/s");
    expect(progressLine({ ...progress, totalBytes: 5 }, 2)).toBe("12.3 million packets  125 MB/s");
  });

  it("shows nothing before anything is read", () => {
    expect(progressLine(null, 2)).toBe("");
    expect(progressLine({ ...progress, bytesRead: 0 }, 2)).toContain("0%  0.0 MB/s");
  });
});
