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

/** The flows of one connection, from segments written as side and flags: `a:S b:SA a:A`. */
async function flowsOf(segments: string, idleTimeoutSeconds: number) {
  const records = segments.split(" ").map((segment) => {
    const [side, flags] = segment.split(":");
    return side === "a" ? tcp(A, B, { flags }) : tcp(B, A, { flags });
  });
  return (await analyzeTraffic(records, { idleTimeoutSeconds })).flows;
}

describe("what a connection has come to", () => {
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
    // Without a timeout a connection that is opened again is still the same flow.
    const flows = await flowsOf(segments, 0);
    expect(flows.map(({ tcp: state }) => state)).toEqual([wanted]);
  });
});

describe("whether it is over", () => {
  it.each([
    ["a:FA b:FA", true],
    ["a:R", true],
    ["a:S b:RA", true],
    ["a:FA a:FA", false],
    ["a:S b:SA a:A", false],
    // A FIN beside SYN says nothing that can be believed.
    ["a:SF b:SF", false],
  ])("%s: %s", async (segments, wanted) => {
    expect(await flowsOf(`${segments} a:S`, 3600)).toHaveLength(wanted ? 2 : 1);
  });
});

describe("whether a segment opens a connection", () => {
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
