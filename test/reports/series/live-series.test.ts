/** When live monitoring reports bytes, and as what (docs/contract.md, "Totals over time"). */
import { describe, expect, it } from "vitest";
import type { Session } from "../../../src/engine/session.ts";
import { runSteps } from "../../../src/reports/collector.ts";
import { LiveSeriesCollector } from "../../../src/reports/series/live-series.ts";
import { TrafficCollector } from "../../../src/reports/traffic/traffic-collector.ts";
import { buildClientHello, serverName, toRecords } from "../../../src/testing/builders/client-hello.ts";
import { packet } from "../../../src/testing/builders/packet-builder.ts";
import { appleList, appleRules, readWhole, testSession } from "../../support/analyze.ts";
import { type MemoryRecord, memorySource } from "../../support/memory-source.ts";
import { namedInterface } from "../../support/office-traffic.ts";

const CLIENT = "10.0.0.7";
const SERVER = "198.51.100.7";
const CLIENT_MAC = "f0:18:98:00:00:07";
const ROUTER_MAC = "00:0d:b9:00:00:01";
const BEGIN = 1_700_000_000;

/** A session that is read in steps, with snapshots in between. */
class Monitored {
  readonly collector = new LiveSeriesCollector(appleList);
  readonly traffic = new TrafficCollector(appleList);
  readonly session: Session;

  constructor() {
    const options = { rules: appleRules, maxFlows: 2000, idleTimeoutSeconds: 300 };
    this.session = testSession(options, [this.traffic, this.collector]);
  }

  /** Returns the interval report after these records. */
  async interval(...records: readonly MemoryRecord[]) {
    await readWhole(this.session, memorySource(records));
    const told = runSteps(this.session.snapshot(this.collector));
    const { groups } = runSteps(this.session.snapshot(this.traffic));
    const classes = told.groups.map(({ id, bytes }) => [groups.find((one) => one.id === id)?.class, bytes]);
    return { ...told, classes: Object.fromEntries(classes) as Record<string, number> };
  }
}

interface Fields {
  readonly at: number;
  readonly flags?: string;
  readonly sequence?: number;
  readonly payload?: Uint8Array;
  readonly isAnswer?: boolean;
  readonly port?: number;
}

/** A segment between the client and the server, `at` seconds after the beginning. */
function segment({
  at,
  flags = "A",
  sequence = 1,
  payload,
  isAnswer = false,
  port = 443,
}: Fields): MemoryRecord {
  const [source, destination] = isAnswer ? [SERVER, CLIENT] : [CLIENT, SERVER];
  const [sourcePort, destinationPort] = isAnswer ? [port, 50_000] : [50_000, port];
  // The answer was forwarded by a router.
  const [from, to] = isAnswer ? [ROUTER_MAC, CLIENT_MAC] : [CLIENT_MAC, ROUTER_MAC];
  const headers = packet()
    .ethernet({ source: from, destination: to })
    .ipv4({ source, destination, timeToLive: isAnswer ? 52 : 64 });
  const whole = headers.tcp({ sourcePort, destinationPort, flags, sequence });
  const bytes = (payload === undefined ? whole : whole.payload(payload)).build();
  return { bytes, time: BigInt(Math.round((BEGIN + at) * 1e9)) };
}

const HELLO = toRecords(buildClientHello(serverName("mesu.apple.com")));

describe("a live series", () => {
  it("holds the bytes of a flow until its first payload was judged, then reports them all", async () => {
    const monitored = new Monitored();
    const syn = segment({ at: 0, flags: "S", sequence: 0 });
    expect((await monitored.interval(syn)).classes).toEqual({});
    const hello = segment({ at: 2, flags: "PA", payload: HELLO });
    const bytes = syn.bytes.length + hello.bytes.length;
    expect((await monitored.interval(hello)).classes).toEqual({ identified: bytes });
    const answer = segment({ at: 3, isAnswer: true });
    const last = await monitored.interval(answer);
    expect([last.classes, last.retold]).toEqual([{ identified: answer.bytes.length }, 0]);
  });

  it("waits at most ten seconds, and reports the bytes reattributed by a later name", async () => {
    const monitored = new Monitored();
    const syn = segment({ at: 0, flags: "S", sequence: 0 });
    const quiet = segment({ at: 9, isAnswer: true });
    expect((await monitored.interval(syn, quiet)).classes).toEqual({});
    const late = segment({ at: 10, isAnswer: true });
    const early = [syn, quiet, late].reduce((sum, record) => sum + record.bytes.length, 0);
    const told = await monitored.interval(late);
    expect([told.classes, told.retold]).toEqual([{ listed: early }, 0]);
    const hello = segment({ at: 11, flags: "PA", payload: HELLO });
    const named = await monitored.interval(hello);
    expect([named.classes, named.retold]).toEqual([{ identified: hello.bytes.length }, early]);
    // It stays so while the flow lives, and after its end.
    expect((await monitored.interval()).retold).toBe(early);
    expect(monitored.session.report(monitored.collector).retold).toBe(early);
  });

  it("reports directions and the traffic of each flow before its owner is known", async () => {
    const monitored = new Monitored();
    const syn = segment({ at: 0, flags: "S", sequence: 0 });
    const answer = segment({ at: 1, flags: "SA", sequence: 0, isAnswer: true, payload: new Uint8Array(400) });
    const told = await monitored.interval(syn, answer);
    expect(told.directions).toEqual({ up: syn.bytes.length, down: answer.bytes.length });
    expect(monitored.collector.movedBy(1)).toBe(syn.bytes.length + answer.bytes.length);
    expect((await monitored.interval()).directions).toEqual({ up: 0, down: 0 });
    expect(monitored.collector.movedBy(1)).toBe(0);
  });

  it("reports every decoded byte once over all intervals", async () => {
    const source = await namedInterface();
    const monitored = new Monitored();
    source.release();
    void source.stop();
    let bytes = 0;
    let flows = 0;
    for await (const _ of monitored.session.read(source)) {
      const told = runSteps(monitored.session.snapshot(monitored.collector));
      bytes += told.groups.reduce((sum, group) => sum + group.bytes, 0);
      flows += told.groups.reduce((sum, group) => sum + group.flows, 0);
    }
    const last = monitored.session.report(monitored.collector);
    bytes += last.groups.reduce((sum, group) => sum + group.bytes, 0);
    flows += last.groups.reduce((sum, group) => sum + group.flows, 0);
    const summary = monitored.session.report(monitored.traffic);
    expect(bytes).toBe(summary.bytes.decoded);
    expect(flows).toBe(summary.flows.total);
    expect(last.retold).toBeLessThan(bytes);
  });
});
