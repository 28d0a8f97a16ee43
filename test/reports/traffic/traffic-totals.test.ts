import { expect, it } from "vitest";
import { TrafficCollector } from "../../../src/reports/traffic/traffic-collector.ts";
import { TrafficTotals } from "../../../src/reports/traffic/traffic-totals.ts";
import { packet } from "../../../src/testing/builders/packet-builder.ts";
import { appleList, readWhole, testSession } from "../../support/analyze.ts";
import { expectConserved } from "../../support/conservation.ts";
import { memorySource } from "../../support/memory-source.ts";
import { BEGINNING } from "../../support/traffic-makers.ts";

it("flows whose name exceeds the limit are counted, and keep their traffic", async () => {
  const requests = ["a.test", "b.test", "c.test", "c.test"].map((host, i) => ({
    bytes: packet()
      .ethernet()
      .ipv4({ source: "192.0.2.7", destination: "198.51.100.9" })
      .tcp({ sourcePort: 50_123 + i, destinationPort: 80, flags: "PA" })
      .payload(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
      .build(),
    time: BEGINNING,
  }));
  const traffic = new TrafficCollector(appleList, new TrafficTotals({ names: 2 }));
  const session = testSession({}, [traffic]);
  await readWhole(session, memorySource(requests));
  const { groups, evidenceDropped } = session.report(traffic);
  expect(groups).toHaveLength(1);
  expect(groups[0].flows).toBe(4);
  // The bucket keeps the first two; the other flows still count in the group.
  expect(groups[0].names.map(({ name }) => name).sort()).toEqual(["a.test", "b.test"]);
  expect(evidenceDropped.names).toBe(2);
});

it("ports beyond the limit are combined, and keep their traffic", async () => {
  const ports = [40_001, 40_002, 40_003, 40_004, 40_004];
  const records = ports.map((destinationPort, i) => ({
    bytes: packet()
      .ethernet()
      .ipv4({ source: "192.0.2.7", destination: `198.51.100.${i}` })
      .tcp({ sourcePort: 50_123, destinationPort, flags: "S" })
      .build(),
    time: BEGINNING,
  }));
  const traffic = new TrafficCollector(appleList, new TrafficTotals({ buckets: 2 }));
  const session = testSession({}, [traffic]);
  await readWhole(session, memorySource(records));
  const summary = session.report(traffic);
  expectConserved(summary);
  expect(summary.ports.map(({ port, flows }) => [port, flows])).toEqual([
    [null, 3],
    [40_001, 1],
    [40_002, 1],
  ]);
  expect(summary.evidenceDropped.names).toBe(3);
});
