/**
 * Reach of live flows: its report is the one that would result if they ended, and nothing that may still be answered is
 * called broken.
 */
import { describe, expect, it } from "vitest";
import { listCaptured, readTruth } from "../../../scripts/lab/captured-session.ts";
import { openCapture } from "../../../src/packets/files/open-capture.ts";
import type { Steps } from "../../../src/reports/collector.ts";
import { isFailure, type ReachReport } from "../../../src/reports/reach/reach-report.ts";
import { readWhole } from "../../support/analyze.ts";
import { type MemoryRecord, memorySource, readRecords } from "../../support/memory-source.ts";
import { CLIENT, nobodys, tcp, udp, watchedSession } from "./reach-packets.ts";

const SECOND = 1_000_000_000n;

function watched() {
  const { session, collector, finish } = watchedSession();
  const read = (records: readonly MemoryRecord[]) => readWhole(session, memorySource(records));
  const look = (): Steps<ReachReport | null> => session.snapshot(collector);
  const live = () => resultOf(session.snapshot(collector));
  return { read, look, live, finish: () => finish().report };
}

function resultOf<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** The report without data about the capture as a whole. */
function findings({ capture: _, ...rest }: ReachReport): Omit<ReachReport, "capture"> {
  return rest;
}

/** A packet from an unrelated host, N seconds after the others, to let time pass. */
function later(records: readonly MemoryRecord[], seconds: bigint): MemoryRecord {
  const times = records.map(({ time }) => time ?? 0n);
  const last = times.reduce((most, time) => (time > most ? time : most), 0n);
  return nobodys(last + seconds * SECOND);
}

describe.each(listCaptured().map(readTruth))("live reach of $session", ({ capture }) => {
  it("equals the final report, and does not change it", async () => {
    const records = await readRecords(await openCapture(`fixtures/lab/${capture}`));
    const all = [...records, later(records, 10n)];
    const undisturbed = watched();
    await undisturbed.read(all);
    const expected = undisturbed.finish();
    const { read, live, finish } = watched();
    await read(all);
    expect(findings(live())).toEqual(findings(expected));
    expect(findings(live())).toEqual(findings(expected));
    expect(findings(finish())).toEqual(findings(expected));
  });
});

describe("a live flow in reach", () => {
  const host = { address: "17.57.144.10", port: 5223 };
  const relay = { address: "17.57.144.11", port: 3478 };
  const at = (bytes: Uint8Array, seconds: number): MemoryRecord => ({
    bytes,
    time: 1_700_000_000n * SECOND + BigInt(seconds) * SECOND,
  });
  const syn = tcp(CLIENT, host, { flags: "S" });
  const ask = udp(CLIENT, relay);
  const verdicts = (report: ReachReport) => report.targets.map(({ port, verdict }) => [port, verdict]);

  it("does not fail before the answer time has passed", async () => {
    const { read, live } = watched();
    await read([at(syn, 0), at(ask, 0), at(syn, 1), at(ask, 2)]);
    expect(verdicts(live())).toEqual([
      [5223, "unclear"],
      [3478, "unclear"],
    ]);
    expect(live().rows.filter(({ coverage }) => coverage === "failed")).toEqual([]);
    await read([at(syn, 3)]);
    expect(verdicts(live())).toEqual([
      [5223, "unanswered"],
      [3478, "unclear"],
    ]);
    await read([at(syn, 5)]);
    expect(verdicts(live())).toEqual([
      [5223, "unanswered"],
      [3478, "unanswered"],
    ]);
  });

  it("counts as reached from its first answer on", async () => {
    const { read, live } = watched();
    const answers = [
      tcp(host, CLIENT, { flags: "SA" }),
      tcp(CLIENT, host, { flags: "A" }),
      udp(relay, CLIENT),
    ];
    await read([syn, ask, ...answers].map((bytes) => at(bytes, 0)));
    expect(verdicts(live()).sort()).toEqual([
      [3478, "works"],
      [5223, "connected"],
    ]);
    expect(live().targets.some(({ verdict }) => isFailure(verdict))).toBe(false);
  });
});

describe("a live reach snapshot taken while packets are counted", () => {
  const courier = { address: "17.57.144.10", port: 5223 };
  const SILENCE = 7200;
  const moment = (seconds: number) => (1_700_000_000n + BigInt(seconds)) * SECOND;

  /** Unanswered SYNs, each from a different port. */
  function syns(first: number, count: number, seconds: number): MemoryRecord[] {
    return Array.from({ length: count }, (_, i) => ({
      bytes: tcp({ ...CLIENT, port: first + i }, courier, { flags: "S" }),
      time: moment(seconds),
    }));
  }

  /** More than are processed per step, all of them old enough; and one answered, so that there is an answer. */
  const before: MemoryRecord[] = [
    { bytes: tcp(CLIENT, { ...courier, port: 443 }, { flags: "S" }), time: moment(0) },
    { bytes: tcp({ ...courier, port: 443 }, CLIENT, { flags: "SA" }), time: moment(0) },
    ...syns(10_000, 1500, 0),
    ...syns(20_000, 1, 10),
  ];
  /** The last SYN is at the end of its source. */
  const all = { unanswered: 1500, unclear: 1 };
  /** Late enough for all earlier flows to end, with enough packets for the table to check. */
  const after: MemoryRecord[] = Array.from({ length: 600 }, () => ({
    bytes: udp({ ...CLIENT, port: 9 }, { address: "192.0.2.99", port: 9 }),
    time: moment(SILENCE),
  }));
  const attempts = (report: ReachReport | null) =>
    report?.targets.find(({ port }) => port === courier.port)?.attempts;

  it("has each flow once, whether it ends before or after the snapshot comes to it", async () => {
    const { read, look, live, finish } = watched();
    await read(before);
    expect(attempts(live())).toEqual(all);
    const steps = look();
    expect(steps.next().done).toBe(false);
    await read(after);
    expect(attempts(resultOf(steps))).toEqual(all);
    expect(attempts(finish())).toEqual(all);
  });

  it("has no flow that began in the entry of one already included", async () => {
    const { read, look } = watched();
    await read(before);
    const steps = look();
    steps.next();
    await read([...after, ...syns(30_000, 100, SILENCE), ...after]);
    // Of the hundred that began meanwhile, one is in an entry after those included.
    expect(attempts(resultOf(steps))).toEqual({ ...all, unclear: 2 });
  });

  it("does not affect later ones when abandoned", async () => {
    const { read, look, live } = watched();
    await read(before);
    const steps = look();
    steps.next();
    steps.return(null);
    await read(after);
    expect(attempts(live())).toEqual(all);
  });
});
