/** History rows add up to the capture: every byte, packet and flow once, in the bucket of its time (docs/history.md). */
import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { loadPseudonyms } from "../../../src/anonymise/load-pseudonyms.ts";
import { summarize } from "../../../src/engine/summarize.ts";
import type { BucketRow } from "../../../src/reports/history/bucket-row.ts";
import type { Summary } from "../../../src/reports/traffic/summary.ts";

type Amount = "sentBytes" | "receivedBytes" | "sentPackets" | "receivedPackets" | "flows" | "retoldBytes";

function sum(rows: readonly BucketRow[], amount: Amount): number {
  return rows.reduce((total, row) => total + row[amount], 0);
}

async function rowsOf(
  capture: string,
  options: Parameters<typeof summarize>[1] = {},
): Promise<{ readonly summary: Summary; readonly rows: readonly BucketRow[] }> {
  let rows: readonly BucketRow[] = [];
  const summary = await summarize([capture], {
    maxFlows: 2000,
    everySeconds: 10,
    ...options,
    onBucketRows: (all) => {
      rows = all;
    },
  });
  return { summary, rows };
}

describe("bucket rows", () => {
  it("add up to every fixture exactly: packets, bytes, flows, groups and devices", async () => {
    const files = ["fixtures", "fixtures/lab"].flatMap((folder) =>
      readdirSync(folder)
        .filter((file) => /\.(pcap|pcapng)(\.gz|\.zst)?$/.test(file))
        .map((file) => `${folder}/${file}`),
    );
    expect(files.length).toBeGreaterThan(100);
    for (const file of files) {
      const { summary, rows } = await rowsOf(file);
      const { bytes, packets } = summary.capture;
      const all = (["sentBytes", "receivedBytes", "sentPackets", "receivedPackets", "flows"] as const).map(
        (one) => sum(rows, one),
      );
      expect(all, file).toEqual([bytes, bytes, packets, packets, summary.flows.total]);
      for (const group of summary.groups) {
        const own = rows.filter(({ groupId }) => groupId === group.id);
        expect([sum(own, "sentBytes"), sum(own, "sentPackets"), sum(own, "flows")], file).toEqual([
          group.bytes,
          group.packets,
          group.flows,
        ]);
      }
      for (const device of summary.devices) {
        const own = rows.filter(({ deviceId }) => deviceId === device.id);
        expect([sum(own, "sentBytes"), sum(own, "receivedBytes")], file).toEqual([
          device.sent,
          device.received,
        ]);
      }
      expect(summary.series, file).toBeNull();
      expect(sum(rows, "retoldBytes"), file).toBe(0);
    }
  });

  it("have no device ends in port-only mode, and are still complete", async () => {
    const { summary, rows } = await rowsOf("fixtures/phone-morning.pcapng", { rules: null });
    expect(rows.filter(({ party }) => party !== null)).toEqual([]);
    expect(sum(rows, "sentBytes")).toBe(summary.capture.bytes);
  });

  it("have pseudonyms on request, with the same numbers", async () => {
    const open = await rowsOf("fixtures/phone-morning.pcapng");
    const hidden = await rowsOf("fixtures/phone-morning.pcapng", {
      pseudonyms: loadPseudonyms("5a".repeat(32)),
    });
    const texts = (rows: readonly BucketRow[]) =>
      new Set(
        rows
          .flatMap((row) => [row.deviceId, row.deviceName, row.deviceAddress])
          .filter((one) => one !== null),
      );
    expect(texts(open.rows)).toContain("iPhone");
    expect([...texts(open.rows)].filter((text) => texts(hidden.rows).has(text))).toEqual([]);
    expect(hidden.rows.length).toBe(open.rows.length);
    expect(sum(hidden.rows, "sentBytes")).toBe(sum(open.rows, "sentBytes"));
  });

  it("need a bucket length", async () => {
    const asking = summarize(["fixtures/phone-morning.pcapng"], { onBucketRows: () => undefined });
    await expect(asking).rejects.toThrow("onBucketRows needs everySeconds");
  });
});
