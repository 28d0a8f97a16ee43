/** Servers: every flow belongs to one server, in one class. */
import { describe, expect, it } from "vitest";
import { ServerCollector } from "../../../src/reports/traffic/server-collector.ts";
import type { ServerSummary } from "../../../src/reports/traffic/summary.ts";
import { readWhole, testSession } from "../../support/analyze.ts";
import { memorySource } from "../../support/memory-source.ts";
import { type TrafficRecord, toMemoryRecord } from "../../support/traffic.ts";
import { tcp, udp } from "../../support/traffic-makers.ts";

async function serversOf(
  records: readonly TrafficRecord[],
  limit?: number,
): Promise<readonly ServerSummary[]> {
  const collector = new ServerCollector(limit);
  const session = testSession({}, [collector]);
  await readWhole(session, memorySource(records.map(toMemoryRecord)));
  return session.report(collector);
}

describe("the servers of a report", () => {
  it("are the service sides, whoever sent first", async () => {
    const servers = await serversOf([
      tcp("10.0.0.1:49200", "17.0.0.1:443", { flags: "S" }),
      tcp("17.0.0.1:443", "10.0.0.1:49200", { flags: "SA", extraLength: 500 }),
      // FTP's active data connection, which the server opens.
      tcp("17.0.0.9:20", "10.0.0.2:49300", { flags: "S" }),
    ]);
    expect(servers.map(({ server, flows, packets }) => [server, flows, packets])).toEqual([
      ["17.0.0.1", 1, 2],
      ["17.0.0.9", 1, 1],
    ]);
  });

  it("with an unknown service side are one row without an address", async () => {
    const servers = await serversOf([
      udp("10.0.0.1:60001", "10.0.0.2:60002"),
      udp("10.0.0.3:60001", "10.0.0.4:60003"),
    ]);
    expect(servers).toMatchObject([{ server: null, device: null, names: [], flows: 2 }]);
  });

  it("are limited in number, and lose no byte beyond it", async () => {
    const records = Array.from({ length: 50 }, (_, i) => udp(`10.0.0.9:${50_000 + i}`, `17.0.0.${i}:53`));
    const servers = await serversOf([...records, ...records], 10);
    expect(servers).toHaveLength(11);
    expect(servers.find(({ server }) => server === null)?.packets).toBe(80);
    expect(servers.reduce((sum, { packets }) => sum + packets, 0)).toBe(100);
  });

  it("in a snapshot are those of that moment", async () => {
    const collector = new ServerCollector();
    const session = testSession({}, [collector]);
    const one = toMemoryRecord(udp("10.0.0.1:50000", "17.0.0.1:53"));
    await readWhole(session, memorySource([one]));
    const steps = session.snapshot(collector);
    let step = steps.next();
    while (!step.done) step = steps.next();
    await readWhole(session, memorySource([one]));
    expect(step.value).toMatchObject([{ server: "17.0.0.1", packets: 1 }]);
    expect(session.report(collector)).toMatchObject([{ server: "17.0.0.1", packets: 2 }]);
  });
});
