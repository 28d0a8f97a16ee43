/** The end of a capture is not silence: wherever a healthy capture is cut, nothing is reported as broken. */
import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { reach } from "../../src/engine/reach.ts";
import { openCapture } from "../../src/packets/files/open-capture.ts";
import { hasFailure } from "../../src/reports/reach/reach-failure.ts";
import {
  isExcused,
  isFailure,
  type ReachReport,
  type ReachTarget,
} from "../../src/reports/reach/reach-report.ts";
import {
  CLIENT,
  COURIER,
  type End,
  nobodys,
  reachOf,
  type Segment,
  tcp,
  udp,
  watchedSession,
} from "../reports/reach/reach-packets.ts";
import { readWhole } from "../support/analyze.ts";
import { type MemoryRecord, memorySource, readRecords } from "../support/memory-source.ts";
import { SWEEP_STEP } from "../support/property-runs.ts";

/** Captures of whole networks, and all of the lab: in those with faults, nothing but the faults may fail. */
const CAPTURES = [
  "office-morning.pcapng",
  "phone-morning.pcapng",
  ...readdirSync("fixtures/lab")
    .filter((name) => /\.pcap(ng)?$/.test(name))
    .map((name) => `lab/${name}`),
];
/** Maximum number of beginnings per capture; windows: N starts with N lengths each. */
const CUTS = Math.ceil(50 / SWEEP_STEP);
const WINDOWS = Math.ceil(6 / SWEEP_STEP) + 1;
const SECOND = 1_000_000_000n;
const START = 1_700_000_000n * SECOND;

async function reachOfSources(...sources: readonly (readonly MemoryRecord[])[]): Promise<ReachReport> {
  const { session, finish } = watchedSession();
  for (const records of sources) await readWhole(session, memorySource(records));
  return finish().report;
}

/** Failures in the report: destinations and names, without the names of destinations, which a window may not show. */
function failuresOf({ targets, blockedNames }: Pick<ReachReport, "targets" | "blockedNames">): string[] {
  const failing = targets.filter((target) => isFailure(target.verdict) && !isExcused(target));
  return [
    ...failing.map(({ client, transport, address, port }) => `${client} ${transport} ${address} ${port}`),
    ...blockedNames.map(({ client, name }) => `${client} ${name}`),
  ];
}

/** Failures of a whole capture, including those that a fallback made good. */
function knownFailuresOf({ targets, blockedNames }: ReachReport): ReadonlySet<string> {
  const failing = targets.filter(({ attempts }) =>
    (Object.keys(attempts) as (keyof typeof attempts)[]).some(isFailure),
  );
  return new Set(failuresOf({ targets: failing.map(withoutExcuse), blockedNames }));
}

function withoutExcuse(target: ReachTarget): ReachTarget {
  return { ...target, verdict: "unanswered", fellBackTo: null, mayFallBack: false };
}

/** Yields parts of N packets: beginnings and windows. */
function* partsOf(count: number): Generator<readonly [first: number, end: number]> {
  for (let end = 1; end < count; end += Math.ceil(count / CUTS)) yield [0, end];
  const step = Math.ceil(count / WINDOWS);
  for (let first = 1; first < count; first += step) {
    for (let end = first + 1; end <= count; end += step) yield [first, end];
  }
}

describe("a part of a capture, cut or by time window,", () => {
  it.each(CAPTURES)("from %s shows no failure that the whole capture does not show", async (name) => {
    const records = await readRecords(await openCapture(`fixtures/${name}`));
    const whole = await reachOfSources(records);
    const known = knownFailuresOf(whole);
    const found: string[] = [];
    for (const [first, end] of partsOf(records.length)) {
      const part = await reachOfSources(records.slice(first, end));
      const failures = failuresOf(part).filter((one) => !known.has(one));
      found.push(...failures.map((one) => `packets ${first} to ${end}: ${one}`));
      if (hasFailure(part) && !hasFailure(whole)) found.push(`packets ${first} to ${end}: fails`);
    }
    expect(found).toEqual([]);
  });
});

describe("working services", () => {
  const isFault = (name: string) => name.startsWith("lab/fault-") || name === "office-morning.pcapng";
  /** Made from single connection states, some of which are faults. */
  const STATES = ["any-interface", "tcp-states", "reopened", "modified", "process-comments"];
  const all = readdirSync("fixtures").filter((name) => /\.pcap(ng)?(\.gz|\.zst)?$/.test(name));
  const healthy = [...CAPTURES, ...all].filter(
    (name) => !isFault(name) && !STATES.some((state) => name.startsWith(state)),
  );

  it("are never reported as failing in any fixture", async () => {
    const failing: string[] = [];
    for (const name of healthy) {
      const { report } = await reach([`fixtures/${name}`], { maxFlows: 2000 });
      if (hasFailure(report)) failing.push(name);
    }
    expect(failing).toEqual([]);
  });
});

