import { describe, expect, it } from "vitest";
import { isOpening, type TcpState } from "../../src/flows/tcp-state.ts";
import { TCP_ACK, TCP_FIN, TCP_PSH, TCP_RST, TCP_SYN } from "../../src/net/tcp-flags.ts";
import { analyzeTraffic } from "../support/analyze.ts";
import { tcp } from "../support/traffic-makers.ts";

const A = "10.0.0.1:49200";
const B = "17.0.0.1:443";

const FLAGS: Readonly<Record<string, number>> = {
  F: TCP_FIN,
  S: TCP_SYN,
  R: TCP_RST,
  P: TCP_PSH,
  A: TCP_ACK,
};

function flagsOf(letters: string): number {
  return [...letters].reduce((bits, letter) => bits | (FLAGS[letter] ?? 0), 0);
}

/**
 * Returns the flows of one pair of endpoints, from segments written as side, flags, and the initial sequence number if not 1:
 * `a:S b:SA a:S:9`.
 */
async function flowsOf(segments: string, idleTimeoutSeconds: number) {
  const records = segments.split(" ").map((segment) => {
    const [side, flags, start = "1"] = segment.split(":");
    const options = { flags, start: Number(start) };
    return side === "a" ? tcp(A, B, options) : tcp(B, A, options);
  });
  return (await analyzeTraffic(records, { idleTimeoutSeconds })).flows;
}

describe("the final state of a TCP connection", () => {
  it.each<[string, TcpState]>([
    ["a:S", "syn"],
    ["a:S a:S", "syn"],
    ["a:S b:S", "syn"],
    ["a:S b:SA", "established"],
    ["b:SA", "established"],
    ["a:S a:A", "established"],
    ["a:A a:S", "established"],
    ["a:A", "midstream"],
    ["a:PA b:A", "midstream"],
    ["a:", "midstream"],
    ["a:A b:FA", "midstream"],
    ["a:S b:SA a:A a:FA", "established"],
    ["a:S b:SA a:A a:FA b:FA", "closed"],
    ["a:FA b:FA", "closed"],
    ["a:FA a:FA", "midstream"],
    ["a:S b:RA", "refused"],
    ["a:S a:S b:RA", "refused"],
    ["b:S a:R", "refused"],
    ["a:S a:R", "reset"],
    ["a:S b:SA b:R", "reset"],
    ["a:S a:A b:R", "reset"],
    ["b:R a:S", "reset"],
    ["a:R", "reset"],
    ["a:FA b:FA a:R", "reset"],
    ["a:SR", "reset"],
  ])("%s: %s", async (segments, wanted) => {
    // Without a timeout, a reopened connection is still the same flow.
    const flows = await flowsOf(segments, 0);
    expect(flows.map(({ tcp: state }) => state)).toEqual([wanted]);
  });
});

describe("the test whether a SYN opens another connection", () => {
  it.each([
    ["after a closed connection", "a:FA b:FA a:S:9"],
    ["after a reset", "a:R a:S:9"],
    ["after a refusal, with the same sequence number", "a:S b:RA a:S"],
    ["after a closed connection whose SYN was seen, with the same sequence number", "a:S b:SA a:FA b:FA a:S"],
    ["with another sequence number than the flow's SYN, if a FIN is missing", "a:S b:SA a:A a:S:9"],
    ["with another sequence number than the accepted one", "b:SA a:A a:S:9"],
    ["from the other side after a closed connection", "a:S b:SA a:FA b:FA b:S:9"],
  ])("%s: %s", async (_, segments) => {
    expect(await flowsOf(segments, 3600)).toHaveLength(2);
    expect(await flowsOf(segments, 0)).toHaveLength(1);
  });
});

describe("the test whether a SYN belongs to its flow", () => {
  it.each([
    ["a retransmission", "a:S a:S b:SA a:A a:S"],
    ["late, below the accepted sequence number", "b:SA a:A a:S"],
    ["late, after the connection's end", "b:SA a:A a:FA b:FA a:S"],
    [
      "late, below the first sequence number of the flow, after the connection's end",
      "a:A b:PA a:FA b:FA a:S",
    ],
    ["if the initial sequence number is unknown", "b:PA a:A a:S:9"],
    ["if the capture starts within the connection", "a:PA a:S:9"],
    ["from both sides at once", "a:S b:S:9 a:SA b:SA"],
    ["after implausible segments with SYN and FIN", "a:SF b:SF a:S"],
    ["if the flow starts with a segment without flags", "a: a:S:9"],
  ])("%s: %s", async (_, segments) => {
    expect(await flowsOf(segments, 3600)).toHaveLength(1);
  });

  it("is independent of sequence wraparound at 2^32", async () => {
    for (const start of [0, 0x7fff_ffff, 0xffff_ffff]) {
      expect(await flowsOf(`b:SA:${start} a:A:${start} a:FA:${start} b:FA a:S:${start}`, 3600)).toHaveLength(
        1,
      );
      expect(await flowsOf(`a:S:${start} b:SA:${start} a:S:${(start + 1) % 2 ** 32}`, 3600)).toHaveLength(2);
    }
  });
});

describe("the test whether a segment opens a connection", () => {
  it.each([
    ["S", true],
    ["SP", true],
    ["SF", true],
    ["SA", false],
    ["SR", false],
    ["A", false],
    ["", false],
  ])("%s: %s", (letters, wanted) => {
    expect(isOpening(flagsOf(letters))).toBe(wanted);
  });
});
