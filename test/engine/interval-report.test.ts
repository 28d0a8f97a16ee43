import { describe, expect, it } from "vitest";
import { intervalRecord } from "../../src/engine/interval-report.ts";
import type { FlowClass } from "../../src/evidence/attribution/evidence.ts";
import { packet } from "../../src/testing/builders/packet-builder.ts";
import { FakeLiveSource } from "../support/fake-live-source.ts";
import { settle } from "../support/manual-clock.ts";
import { memorySource } from "../support/memory-source.ts";
import { namedInterface } from "../support/office-traffic.ts";
import { RunningMonitor } from "../support/running-monitor.ts";

describe("a live report of many flows", () => {
  /** N flows of one packet each, in blocks of 256. */
  function manyFlows(count: number): FakeLiveSource {
    const records = Array.from({ length: count }, (_, i) => {
      const source = `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`;
      const bytes = packet().ethernet().ipv4({ source }).tcp({ destinationPort: 443 }).build();
      return { bytes, time: 0n };
    });
    return new FakeLiveSource(memorySource(records, { blockSizes: [256] }));
  }

  it("admits no packets between its steps, but lets timers run", async () => {
    const source = manyFlows(40_000);
    const running = new RunningMonitor([source], { maxFlows: 50_000 });
    source.release(100);
    await settle();
    await settle();
    const before = source.counters().received;
    expect(before).toBeGreaterThan(3 * 4096);
    const advanced = running.clock.advance(1000);
    // Turns of the event loop, with a packet in each.
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

  it("is abandoned if monitoring ends meanwhile", async () => {
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
    expect(await running.view?.flows({ limit: 5 })).toBeNull();
  });
});

describe("intervalRecord", () => {
  it("matches its schema, and has the classes and products of the summary", async () => {
    const source = await namedInterface();
    const running = new RunningMonitor([source]);
    source.release();
    await running.clock.advance(1000);
    const record = intervalRecord(running.reports[0]);
    const { summary } = running.reports[0];
    expect(Object.keys(record)).toEqual([
      "schema",
      "time",
      "elapsedSeconds",
      "interfaces",
      "packetsPerSecond",
      "bytesPerSecond",
      "received",
      "droppedByKernel",
      "droppedByInterface",
      "droppedByUs",
      "liveFlows",
      "retold",
      "classes",
      "apple",
      "products",
    ]);
    expect(record).toMatchObject({
      schema: "appleflow/interval@2",
      interfaces: [{ name: "eth0", backend: "tcpdump" }],
      packetsPerSecond: 788,
      received: 788,
    });
    expect(record.apple).toEqual(summary.apple);
    expect(Object.keys(record.classes)).toEqual(Object.keys(summary.classes));
    for (const [name, { bytesPerSecond, ...traffic }] of Object.entries(record.classes)) {
      expect(traffic).toEqual(summary.classes[name as FlowClass]);
      // All traffic is in the first second; some of it waits for more payload.
      expect(bytesPerSecond).toBeLessThanOrEqual(traffic.bytes);
      expect(bytesPerSecond).toBeGreaterThan(0.95 * traffic.bytes);
    }
    expect(record.classes.identified.bytesPerSecond).toBe(record.classes.identified.bytes);
    expect(record.retold).toBe(0);
    expect(record.products.map(({ product }) => product)).toEqual(
      summary.products.map(({ product }) => product),
    );
    const [first] = record.products;
    const [{ identified, oneOf, possible, possibleOnly, byEvidence }] = summary.products;
    expect(identified.bytes + oneOf.bytes).toBeGreaterThan(0);
    expect(first).toEqual({
      product: summary.products[0].product,
      bytesPerSecond: identified.bytes + oneOf.bytes,
      identified,
      oneOf,
      possible,
      possibleOnly,
      byEvidence,
    });
    const last = record.products.at(-1);
    expect(last?.possible.bytes).toBeGreaterThan(0);
    expect(last?.bytesPerSecond).toBe(0);
    await running.end();
  });
});