describe("the end of a capture source", () => {
  const at = (bytes: Uint8Array, seconds: number): MemoryRecord => ({
    bytes,
    time: START + BigInt(Math.round(seconds * 1000)) * 1_000_000n,
  });
  const idle = (seconds: number) => nobodys(START + BigInt(seconds) * SECOND);
  const sent = (segment: Segment) => tcp(CLIENT, COURIER, segment);
  const syn = sent({ flags: "S", sequence: 1000 });
  const verdictOf = async (...sources: readonly (readonly MemoryRecord[])[]) =>
    (await reachOfSources(...sources)).targets.map(({ verdict }) => verdict);

  it("soon after a SYN is no failure, but 3 seconds of other packets without an answer are", async () => {
    expect(await verdictOf([at(syn, 0), at(syn, 1)])).toEqual(["unclear"]);
    expect(await verdictOf([at(syn, 0.001), idle(3)])).toEqual(["unclear"]);
    expect(await verdictOf([at(syn, 0), at(syn, 1), idle(3)])).toEqual(["unanswered"]);
    expect(await verdictOf([at(syn, 0), at(syn, 1), at(syn, 3)])).toEqual(["unanswered"]);
  });

  it("is ignored if the next file continues without a gap", async () => {
    const first = [at(syn, 0), at(syn, 1)];
    expect(await verdictOf(first, [idle(2), idle(9)])).toEqual(["unanswered"]);
    expect(await verdictOf(first, [idle(900), idle(999)])).toEqual(["unclear"]);
    expect(await verdictOf(first, [idle(0), idle(9)])).toEqual(["unclear"]);
    expect(await verdictOf([idle(2), idle(9)], first)).toEqual(["unanswered"]);
  });

  it("is measured from the first payload, even if the connection was opened long before", async () => {
    const opened = [
      at(syn, 0),
      at(tcp(COURIER, CLIENT, { flags: "SA", sequence: 5000, acknowledgment: 1001 }), 0),
      at(sent({ flags: "A", sequence: 1001, acknowledgment: 5001 }), 0),
    ];
    const data = sent({ flags: "PA", sequence: 1001, acknowledgment: 5001, payload: 100 });
    expect(await verdictOf([...opened, at(data, 60), at(data, 60.2)])).toEqual(["unclear"]);
    expect(await verdictOf([...opened, at(data, 60), at(data, 60.2), idle(63)])).toEqual(["unanswered"]);
  });

  it("makes a recent unacknowledged SYN+ACK unclear", async () => {
    const answer = tcp(COURIER, CLIENT, { flags: "SA", sequence: 5000, acknowledgment: 1001 });
    expect(await verdictOf([at(syn, 0), at(answer, 0.1)])).toEqual(["unclear"]);
    expect(await verdictOf([at(syn, 0), at(answer, 0.1), idle(3)])).toEqual(["one-way"]);
  });

  it("makes attempts unclear if packets have no times", async () => {
    const timeless = [syn, syn, syn].map((bytes) => ({ bytes, time: null }));
    expect(await verdictOf(timeless)).toEqual(["unclear"]);
  });
});

describe("a single unanswered datagram", () => {
  const relay: End = { address: "17.173.254.222", port: 3478 };
  const from = (port: number) => udp({ ...CLIENT, port }, relay);
  /** Traffic in both directions, so that the capture is not one-way. */
  const resolver: End = { address: "198.51.100.53", port: 53 };
  const both = [udp(CLIENT, resolver), udp(resolver, CLIENT)];
  const verdictOf = async (...packets: readonly Uint8Array[]) =>
    (await reachOf([...both, ...packets])).report.targets.map(({ verdict }) => verdict);

  it("is unclear in both directions, because it may have been lost", async () => {
    expect(await verdictOf(from(1))).toEqual(["unclear"]);
    expect(await verdictOf(udp(relay, CLIENT))).toEqual(["unclear"]);
    expect(hasFailure((await reachOf([from(1)])).report)).toBe(false);
  });

  it("fails together with another one, from the same or the next port", async () => {
    expect(await verdictOf(from(1), from(1))).toEqual(["unanswered"]);
    expect(await verdictOf(from(1), from(2))).toEqual(["unanswered"]);
  });

  it("does not fail together with another one at the very end", async () => {
    const { report } = await reachOf(
      [from(1), ...new Array<Uint8Array>(50).fill(new Uint8Array(60)), from(2)],
      {
        goesOn: 0,
      },
    );
    expect(report.targets).toMatchObject([{ verdict: "unclear", attempts: { unclear: 2 } }]);
  });
});
