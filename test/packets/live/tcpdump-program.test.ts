/** Interpretation of tcpdump's standard error: lines of tcpdump 4.9.3, 4.99.3 and Apple's. */
import { describe, expect, it } from "vitest";
import type { ProcessEnd } from "../../../src/packets/live/capture-program.ts";
import {
  explainTcpdumpEnd,
  readTcpdumpMessage,
  tcpdumpProgram,
} from "../../../src/packets/live/tcpdump-program.ts";
import type { TcpdumpWay } from "../../../src/packets/live/tcpdump-way.ts";

const CLASSIC: TcpdumpWay = { command: "tcpdump", device: "en0", form: "classic", note: null };
const END: ProcessEnd = { status: 1, signal: null, startError: null, lines: [] };

function codeOf(end: Partial<ProcessEnd>, filter?: string): string {
  return explainTcpdumpEnd({ ...END, ...end }, "en0", filter).code;
}

describe("a line of tcpdump's standard error", () => {
  it.each([
    "tcpdump: listening on en0, link-type EN10MB (Ethernet), snapshot length 262144 bytes",
    "tcpdump: listening on eth0, link-type EN10MB (Ethernet), capture size 262144 bytes",
  ])("reports that it listens: %s", (line) => {
    expect(readTcpdumpMessage(line)).toEqual({ kind: "listening" });
  });

  it.each([
    [
      "tcpdump: 4 packets captured, 8 packets received by filter, 2 packets dropped by kernel",
      { droppedByKernel: 2 },
    ],
    ["1 packet dropped by kernel", { droppedByKernel: 1 }],
    ["17 packets dropped by interface", { droppedByInterface: 17 }],
    ["10 packets captured", {}],
  ])("has a packet count: %s", (line, counters) => {
    expect(readTcpdumpMessage(line)).toEqual({ kind: "counters", ...counters });
  });

  it("may be anything else", () => {
    expect(readTcpdumpMessage("tcpdump: data link type LINUX_SLL2")).toEqual({ kind: "other" });
  });
});

describe("the exit of tcpdump", () => {
  it.each([
    ["no_permission", "tcpdump: eth0: You don't have permission to capture on that device"],
    ["no_permission", "tcpdump: (cannot open BPF device) /dev/bpf0: Permission denied"],
    ["no_such_interface", "tcpdump: nope0: No such device exists"],
    ["no_such_interface", "tcpdump: nope0: BIOCSETIF failed: Device not configured"],
    ["interface_down", "tcpdump: eth0: That device is not up"],
    ["interface_gone", "tcpdump: pcap_loop: The interface disappeared"],
    ["capture_failed", "tcpdump: eth0: something new"],
  ])("means %s: %s", (code, line) => {
    expect(codeOf({ lines: [line] })).toBe(code);
  });

  it("means a filter error if the interface is fine", () => {
    expect(codeOf({ lines: ["tcpdump: illegal port number 99999 > 65535"] }, "port 99999")).toBe(
      "bad_filter",
    );
    expect(codeOf({ lines: ["tcpdump: eth0: That device is not up"] }, "port 99")).toBe("interface_down");
    expect(codeOf({ lines: ["tcpdump: x"] }, "  ")).toBe("capture_failed");
  });

  it("is due to a signal, or unexplained", () => {
    expect(codeOf({ status: null, signal: "SIGKILL" })).toBe("capture_ended");
    expect(codeOf({ status: 0 })).toBe("capture_ended");
    expect(codeOf({ status: null, startError: Object.assign(new Error(), { code: "ENOENT" }) })).toBe(
      "no_backend",
    );
    expect(codeOf({ status: null, startError: Object.assign(new Error(), { code: "EACCES" }) })).toBe(
      "no_permission",
    );
  });
});

describe("the arguments of tcpdump", () => {
  it("follow the options, with the filter last and in one word", () => {
    const { args } = tcpdumpProgram("en0", CLASSIC, {
      snaplen: 96,
      promiscuous: false,
      filter: "not port 22",
    });
    expect(args.slice(0, 2)).toEqual(["-i", "en0"]);
    expect(args).toEqual(expect.arrayContaining(["-U", "--immediate-mode", "-p"]));
    expect(args.slice(args.indexOf("-s"), args.indexOf("-s") + 2)).toEqual(["-s", "96"]);
    expect(args.slice(-2)).toEqual(["--", "not port 22"]);
    expect(tcpdumpProgram("en0", CLASSIC, { filter: " " }).args).not.toContain("--");
  });
});
