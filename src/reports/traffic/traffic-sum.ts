/** Running sums of traffic. */
import type { Traffic } from "./summary.ts";

/** Flows, packets and bytes so far. */
export interface TrafficSum {
  flows: number;
  packets: number;
  bytes: number;
}

/** A sum of zero. */
export function noTraffic(): TrafficSum {
  return { flows: 0, packets: 0, bytes: 0 };
}

/** Adds an amount. */
export function addTraffic(sum: TrafficSum, { flows, packets, bytes }: Traffic): void {
  sum.flows += flows;
  sum.packets += packets;
  sum.bytes += bytes;
}
