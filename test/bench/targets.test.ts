/** The targets of the benchmark, and the programs they apply to. */
import { describe, expect, it } from "vitest";
import type { ProgramResult } from "../../bench/runner/rounds.ts";
import { judgeStarts } from "../../bench/runner/start.ts";
import { judgeTargets } from "../../bench/runner/targets.ts";

function result(program: string, seconds: number, mebibytes = 100, errors: string[] = []): ProgramResult {
  const run = { wallSeconds: seconds, cpuSeconds: seconds, peakKibibytes: mebibytes * 1024 };
  return { program, runs: [run], counted: {}, errors };
}

const verdicts = (capture: string, ...results: ProgramResult[]) =>
  judgeTargets(capture, results).map(({ reached }) => reached);

describe("benchmark targets", () => {
  it("apply to the program as users run it, with evidence", () => {
    const floor = result("floor", 1);
    expect(verdicts("handshakes", result("appleflow", 1.6), result("by-ports", 1), floor)[0]).toBe(false);
    expect(verdicts("handshakes", result("appleflow", 1.4), result("by-ports", 9), floor)[0]).toBe(true);
  });

  it.each([
    ["small_5M", 0.75, 300],
    ["imix_10M", 0.7, 350],
    ["imix_1M", 1.3, 150],
    ["big_1500", 0.75, 150],
    ["handshakes", 1.5, 300],
  ])("for %s are %d times floor.c and %d MiB", (capture, times, mebibytes) => {
    const floor = result("floor", 1);
    const judge = (seconds: number, most: number) =>
      verdicts(capture, result("appleflow", seconds, most), floor).slice(0, 2);
    expect(judge(times, mebibytes)).toEqual([true, true]);
    expect(judge(times * 1.01, mebibytes + 1)).toEqual([false, false]);
  });

  it("for handshakes are 20 times the speed of ndpiReader", () => {
    const judge = (...results: ProgramResult[]) => judgeTargets("handshakes", results)[2];
    expect(judge(result("appleflow", 1), result("ndpi", 20))).toMatchObject({
      reached: true,
      text: "1/20.0",
    });
    expect(judge(result("appleflow", 1), result("ndpi", 19))).toMatchObject({ reached: false });
    expect(judge(result("appleflow", 1))).toMatchObject({ reached: null });
  });

  it("for startup are twice the time of node", () => {
    const starts = (...results: ProgramResult[]) => judgeStarts(results).map(({ reached }) => reached);
    const node = result("node", 0.02);
    expect(starts(node, result("summarize", 0.04), result("ports", 0.041))).toEqual([true, false]);
    expect(starts(result("summarize", 0.04))).toEqual([null]);
    expect(starts(node, result("help", 0.01, 1, ["FAILED: exit status 1"]))).toEqual([null]);
  });

  it("are not judged by runs that are missing or counted wrongly", () => {
    const wrong = result("appleflow", 1, 1, ["WRONG: flows 1 instead of 2"]);
    expect(verdicts("imix_1M", wrong, result("floor", 1))).toEqual([null, null]);
    expect(verdicts("imix_1M", result("appleflow", 1))).toEqual([null, true]);
    expect(judgeTargets("another", [result("appleflow", 1), result("floor", 1)])).toEqual([]);
  });
});
