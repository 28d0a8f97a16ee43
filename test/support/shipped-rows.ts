/** Rows of shipped histories, and comparable answers. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BucketRow } from "../../src/reports/history/bucket-row.ts";
import type { HistoryCell } from "../../src/reports/history/history-report.ts";
import { bucketRow } from "./history-rows.ts";

const PRODUCTS = ["Maps", "iCloud", "Siri", "App Store"];

/** Rows of N minutes, one per device and minute. */
export function manyRows(start: number, minutes: number, devices: number): BucketRow[] {
  return Array.from({ length: minutes * devices }, (_, i) => {
    const minute = Math.floor(i / devices);
    const device = i % devices;
    const product = (minute + device) % PRODUCTS.length;
    return bucketRow(start + minute * 60, {
      deviceId: `device ${device}`,
      deviceName: device % 2 === 0 ? null : `name of ${device}`,
      deviceAddress: `10.0.0.${device}`,
      isApple: [true, false, null][device % 3],
      groupId: `group ${product}`,
      products: [PRODUCTS[product]],
      families: [`family ${product % 2}`],
      ports: product % 2 === 0 ? "443" : null,
      sentBytes: i,
      receivedBytes: 1000 + i,
      sentPackets: 1,
      receivedPackets: 2,
      flows: i % 2,
      retoldBytes: i % 7 === 0 ? 5 : 0,
    });
  });
}

const AMOUNTS = ["bytes", "sent", "received", "packets", "flows", "retoldBytes"] as const;

/** Cells combined by bucket and key, in order. */
export function addedUp(cells: readonly HistoryCell[]): Record<string, unknown>[] {
  const sums = new Map<string, Record<string, unknown>>();
  for (const cell of cells) {
    const key = JSON.stringify(
      Object.entries(cell).filter(([name]) => !AMOUNTS.some((amount) => amount === name)),
    );
    const sum = sums.get(key);
    if (sum === undefined) sums.set(key, { ...cell });
    else for (const amount of AMOUNTS) sum[amount] = Number(sum[amount]) + cell[amount];
  }
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum);
}

/** Makes the journal forget one in N sent segments; returns how many. */
export function forgetShipped(folder: string, oneIn = 1): number {
  let forgotten = 0;
  for (const name of readdirSync(folder).filter((one) => one.startsWith(".ship-"))) {
    const path = join(folder, name);
    const lines = readFileSync(path, "utf8").split("\n").filter(Boolean);
    const segments = [...new Set(lines.map((line): string => JSON.parse(line).segment))];
    const chosen = segments.filter((_, i) => i % oneIn === 0);
    rmSync(path);
    writeFileSync(path, lines.filter((line) => !chosen.includes(JSON.parse(line).segment)).join("\n"));
    forgotten += chosen.length;
  }
  return forgotten;
}
