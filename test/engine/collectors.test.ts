/** Collectors of a session: each receives every flow once, also in snapshots, and packets and sources on request. */
import { describe, expect, it } from "vitest";
import type { AttributedFlow, Collector, PacketWatch, Steps } from "../../src/reports/collector.ts";
import { inOneStep } from "../../src/reports/collector.ts";
import { readWhole, testSession } from "../support/analyze.ts";
import { memorySource } from "../support/memory-source.ts";
import { type TrafficRecord, toMemoryRecord } from "../support/traffic.ts";
import { tcp, udp } from "../support/traffic-makers.ts";

/** Records the service ports of the flows that it receives. */
class PortCollector implements Collector<readonly number[]> {
  readonly #ports: number[];
  readonly packets?: PacketWatch;

  constructor(ports: readonly number[] = [], packets: PacketWatch | null = null) {
    this.#ports = [...ports];
    if (packets !== null) this.packets = packets;
  }

  add({ servicePort }: AttributedFlow): void {
    this.#ports.push(servicePort ?? -1);
  }

  snapshot(): PortCollector {
    return new PortCollector(this.#ports);
  }

  report(): Steps<readonly number[]> {
    return inOneStep(() => this.#ports.toSorted((a, b) => a - b));
  }
}

/** Records the calls of a packet watch. */
function noteTaker(notes: string[]): PacketWatch {
  return {
    begin: (capacity) => notes.push(`begin ${capacity}`),
    openSource: () => notes.push("open"),
    readFrom: () => notes.push("from"),
    closeSource: () => notes.push("close"),
    packet: (record, packet) => notes.push(`packet ${record} ${packet.port(packet.side)}`),
    icmp: () => notes.push("icmp"),
    forget: (record) => notes.push(`forget ${record}`),
  };
}

function source(records: readonly TrafficRecord[]) {
  return memorySource(records.map(toMemoryRecord));
}

function resultOf<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

const SERVER = "17.0.0.1";

describe("a collector", () => {
  it("receives live flows in a snapshot, and each flow once in the report", async () => {
    const ports = new PortCollector();
    const session = testSession({ idleTimeoutSeconds: 60 }, [ports]);
    await readWhole(session, source([tcp("10.0.0.1:49200", `${SERVER}:443`, { flags: "S" })]));
    expect(resultOf(session.snapshot(ports))).toEqual([443]);
    await readWhole(session, source([udp("10.0.0.1:49201", `${SERVER}:53`, { at: 1 })]));
    expect(resultOf(session.snapshot(ports))).toEqual([53, 443]);
    expect(session.report(ports)).toEqual([53, 443]);
    expect(session.report(ports)).toEqual([53, 443]);
  });

  it("is independent: each of several receives all flows", async () => {
    const [one, other] = [new PortCollector(), new PortCollector()];
    const session = testSession({}, [one, other]);
    await readWhole(session, source([udp("10.0.0.1:49201", `${SERVER}:53`)]));
    expect(resultOf(session.snapshot(other))).toEqual([53]);
    expect([session.report(one), session.report(other)]).toEqual([[53], [53]]);
  });

  it("can receive live flows without belonging to the session", async () => {
    const session = testSession({}, []);
    await readWhole(session, source([udp("10.0.0.1:49201", `${SERVER}:53`)]));
    expect(resultOf(session.liveFlows(new PortCollector()))).toEqual([53]);
  });

  it("receives the packets and sources that it asks for, and only those selected by the filter", async () => {
    const notes: string[] = [];
    const ports = new PortCollector([], noteTaker(notes));
    const session = testSession({ maxFlows: 1, filter: "port 53" }, [ports]);
    await readWhole(
      session,
      source([
        udp("10.0.0.1:49201", `${SERVER}:53`),
        udp("10.0.0.1:49209", `${SERVER}:99`),
        udp("10.0.0.2:49202", `${SERVER}:53`),
      ]),
    );
    expect(session.report(ports)).toEqual([53, 53]);
    expect(notes).toEqual([
      "begin 1",
      "open",
      "from",
      "packet 1 49201",
      "forget 1",
      "packet 1 49202",
      "close",
    ]);
  });
});
