/** A second pass delivers each record with the note of its flow, however captures are split into blocks. */
import { describe, expect, it } from "vitest";
import { FlowNotesCollector } from "../../../src/reports/flows/flow-notes.ts";
import { NotedRecordsCollector } from "../../../src/reports/flows/noted-records.ts";
import { readWhole, testSession } from "../../support/analyze.ts";
import { memorySource } from "../../support/memory-source.ts";
import { type TrafficRecord, toMemoryRecord } from "../../support/traffic.ts";
import { laterFragment, other, tcp, udp } from "../../support/traffic-makers.ts";

const A = "10.0.0.1";
const B = "10.0.0.2";

/** For each record: the client port of its flow, with "!" where the flow begins; "-" for none. */
async function handedOn(records: readonly TrafficRecord[], first: number[], second: number[], options = {}) {
  const source = (blockSizes: number[]) => memorySource(records.map(toMemoryRecord), { blockSizes });
  const notes = new FlowNotesCollector((flow) => String(flow.describe().originator.port));
  const session = testSession(options, [notes]);
  await readWhole(session, source(first));
  const found = session.report(notes);
  const texts: string[] = [];
  const again = new NotedRecordsCollector(found, (_block, _row, note, isFirst) => {
    texts.push(`${note ?? "-"}${isFirst ? "!" : ""}`);
  });
  const secondSession = testSession({ ...options, rules: null }, [again]);
  await readWhole(secondSession, source(second));
  expect(secondSession.report(again)).toEqual({ flows: found.flows, records: records.length });
  return texts.join(" ");
}

const BLOCKS = [
  [[1024], [1024]],
  [[1], [3]],
  [[2, 1], [1]],
];

describe("the flow of a record in the second pass", () => {
  it.each(BLOCKS)("is known from its first packet on in blocks of %j, then of %j", async (first, second) => {
    const records = [
      tcp(`${A}:1001`, `${B}:80`, { flags: "S" }),
      other("arp"),
      udp(`${A}:1002`, `${B}:53`),
      tcp(`${B}:80`, `${A}:1001`, { flags: "SA" }),
      other("icmp"),
      udp(`${B}:53`, `${A}:1002`),
    ];
    expect(await handedOn(records, first, second)).toBe("1001! - 1002! 1001 - 1002");
  });

  it.each(BLOCKS)("is that of a fragment's datagram, in order or not (%j, %j)", async (first, second) => {
    const records = [
      laterFragment(A, B, 7),
      other("arp"),
      laterFragment(A, B, 8),
      udp(`${A}:1001`, `${B}:53`, { fragmentId: 7 }),
      laterFragment(A, B, 7),
      laterFragment(A, B, 9),
      udp(`${A}:1002`, `${B}:53`, { fragmentId: 8 }),
    ];
    expect(await handedOn(records, first, second)).toBe("1001 - 1002 1001! 1001 - 1002!");
  });

  it.each(BLOCKS)("is the later one if a five-tuple is reused (%j, %j)", async (first, second) => {
    const records = [
      udp(`${A}:1001`, `${B}:53`, { at: 0 }),
      udp(`${A}:1001`, `${B}:53`, { at: 1 }),
      udp(`${A}:1001`, `${B}:53`, { at: 100 }),
    ];
    expect(await handedOn(records, first, second, { idleTimeoutSeconds: 10 })).toBe("1001! 1001 1001!");
  });

  it.each(BLOCKS)("is known for evicted flows (%j, %j)", async (first, second) => {
    const records = Array.from({ length: 40 }, (_, i) => udp(`${A}:${1000 + (i % 7)}`, `${B}:53`));
    const texts = await handedOn(records, first, second, { maxFlows: 3 });
    expect(texts.replaceAll("!", "")).toBe(records.map((_, i) => String(1000 + (i % 7))).join(" "));
    expect(texts.match(/!/g)?.length).toBeGreaterThan(7);
  });
});
