/** Metrics for Prometheus: every byte once, and counters that never decrease. */
import { describe, expect, it } from "vitest";
import type { IntervalReport } from "../../src/engine/interval-report.ts";
import { LiveMetrics } from "../../src/metrics/live-metrics.ts";
import type { ReachReport } from "../../src/reports/reach/reach-report.ts";

const GROUPS = [
  { id: "one", class: "identified", products: ["Maps"], reason: null },
  { id: "several", class: "identified", products: ["Maps", "Siri"], reason: null },
  { id: "foreign", class: "other", products: [], reason: "not-apple" },
  { id: "port", class: "listed", products: [], reason: null },
];

interface Told {
  readonly groups?: Readonly<Record<string, number>>;
  readonly devices?: Readonly<Record<string, number>>;
  readonly received?: number;
  readonly droppedByKernel?: number | null;
  readonly malformed?: number;
}

/** The part of a report that metrics use. */
function reportOf({
  groups = {},
  devices = {},
  received = 0,
  droppedByKernel = 0,
  malformed = 0,
}: Told): IntervalReport {
  return {
    received,
    droppedByKernel,
    droppedByInterface: null,
    droppedByUs: 0,
    liveFlows: 3,
    summary: {
      program: { version: "1", dataDate: "2026-11" },
      packets: { decoded: 10, malformed },
      evidenceDropped: { handshakes: 0, names: 0 },
      groups: GROUPS,
    },
    traffic: {
      groups: Object.entries(groups).map(([id, bytes]) => ({ id, bytes, packets: 2, flows: 1 })),
      devices: Object.entries(devices).map(([id, bytes]) => ({ id, sent: bytes, received: 2 * bytes })),
      retold: 7,
    },
  } as unknown as IntervalReport;
}

async function linesOf(metrics: LiveMetrics): Promise<string[]> {
  return (await metrics.text()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

describe("live metrics", () => {
  it("add up the traffic of all intervals", async () => {
    const metrics = await LiveMetrics.create(0);
    metrics.update(reportOf({ groups: { one: 100, port: 5 }, received: 10, malformed: 1 }));
    metrics.update(reportOf({ groups: { one: 20, several: 3, foreign: 4 }, received: 25, malformed: 1 }));
    expect(await linesOf(metrics)).toEqual(
      expect.arrayContaining([
        "appleflow_received_packets_total 25",
        'appleflow_dropped_packets_total{by="kernel"} 0',
        'appleflow_not_decoded_packets_total{reason="malformed"} 1',
        'appleflow_bytes_total{class="identified"} 123',
        'appleflow_bytes_total{class="other"} 4',
        'appleflow_bytes_total{class="listed"} 5',
        'appleflow_bytes_total{class="unlisted"} 0',
        'appleflow_packets_total{class="identified"} 6',
        'appleflow_flows_total{class="identified"} 3',
        'appleflow_product_bytes_total{product="Maps",how="identified"} 120',
        'appleflow_product_bytes_total{product="Maps",how="one_of"} 3',
        'appleflow_product_bytes_total{product="Siri",how="one_of"} 3',
        'appleflow_unattributed_bytes_total{class="other",reason="not_apple"} 4',
        'appleflow_unattributed_bytes_total{class="listed",reason="port_only"} 5',
        "appleflow_live_flows 3",
        "appleflow_retold_bytes 7",
      ]),
    );
  });

  it("omit unknown values, and never decrease", async () => {
    const metrics = await LiveMetrics.create(0);
    metrics.update(reportOf({ received: 30, droppedByKernel: 4 }));
    metrics.update(reportOf({ received: 20, droppedByKernel: null }));
    const lines = await linesOf(metrics);
    expect(lines).toContain("appleflow_received_packets_total 30");
    expect(lines).toContain('appleflow_dropped_packets_total{by="kernel"} 4');
    expect(lines.join()).not.toContain('by="interface"');
  });

  it("have no devices by default, and no more than requested, with the others summed", async () => {
    const silent = await LiveMetrics.create(0);
    silent.update(reportOf({ devices: { a: 1 } }));
    expect(await silent.text()).not.toContain("device_bytes");
    const metrics = await LiveMetrics.create(2);
    metrics.update(reportOf({ devices: { a: 1, b: 2, c: 4 } }));
    metrics.update(reportOf({ devices: { c: 10, b: 1, d: 1 } }));
    const lines = (await linesOf(metrics)).filter((line) => line.includes("device_bytes"));
    expect(lines.filter((line) => line.includes('"sent"'))).toEqual([
      'appleflow_device_bytes_total{device="a",direction="sent"} 1',
      'appleflow_device_bytes_total{device="b",direction="sent"} 3',
      'appleflow_device_bytes_total{device="others",direction="sent"} 15',
    ]);
  });

  it("have the latest verdict of each product tried", async () => {
    const metrics = await LiveMetrics.create(0);
    const reach = (verdict: string) =>
      ({
        products: [
          { product: "APNs", verdict },
          { product: "Siri", verdict: "never-tried" },
        ],
      }) as unknown as ReachReport;
    metrics.updateReach(reach("unanswered"));
    metrics.updateReach(reach("works"));
    const lines = (await linesOf(metrics)).filter((line) => line.startsWith("appleflow_reach"));
    expect(lines).toEqual(['appleflow_reach{product="APNs",verdict="works"} 1']);
  });

  it("escape device names", async () => {
    const metrics = await LiveMetrics.create(1);
    metrics.update(reportOf({ devices: { 'a"\n\\x': 1 } }));
    expect(await metrics.text()).toContain('device="a\\"\\n\\\\x"');
  });
});
