/** `appleflow interfaces` and `appleflow doctor` on a simulated Mac (`test/support/mac/facts.json` lists its behaviour). */
import { afterEach, describe, expect, it } from "vitest";
import { actAsMac, beThisSystem } from "../support/mac/act-as-mac.ts";
import { MacRun } from "../support/mac/mac-run.ts";
import { type MacOptions, SimulatedMac } from "../support/mac/simulated-mac.ts";

let mac: SimulatedMac;

async function outputOf(options: MacOptions, command: "interfaces" | "doctor") {
  mac = new SimulatedMac(options);
  actAsMac(mac);
  const run = new MacRun(mac, command);
  const status = await run.status;
  expect(run.stderr).toBe("");
  return { status, lines: run.stdout.split("\n") };
}

afterEach(() => {
  beThisSystem();
  mac.remove();
});

describe("appleflow interfaces on a Mac", () => {
  it.each([[1], [2], [4], [256]])("opens devices one after another if %d exist", async (devices) => {
    const { lines } = await outputOf({ devices }, "interfaces");
    expect(lines.filter((line) => /\bno: /.test(line))).toEqual([]);
    expect(lines.filter((line) => line.includes("  tcpdump"))).toHaveLength(16);
  });

  it("lists connected interfaces first and disconnected ones last", async () => {
    const { lines } = await outputOf({ route: "en7" }, "interfaces");
    const [, first, ...rest] = lines.map((line) => line.trimEnd().split(/ {2,}/));
    expect(first).toEqual(["en7 *", "up, connected", "ETHERNET", "tcpdump"]);
    expect(rest.find(([name]) => name === "en0")).toEqual([
      "en0",
      "up, connected",
      "ETHERNET",
      "tcpdump",
      "192.168.1.23",
    ]);
    expect(rest.find(([name]) => name === "gif0")?.[1]).toBe("down");
    const states = rest.slice(0, 15).map(([, state]) => state);
    const firstAside = states.indexOf("up, not connected");
    expect(firstAside).toBeGreaterThan(0);
    expect(new Set(states.slice(firstAside))).toEqual(new Set(["up, not connected"]));
  });

  it("uses Apple's tcpdump although Homebrew's comes first in PATH", async () => {
    const { lines } = await outputOf({ tcpdumps: ["homebrew", "apple"] }, "interfaces");
    expect(lines.find((line) => line.startsWith("llw0"))).toMatch(/up, not connected/);
  });
});

describe("appleflow doctor on a Mac", () => {
  /** The line of a finding together with its continuation lines, which are indented as far as its text. */
  const finding = (lines: readonly string[], subject: string) => {
    const at = lines.findIndex((line) => line.slice(4).startsWith(`${subject} `));
    const isContinued = (line: string) => /^ {4,}\S/.test(line);
    const rest = lines.slice(at + 1);
    const end = rest.findIndex((line) => !isContinued(line));
    return [lines[at], ...rest.slice(0, end)].join(" ").replace(/ +/g, " ");
  };

  it("finds everything available to root", async () => {
    const { status, lines } = await outputOf({ isRoot: true, isShared: false }, "doctor");
    expect(status).toBe(0);
    expect(finding(lines, "tcpdump")).toMatch(
      /^ok tcpdump \S+, 4\.99\.1 -- Apple version 148, with libpcap 1\.10\.1$/,
    );
    expect(finding(lines, "permission")).toBe("ok permission root: all of /dev/bpf*");
    expect(finding(lines, "processes")).toBe("ok processes of every packet, by pktap");
  });

  it("judges by the devices, whichever group owns them", async () => {
    const { status, lines } = await outputOf({}, "doctor");
    expect(status).toBe(0);
    expect(finding(lines, "permission")).toMatch(
      /^ok permission \d+ of \d+ devices \/dev\/bpf\* can be opened$/,
    );
    expect(finding(lines, "processes")).toBe(
      "ok processes of outgoing TCP only; of every packet with sudo appleflow live",
    );
  });

  it("explains how to get permission: for now, permanently, and by hand with all devices created first", async () => {
    const { status, lines } = await outputOf({ isShared: false }, "doctor");
    expect(status).toBe(3);
    const at = lines.findIndex((line) => line.startsWith("--  permission"));
    expect(lines[at].replace(/ +/g, " ")).toMatch(
      /^-- permission 0 of \d devices \/dev\/bpf\* can be opened$/,
    );
    expect(lines.slice(at + 1, at + 10).map((line) => line.trim())).toEqual([
      "now, as root, which also reports the process of every packet:",
      "sudo appleflow live",
      "lasting: install ChmodBPF, which comes with Wireshark, and log in again",
      "by hand, until the Mac restarts (devices are created when the last one is",
      "opened, for root only):",
      "sudo dseditgroup -o create access_bpf",
      'sudo dseditgroup -o edit -a "$USER" -t user access_bpf    # then log in again',
      "sudo sh -c 'for i in $(seq 0 99); do true </dev/bpf$i; done' 2>/dev/null",
      "sudo chgrp access_bpf /dev/bpf* && sudo chmod g+rw /dev/bpf*",
    ]);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });

  it("reports that Homebrew's tcpdump cannot report processes", async () => {
    const { lines } = await outputOf({ tcpdumps: ["homebrew"] }, "doctor");
    expect(finding(lines, "tcpdump")).toMatch(/, 4\.99\.5, with libpcap 1\.10\.5$/);
    expect(finding(lines, "processes")).toMatch(/^-- processes unknown: Apple's tcpdump, /);
  });
});
