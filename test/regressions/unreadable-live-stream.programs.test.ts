/**
 * A capture program that writes something unreadable: a wrapper may write text. The run must end with the reason and position
 * on standard error, the program must be gone, and other interfaces continue.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { pcapng } from "../../src/testing/builders/capture-builder.ts";
import { CaptureFolder, officeCapture } from "../cli/sample-captures.ts";

const LIMIT_MS = 20_000;
const LISTENING = "echo 'tcpdump: listening on here' >&2";

let folder: CaptureFolder;
let running: ChildProcess | null = null;

beforeAll(() => {
  folder = new CaptureFolder();
  folder.put("office.pcap", officeCapture());
  folder.put("office.pcapng", pcapng().section().interface().packet(new Uint8Array(60)).build());
  folder.put("text", "tcpdump is switched off on this host\n");
  folder.put("version-9.pcap", officeCapture().fill(9, 4, 5));
});
afterEach(() => {
  running?.kill("SIGKILL");
  running = null;
});
afterAll(() => folder.remove());

/**
 * Puts a program `tcpdump` into the folder: `lines` of sh; `$1` is the name of the interface. Like the real one it survives
 * the signal that requests its counters.
 */
function fakeTcpdump(...lines: readonly string[]): void {
  const file = folder.put(
    "tcpdump",
    ["#!/bin/sh", `cd '${folder.path}'`, "shift", `echo $$ >"pid-$1"`, "trap '' USR1", ...lines, ""].join(
      "\n",
    ),
  );
  chmodSync(file, 0o755);
}

async function live(...args: readonly string[]) {
  const program = ["dist/cli/main.cjs", "live", "--user", "root", "--backend", "tcpdump", ...args];
  const child = spawn(process.execPath, program, {
    env: { ...process.env, PATH: `${folder.path}:${process.env.PATH}` },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running = child;
  const said = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name]?.on("data", (chunk: Buffer) => {
      said[name] += chunk.toString();
    });
  }
  const timer = setTimeout(() => child.kill("SIGKILL"), LIMIT_MS);
  const [status, signal] = await once(child, "close");
  clearTimeout(timer);
  return { status: status ?? signal, ...said };
}

/** Returns whether the fake tcpdump of an interface still runs; ends one left by a test. */
function isLeft(interfaceName: string): boolean {
  const pid = Number(readFileSync(folder.file(`pid-${interfaceName}`), "utf8"));
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // A zombie has ended, but its new parent has not reaped it yet.
  if (existsSync("/proc") && /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"))) return false;
  process.kill(pid, "SIGKILL");
  return true;
}

describe("an unreadable live stream", () => {
  it.each([
    ["after the message that tcpdump listens", [LISTENING, "cat office.pcapng"]],
    ["without that message", ["cat office.pcapng"]],
  ])("is read if it is pcapng %s", async (_, lines) => {
    fakeTcpdump(...lines, "exec sleep 600");
    const { status, stdout, stderr } = await live("pktap", "--count", "1");
    expect(isLeft("pktap")).toBe(false);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(JSON.parse(stdout.trim().split("\n").at(-1) ?? "")).toMatchObject({ received: 1 });
  });

  it.each([
    ["text", "cat text", 'byte 0 has no pcap header but "tcpdump is switched off "'],
    ["a few letters", "printf 'off\\033\\n'", String.raw`byte 0 has no pcap header but "off\x1b\n"`],
    ["another version", "cat version-9.pcap", "pcap version 9.4, only 2.x is supported"],
  ])("ends the run if it is %s", async (_, command, problem) => {
    fakeTcpdump(LISTENING, command, "exec sleep 600");
    const { status, stderr } = await live("en0");
    expect(isLeft("en0")).toBe(false);
    expect({ status, stderr }).toEqual({ status: 3, stderr: expect.stringContaining(problem) });
    expect(stderr).toMatch(/^appleflow: en0: [^\n]+\n$/);
  });

  it("does not stop the other interfaces, and the summary reports it", async () => {
    fakeTcpdump(LISTENING, 'if [ "$1" = pktap ]; then cat text; else cat office.pcap; fi', "exec sleep 600");
    const summary = folder.file("summary.json");
    const { status, stderr } = await live("pktap", "en0", "--count", "10", "--output", summary);
    expect([isLeft("pktap"), isLeft("en0")]).toEqual([false, false]);
    expect(stderr).toMatch(/^appleflow: pktap: the output of tcpdump is not a capture[^\n]+\n$/);
    expect(status).toBe(2);
    const { capture } = JSON.parse(readFileSync(summary, "utf8"));
    expect(capture.packets).toBe(10);
    expect(capture.sources).toMatchObject([
      { name: "pktap", complete: false, error: { code: "not_a_capture" } },
      { name: "en0", complete: true, error: null },
    ]);
  });
});

describe("a live stream that closes while its program keeps running", () => {
  it("ends the program if no header was written", async () => {
    fakeTcpdump(LISTENING, "exec sleep 600 >&-");
    const { status, stderr } = await live("en0");
    expect(isLeft("en0")).toBe(false);
    expect({ status, stderr }).toEqual({
      status: 3,
      stderr: "appleflow: en0: tcpdump has closed its output\n",
    });
  });

  it("ends the program if packets were written", async () => {
    fakeTcpdump(LISTENING, "cat office.pcap", "exec sleep 600 >&-");
    const { status, stderr } = await live("en0", "--duration", "4");
    expect(isLeft("en0")).toBe(false);
    expect(stderr).toContain("appleflow: en0: tcpdump has closed its output (trying again for 60 s)\n");
    expect(status).toBe(0);
  });

  it("does not wait for a process left running by a wrapper", async () => {
    fakeTcpdump(LISTENING, "cat office.pcap", "sleep 30 &", "wait");
    const begin = performance.now();
    const { status } = await live("en0", "--count", "10");
    expect(status).toBe(0);
    expect(performance.now() - begin).toBeLessThan(15_000);
  });
});
