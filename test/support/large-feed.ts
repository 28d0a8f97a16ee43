/** Events that the page receives from a large network: 1,000 devices, 200 products, an hour of columns. */
import { intervalRecord } from "../../src/engine/interval-report.ts";
import type { Summary } from "../../src/reports/traffic/summary.ts";
import type { FeedColumn, FeedHistory, FeedInterval } from "../../src/web/page-feed.ts";

const DEVICES = 1_000;
const PRODUCTS = 200;
/** Groups with flows of one device. */
const OF_DEVICE = 12;
const HOUR = 3_600;
const COLUMN = 5;
const BEGUN = Date.parse("2026-01-31T09:00:00Z") / 1000;

/** The last hour. */
export function largeHistory(): FeedHistory {
  const columns = Array.from({ length: HOUR / COLUMN }, (_, i) => columnAt(BEGUN + i * COLUMN));
  return { columns };
}

/** An interval in which everything has changed, `second` seconds later. `base`: any summary, for the remaining fields. */
export function largeInterval(base: Summary, second: number): FeedInterval {
  const traffic = (bytes: number) => ({ flows: 3, packets: bytes >> 9, bytes });
  const amount = (i: number) => 50_000_000 - i * 40_000 + second * 1_000;
  const [product] = base.products;
  const [group] = base.groups;
  const [device] = base.devices;
  const names = Array.from({ length: PRODUCTS }, (_, i) => `Product ${i}`);
  const groups = names.map((name, i) => ({
    ...group,
    ...traffic(amount(i)),
    id: `group-${i}`,
    class: "identified",
    products: [name],
  }));
  const devices = Array.from({ length: DEVICES }, (_, i) => ({
    ...device,
    id: `mac:${i}`,
    name: `device-${i}`,
    sent: amount(i),
    received: 2 * amount(i),
    groups: Array.from({ length: OF_DEVICE }, (_, k) => ({
      id: `group-${(i + 17 * k) % PRODUCTS}`,
      sent: amount(k),
      received: amount(i),
      flows: 2,
    })),
  }));
  const summary = {
    ...base,
    groups,
    devices,
    products: names.map((name, i) => ({
      ...product,
      product: name,
      identified: traffic(amount(i)),
      byEvidence: { "server-name": amount(i) },
    })),
  } as unknown as Summary;
  const rates = { classes: { rateOf: () => second }, products: { rateOf: () => second * 1_000 } };
  const report = {
    summary,
    rates,
    traffic: { retold: 0 },
    time: new Date((BEGUN + HOUR + second) * 1000).toISOString(),
    elapsedSeconds: HOUR + second,
    interfaces: [{ name: "eth0", backend: "tcpdump" }],
    packetsPerSecond: 10_000,
    bytesPerSecond: 9_000_000,
    received: 1,
    droppedByKernel: 0,
    droppedByInterface: 0,
    droppedByUs: 0,
    liveFlows: 30_000,
  };
  return {
    interval: intervalRecord(report as unknown as Parameters<typeof intervalRecord>[0]),
    intervalSeconds: 1,
    summary,
    deviceCount: DEVICES,
    sections: [{ kind: "identified", title: "Apple's, identified", total: traffic(base.capture.bytes) }],
    groupNames: Object.fromEntries(names.map((name, i) => [`group-${i}`, name])),
    devices: devices.map(({ id }, i) => ({ id, sent: i + second, received: 2 * i })),
    directions: { up: second, down: second },
    column: columnAt(BEGUN + HOUR + second),
    isLast: false,
  };
}

function columnAt(start: number): FeedColumn {
  const parts = Array.from({ length: 12 }, (_, i) => ({
    name: `Family ${i}`,
    class: "identified" as const,
    bytes: ((start * (i + 7)) % 1_000) * 1_000,
  }));
  return { start: Math.floor(start / COLUMN) * COLUMN, seconds: COLUMN, parts };
}
