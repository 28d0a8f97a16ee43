/** Ctrl-C while captures are read: results so far are kept, and no file is left incomplete. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, readdirSync, readFileSync, type WriteStream } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CaptureFolder, capturesOfFlows, officeCapture } from "./sample-captures.ts";

const PROGRAM = "dist/cli/main.cjs";
/** Time to read what the pipe contains; available data is read immediately. */
const READ_MS = 700;

let folder: CaptureFolder;
let office: string;
beforeAll(() => {
  folder = new CaptureFolder();
  office = folder.put("office.pcap", officeCapture());
});
afterAll(() => folder.remove());

interface Running {
  readonly child: ChildProcess;
  readonly output: { stdout: string; stderr: string };
}

function start(args: readonly string[]): Running {
  const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ["pipe", "pipe", "pipe"] });
  const output = { stdout: "", stderr: "" };
  child.stdout?.on("data", (chunk) => {
    output.stdout += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    output.stderr += chunk;
  });
  // The program may have exited when the test closes the pipe.
  child.stdin?.on("error", () => undefined);
  return { child, output };
}

/** Interrupts the program once it has read its input; returns the status that a shell shows. */
async function interrupt({ child }: Running): Promise<number> {
  await pause(READ_MS);
  child.kill("SIGINT");
  const [code, signal] = await once(child, "close");
  return signal === "SIGINT" ? 130 : code;
}

describe.each(["summarize", "reach"])("%s, interrupted,", (command) => {
  it("prints what a silent pipe delivered so far, marked as incomplete", async () => {
    const running = start([command, "-", "--format", "json"]);
    running.child.stdin?.write(officeCapture());
    expect(await interrupt(running)).toBe(130);
    const { capture } = JSON.parse(running.output.stdout);
    expect(capture.packets).toBe(10);
    expect(capture.sources).toMatchObject([{ name: "-", complete: false, error: { code: "interrupted" } }]);
    expect(running.output.stderr).toMatch(/^appleflow: -: interrupted after \d+ bytes\n$/);
  });
});

it("summarize, interrupted, marks its table as incomplete", async () => {
  const running = start(["summarize", "-"]);
  running.child.stdin?.write(officeCapture());
  expect(await interrupt(running)).toBe(130);
  expect(running.output.stdout).toContain("10 packets");
  expect(running.output.stdout).toContain("Incomplete: 1 of 1 not read to the end: - (interrupted)");
});

it("flows, interrupted, prints the live flows", async () => {
  const running = start(["flows", "-"]);
  running.child.stdin?.write(capturesOfFlows(500));
  expect(await interrupt(running)).toBe(130);
  expect(running.output.stdout.trimEnd().split("\n")).toHaveLength(500);
});

it("summarize, interrupted, keeps earlier captures and names those it did not read", async () => {
  const running = start(["summarize", office, "-", office, office, "--format", "json"]);
  running.child.stdin?.write(officeCapture());
  expect(await interrupt(running)).toBe(130);
  const { capture } = JSON.parse(running.output.stdout);
  expect(capture.packets).toBe(20);
  expect(capture.sources.map((source: { complete: boolean }) => source.complete)).toEqual([
    true,
    false,
    false,
    false,
  ]);
  expect(running.output.stderr).toContain(
    `appleflow: 2 captures, from ${office} on: not read, interrupted\n`,
  );
});

it("summarize, interrupted while it waits for the writer of a named pipe, prints nothing", async () => {
  const pipe = folder.file("fifo");
  execFileSync("mkfifo", [pipe]);
  const running = start(["summarize", pipe]);
  expect(await interrupt(running)).toBe(130);
  expect(running.output).toEqual({ stdout: "", stderr: `appleflow: ${pipe}: not read, interrupted\n` });
});

it("summarize, interrupted, reports what a named pipe delivered", async () => {
  const pipe = folder.file("fifo with writer");
  execFileSync("mkfifo", [pipe]);
  const running = start(["summarize", pipe, "--format", "json"]);
  const writer: WriteStream = createWriteStream(pipe);
  writer.on("error", () => undefined);
  writer.write(officeCapture());
  expect(await interrupt(running)).toBe(130);
  writer.destroy();
  expect(JSON.parse(running.output.stdout).capture.packets).toBe(10);
});

describe("the file of --output, after an interruption,", () => {
  it.each(["summarize", "flows", "reach"])("has the whole result of %s so far", async (command) => {
    const path = new CaptureFolder();
    const file = path.put("out", "old\n");
    const running = start([command, "-", "--output", file]);
    running.child.stdin?.write(capturesOfFlows(3000));
    expect(await interrupt(running)).toBe(130);
    expect(readdirSync(path.path)).toEqual(["out"]);
    const text = readFileSync(file, "utf8");
    expect(text).toMatch(/\n$/);
    expect(text.startsWith("old")).toBe(false);
    if (command === "flows") expect(text.trimEnd().split("\n")).toHaveLength(3000);
    path.remove();
  });

  it("is not created if nothing was read", async () => {
    const path = new CaptureFolder();
    expect(await interrupt(start(["summarize", "-", "--output", path.file("out")]))).toBe(130);
    expect(readdirSync(path.path)).toEqual([]);
    path.remove();
  });
});

it("summarize ends at a second Ctrl-C", async () => {
  const running = start(["summarize", "-"]);
  running.child.stdin?.write(officeCapture());
  await pause(READ_MS);
  running.child.kill("SIGINT");
  running.child.kill("SIGINT");
  const began = performance.now();
  const [code, signal] = await once(running.child, "close");
  expect(signal === "SIGINT" ? 130 : code).toBe(130);
  expect(performance.now() - began).toBeLessThan(5_000);
});

describe("a file read by a second thread, interrupted,", () => {
  /** A gzip file of about 20 MiB that expands to 20 GiB of empty records, which takes longer to read than any test waits. */
  function endlessCapture(): string {
    const nothing = gzipSync(Buffer.alloc(2 ** 26));
    const members = [gzipSync(officeCapture()), ...new Array<Buffer>(320).fill(nothing)];
    return folder.put("endless.pcap.gz", Buffer.concat(members));
  }

  it("is reported as far as it was read", async () => {
    const path = endlessCapture();
    const running = start(["summarize", path, "--format", "json", "--no-progress"]);
    // The thread has to start, too.
    await pause(2 * READ_MS);
    expect(await interrupt(running)).toBe(130);
    const { capture } = JSON.parse(running.output.stdout);
    expect(capture.packets).toBeGreaterThan(10);
    expect(capture.sources).toMatchObject([{ complete: false, error: { code: "interrupted" } }]);
    expect(capture.sources[0].interfaces[0].packets).toBe(capture.packets);
    expect(running.output.stderr).toMatch(/: interrupted after \d+ of \d+ bytes\n$/);
  });

  it("does not keep the program alive after SIGTERM or SIGKILL", async () => {
    for (const signal of ["SIGTERM", "SIGKILL"] as const) {
      const { child } = start(["summarize", endlessCapture(), "--no-progress"]);
      await pause(READ_MS);
      const began = performance.now();
      child.kill(signal);
      await once(child, "close");
      expect(performance.now() - began).toBeLessThan(5_000);
    }
  });
});
