/** Interpretation of cap's output and exit; `live-source.system.test.ts` tests that it captures. */
import { describe, expect, it } from "vitest";
import { writeCapMessage } from "../../../src/packets/live/cap-messages.ts";
import { capProgram, explainCapEnd } from "../../../src/packets/live/cap-program.ts";
import type { ProcessEnd } from "../../../src/packets/live/capture-program.ts";

const END: ProcessEnd = { status: 0, signal: null, startError: null, lines: [] };

function codeOf(end: Partial<ProcessEnd>, filter = ""): string {
  return explainCapEnd({ ...END, ...end }, "en0", filter).code;
}

function notOpened(message: string): Partial<ProcessEnd> {
  return {
    lines: [
      "Warning: en0 - This may not actually work",
      writeCapMessage({ kind: "not-opened", message }).trim(),
    ],
  };
}

describe("the output of the cap program", () => {
  it("reports that it listens, and its drops", () => {
    const { readMessage } = capProgram("en0", {});
    expect(readMessage(writeCapMessage({ kind: "listening" }))).toEqual({ kind: "listening" });
    const dropped = writeCapMessage({ kind: "dropped", count: 12 });
    expect(readMessage(dropped)).toEqual({ kind: "counters", droppedByUs: 12 });
    expect(readMessage("(node:1) Warning: cap: {")).toEqual({ kind: "other" });
  });

  it.each([
    ["no_such_interface", notOpened("nope0: No such device exists"), ""],
    ["no_permission", notOpened("socket: Operation not permitted"), "port 80"],
    ["interface_down", notOpened("That device is not up"), ""],
    ["bad_filter", notOpened("can't parse filter expression: syntax error"), "portt 80"],
    ["capture_failed", notOpened("something new"), ""],
    ["capture_ended", { status: null, signal: "SIGKILL" as const }, ""],
    ["capture_ended", {}, ""],
    ["capture_failed", { status: 1, lines: ["TypeError: cap.open is not a function"] }, ""],
    [
      "interface_gone",
      {
        status: null,
        signal: "SIGABRT" as const,
        lines: [
          "node: ../src/binding.cc:190: static void Pcap::cb_packets(uv_poll_t*, int, int): Assertion `status == 0' failed.",
        ],
      },
      "",
    ],
  ])("ends as %s", (code, end, filter) => {
    expect(codeOf(end, filter)).toBe(code);
  });

  it("reports that cap is not built", () => {
    const lines = [writeCapMessage({ kind: "not-built", message: "Cannot find module" }).trim()];
    expect(codeOf({ lines })).toBe("no_backend");
  });

  it("reports a Node that cannot drop root, whatever the filter", () => {
    const lines = [writeCapMessage({ kind: "keeps-root" }).trim()];
    expect(codeOf({ lines }, "tcp")).toBe("no_backend");
  });
});
