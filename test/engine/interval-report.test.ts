import { describe, expect, it } from "vitest";
import { intervalRecord } from "../../src/engine/interval-report.ts";
import { FakeLiveSource } from "../support/fake-live-source.ts";
import { settle } from "../support/manual-clock.ts";
import { memorySource } from "../support/memory-source.ts";
import { officeInterface } from "../support/office-traffic.ts";
import { packet } from "../support/packet-builder.ts";
import { RunningMonitor } from "../support/running-monitor.ts";

describe("a report of many flows", () => {
  /** So many flows of one packet each, in blocks of 256. */
  function manyFlows(count: number): FakeLiveSource {
    const records = Array.from({ length: count }, (_, i) => {
      const source = `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`;
      const bytes = packet().ethernet().ipv4({ source }).tcp({ destinationPort: 443 }).build();
      return { bytes, time: 0n };
    });
    return new FakeLiveSource(memorySource(records, { blockSizes: [256] }));
  }

  it("lets no packet in between its steps, and timers all the same", async () => {
    const source = manyFlows(40_000);
    const running = new RunningMonitor([source], { maxFlows: 50_000 });
    source.release(100);
    await settle();
    await settle();
    const before = source.counters().received;
    expect(before).toBeGreaterThan(3 * 4096);
    const advanced = running.clock.advance(1000);
    // Turns of the event loop, in each of which packets come.
    while (running.reports.length === 0) {
      source.release(1);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await advanced;
    const { summary, liveFlows } = running.reports[0];
    expect(summary.packets.decoded).toBe(summary.ports.reduce((sum, { packets }) => sum + packets, 0));
    expect(summary.flows.total).toBe(summary.capture.packets);
    expect(liveFlows).toBe(summary.capture.packets);
    source.release();
    await settle();
    expect((await running.end()).flows.total).toBe(40_000);
  });

  it("is given up when the end comes meanwhile", async () => {
    const source = manyFlows(40_000);
    const running = new RunningMonitor([source], { maxFlows: 50_000 });
    source.release();
    while (source.counters().received < 40_000) await settle();
    const advanced = running.clock.advance(1000);
    await new Promise((resolve) => setImmediate(resolve));
    running.ending.abort();
    await advanced;
    const summary = await running.summary;
    expect(running.reports.filter(({ isLast }) => isLast)).toHaveLength(1);
    expect(running.reports.at(-1)?.isLast).toBe(true);
    expect(summary.flows.total).toBe(40_000);
    expect(await running.view?.productFlows("iCloud", 5)).toBeNull();
  });
});

describe("intervalRecord", () => {
  it("has what the schema says, and the products of the summary", async () => {
    const source = await officeInterface();
    const running = new RunningMonitor([source]);
    source.release();
    await running.clock.advance(1000);
    const record = intervalRecord(running.reports[0]);
    const { summary } = running.reports[0];
    expect(Object.keys(record)).toEqual([
      "schema",
      "time",
      "elapsedSeconds",
      "packetsPerSecond",
      "bytesPerSecond",
      "received",
      "droppedByKernel",
      "droppedByInterface",
      "droppedByUs",
      "liveFlows",
      "products",
    ]);
    expect(record).toMatchObject({ schema: "appleflow/interval@1", packetsPerSecond: 595, received: 595 });
    expect(record.products.map(({ product }) => product)).toEqual(
      summary.products.map(({ product }) => product),
    );
    const [first] = record.products;
    expect(first).toEqual({
      product: summary.products[0].product,
      bytesPerSecond: summary.products[0].bytes.estimate,
      bytes: summary.products[0].bytes,
      flows: summary.products[0].flows.possible,
      bytesByEvidence: summary.products[0].bytesByEvidence,
    });
    await running.end();
  });
});
