/**
 * The sent bytes of all ends include each decoded byte once, and so do the received bytes (docs/contract.md, "Device
 * totals").
 */
import { readdirSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { summarize } from "../../../src/engine/summarize.ts";
import { DeviceCollector } from "../../../src/reports/devices/device-collector.ts";
import type { DevicesSummary } from "../../../src/reports/devices/device-report.ts";
import { DeviceTotals } from "../../../src/reports/devices/device-totals.ts";
import type { Summary } from "../../../src/reports/traffic/summary.ts";
import { appleList, readWhole, testSession } from "../../support/analyze.ts";
import { sent, tellApart } from "../../support/device-network.ts";
import { memorySource } from "../../support/memory-source.ts";

function endsOf({ devices, outside, otherDevices }: DevicesSummary | Summary) {
  return [...devices, outside, otherDevices].filter((end) => end !== null);
}

function expectConserved(ends: ReturnType<typeof endsOf>, bytes: number, what: string): void {
  const sum = (key: "sent" | "received") => ends.reduce((total, end) => total + end[key], 0);
  expect([sum("sent"), sum("received")], what).toEqual([bytes, bytes]);
  for (const end of ends) {
    expect(
      end.groups.reduce((total, group) => total + group.sent, 0),
      what,
    ).toBe(end.sent);
    expect(
      end.groups.reduce((total, group) => total + group.received, 0),
      what,
    ).toBe(end.received);
  }
}

describe("the ends of flows", () => {
  it("include each decoded byte of every fixture once, and each group's in that group", async () => {
    const files = ["fixtures", "fixtures/lab"].flatMap((folder) =>
      readdirSync(folder)
        .filter((file) => /\.(pcap|pcapng)(\.gz|\.zst)?$/.test(file))
        .map((file) => `${folder}/${file}`),
    );
    expect(files.length).toBeGreaterThan(100);
    for (const file of files) {
      const summary = await summarize([file], { maxFlows: 2000 });
      const ends = endsOf(summary);
      expectConserved(ends, summary.bytes.decoded, file);
      for (const { id, bytes } of summary.groups) {
        const parts = ends.flatMap(({ groups }) => groups.filter((group) => group.id === id));
        expect(
          parts.reduce((total, part) => total + part.sent, 0),
          `${file} ${id}`,
        ).toBe(bytes);
      }
    }
  });

  it("include each byte once, with any hardware and IP addresses", async () => {
    const end = fc.record({
      ip: fc.constantFrom(
        "10.0.0.1",
        "10.0.0.2",
        "192.168.9.9",
        "17.1.1.1",
        "8.8.8.8",
        "224.0.0.9",
        "127.0.0.1",
      ),
      mac: fc.constantFrom(
        "d8:30:62:00:00:01",
        "00:e0:4c:00:00:02",
        "02:00:00:00:00:03",
        "00:00:00:00:00:00",
      ),
    });
    const packets = fc.array(fc.tuple(end, end, fc.integer({ min: 1, max: 9 }), fc.constantFrom(64, 63, 1)), {
      maxLength: 40,
    });
    await fc.assert(
      fc.asyncProperty(packets, async (some) => {
        const records = some.map(([from, to, port, hops], at) =>
          sent(from, to, { ports: [50_000 + port, 443], hops, at: at * 40 }),
        );
        const told = await tellApart(records);
        expectConserved(endsOf(told), told.summary.bytes.decoded, "random");
      }),
    );
  });

  it("include each byte once with a low device limit, and report the number of devices left out", async () => {
    const collector = new DeviceCollector(appleList, null, new DeviceTotals(appleList, 3));
    const session = testSession({ maxFlows: 100 }, [collector]);
    const records = Array.from({ length: 20 }, (_, i) =>
      sent(
        { ip: `10.0.0.${i + 1}`, mac: `02:00:00:00:01:${10 + i}` },
        { ip: "10.0.0.99", mac: "02:00:00:00:02:01" },
      ),
    );
    await readWhole(session, memorySource(records));
    const told = session.report(collector);
    const bytes = records.reduce((sum, record) => sum + record.bytes.length, 0);
    expectConserved(endsOf(told), bytes, "few");
    expect(told.devices.length).toBeLessThan(4);
    expect(told.otherDevices?.sent).toBeGreaterThan(0);
  });

  it("in a snapshot are those of that moment, and in the report those of the end", async () => {
    const collector = new DeviceCollector(appleList);
    const session = testSession({ maxFlows: 100 }, [collector]);
    const [a, b] = [
      { ip: "10.0.0.1", mac: "02:00:00:00:00:01" },
      { ip: "10.0.0.2", mac: "02:00:00:00:00:02" },
    ];
    await readWhole(session, memorySource([sent(a, b)]));
    const steps = session.snapshot(collector);
    let step = steps.next();
    while (!step.done) step = steps.next();
    expectConserved(endsOf(step.value), 54, "snapshot");
    await readWhole(session, memorySource([sent(b, a, { ports: [443, 50_000] })]));
    expectConserved(endsOf(session.report(collector)), 108, "end");
  });
});
